"""What `import app` costs at a cold start, against Chalice and PynamoDB alone, and which modules it is spent on.

Each side is a Python process, from its start to the end of the import; clearing up behind itself is left out. The two
take turns, so that a busy machine slows both; each pair gives a ratio, and the median of the ratios is the figure.
Bytecode is written by a first run that does not count. CPU time is given beside the wall time: it tells more on a
machine that is shared.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from typing import Any, NamedTuple

from benchmarks import report

OURS = 'import app'
FLOOR = 'import chalice, pynamodb.models'
LEAST_PAIRS = 15
TRACES = 5
BIGGEST = 10
AIM = 1.25
_TRACED = re.compile(r'import time: +(\d+) \| +\d+ \| +(\S+)')


class Cost(NamedTuple):
    """Seconds of one process."""

    wall: float
    cpu: float


def main() -> None:
    options = _options()
    taken = report.conditions()
    _run(OURS), _run(FLOOR)  # bytecode on both sides
    pairs = [(_run(OURS), _run(FLOOR)) for _ in range(options.pairs)]
    figures = {name: _compared(pairs, at) for at, name in enumerate(Cost._fields)}
    modules = _biggest(_traced(OURS), _traced(FLOOR))
    _show(figures, modules, taken, options.pairs)
    report.write(options.json, 'imports', {'pairs': options.pairs, **figures, 'modules': modules}, taken)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='python -m benchmarks.imports', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    report.add_pairs_option(parser, 21, LEAST_PAIRS)
    report.add_json_option(parser)
    return parser.parse_args()


def _run(statement: str) -> Cost:
    began, before = time.perf_counter(), os.times()
    _python('-c', f'{statement}; import os; os._exit(0)')
    after, wall = os.times(), time.perf_counter() - began
    return Cost(wall, after.children_user + after.children_system - before.children_user - before.children_system)


def _python(*arguments: str) -> str:
    """A process with bytecode, whatever the environment of this one says."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith('PYTHON')}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=report.ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stderr


def _compared(pairs: list[tuple[Cost, Cost]], at: int) -> dict[str, Any]:
    ratios = [ours[at] / floor[at] for ours, floor in pairs]
    quarters = statistics.quantiles(ratios, n=4)
    return {
        'app_ms': statistics.median(ours[at] for ours, _ in pairs) * 1000,
        'floor_ms': statistics.median(floor[at] for _, floor in pairs) * 1000,
        'ratio': statistics.median(ratios),
        'ratio_quartiles': [quarters[0], quarters[2]],
        'ratio_range': [min(ratios), max(ratios)],
    }


def _traced(statement: str) -> dict[str, float]:
    """Milliseconds each module took by itself, without what it imports: the median of several runs."""
    runs: dict[str, list[float]] = {}
    for _ in range(TRACES):
        for microseconds, module in _TRACED.findall(_python('-X', 'importtime', '-c', statement)):
            runs.setdefault(module, []).append(int(microseconds) / 1000)
    return {module: statistics.median(times) for module, times in runs.items()}


def _biggest(ours: dict[str, float], floor: dict[str, float]) -> dict[str, list[tuple[str, float]]]:
    """Of all that `import app` loads, of what the floor does not load, and what costs more here than it does there."""
    beyond = {module: took for module, took in ours.items() if module not in floor}
    dearer = {module: took - floor[module] for module, took in ours.items() if module in floor}
    return {'all': _most(ours), 'beyond_floor': _most(beyond), 'dearer_than_in_floor': _most(dearer)}


def _most(modules: dict[str, float]) -> list[tuple[str, float]]:
    biggest = sorted(modules.items(), key=lambda module: -module[1])[:BIGGEST]
    return [*biggest, (f'all {len(modules)}', sum(modules.values()))]


def _show(figures: dict[str, Any], modules: dict[str, Any], taken: dict[str, Any], pairs: int) -> None:
    print(f'{pairs} pairs, load average before {taken["load_average"][0]}, commit {taken["commit"]}')
    rows = [
        (name, one['app_ms'], one['floor_ms'], one['ratio'], _span(one['ratio_quartiles']), _span(one['ratio_range']))
        for name, one in figures.items()
    ]
    head = ('time', 'app ms', 'floor ms', 'ratio', 'middle half', 'all')
    report.show(f'`{OURS}` against `{FLOOR}`, aim at most {AIM}', head, rows)
    report.show(f'biggest modules of `{OURS}`, by themselves', ('module', 'ms'), modules['all'])
    report.show('of them what the floor does not load', ('module', 'ms'), modules['beyond_floor'])
    report.show('what both load, and more dearly here', ('module', 'ms more'), modules['dearer_than_in_floor'][:4])


def _span(ends: list[float]) -> str:
    return f'{ends[0]:.2f}–{ends[1]:.2f}'


if __name__ == '__main__':
    main()
