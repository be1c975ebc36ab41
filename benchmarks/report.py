"""How a figure is shown and kept: small tables, JSON, and under which conditions it was taken."""

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.clock import BEIJING

ROOT = Path(__file__).parents[1]
Row = Sequence[object]


def show(title: str, head: Row, rows: Sequence[Row]) -> None:
    """A table: the first column to the left, numbers to the right."""
    lines = [[_cell(value) for value in row] for row in (head, *rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    print(f'\n{title}')
    for line in lines:
        first, *rest = (cell.ljust(width) if not at else cell.rjust(width) for at, (cell, width) in _with(line, widths))
        print('  ' + '  '.join([first, *rest]).rstrip())


def _with(line: list[str], widths: list[int]) -> Any:
    return enumerate(zip(line, widths, strict=True))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f'{value:.2f}' if value < 10 else f'{value:.1f}'
    return '' if value is None else str(value)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -int(-len(ordered) * share // 1) - 1))]


def conditions() -> dict[str, Any]:
    """What a reader needs in order to trust a figure."""
    commit = subprocess.check_output(['git', 'describe', '--always', '--dirty'], cwd=ROOT, text=True)
    return {
        'at': datetime.now(BEIJING).isoformat(timespec='seconds'),
        'commit': commit.strip(),
        'python': platform.python_version(),
        'cpus': os.cpu_count(),
        'load_average': [round(load, 2) for load in os.getloadavg()],
    }


def add_json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--json', type=Path, metavar='FILE', help='also write the figures here')


def add_pairs_option(parser: argparse.ArgumentParser, usual: int, least: int) -> None:
    """How often both sides of a comparison run."""

    def enough(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f'at least {least}')
        return int(text)

    parser.add_argument('--pairs', type=enough, default=usual, help=f'at least {least} (default: {usual})')


def write(path: Path | None, name: str, figures: dict[str, Any], taken: dict[str, Any]) -> None:
    """Put the figures of this benchmark into the file; what other benchmarks wrote there stays."""
    if path is None:
        return
    before = json.loads(path.read_text()) if path.exists() else {}
    text = json.dumps({**before, name: {'conditions': taken, **figures}}, ensure_ascii=False, indent=2)
    path.write_text(text + '\n')
