"""A cold start of the packaged functions: process start, `import app` and the first callback of a resident.

The zip that would be deployed is unpacked, and every turn is a new process that sees only that folder and Python's
standard library; it writes nothing, as in /var/task. With bytecode and without take turns, so that a busy machine slows
both. Account, unit and secret are read from the local AWS, as in a Lambda that has nothing in memory yet. Not measured:
what Lambda does before Python starts, and how much slower it is at 512 MB, where it has about 0.3 of a core.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from chalice.app import Chalice
from chalice.local import LambdaEventConverter, RouteMatcher

from benchmarks import report
from benchmarks.letters import Desk
from benchmarks.running import running
from local.standin import wire
from ops.packing.build import build

FIRST_REQUEST = Path(__file__).with_name('first_request.py')
LEAST_PAIRS = 5
SEED = 4
WITHIN = 60  # seconds for one process
WAYS = ('with bytecode', 'without')


class Cost(NamedTuple):
    """Seconds of one cold start; `cpu` is of the whole process, up to its end."""

    start: float
    load: float
    request: float
    whole: float
    cpu: float


def main() -> None:
    options = _options()
    code = build().code
    taken = report.conditions()
    with tempfile.TemporaryDirectory(prefix='weilin-bench-') as folder, running(saving=False):
        ways = dict(zip(WAYS, _unpacked(code, Path(folder)), strict=True))
        desk = Desk(accounts=1, residents=5, only='text', seed=SEED)
        costs: dict[str, list[Cost]] = {way: [] for way in WAYS}
        for turn in range(options.pairs + 1):  # the first pair fills the disk's cache
            for way in WAYS if turn % 2 else WAYS[::-1]:
                costs[way].append(_cold_start(ways[way], _event(desk)))
    figures = {way: _medians(found[1:]) for way, found in costs.items()}
    ratio = statistics.median(ours.whole / bare.whole for ours, bare in zip(*costs.values(), strict=True))
    _show(figures, ratio, taken, options.pairs)
    report.write(options.json, 'coldstart', {'pairs': options.pairs, 'ratio': ratio, **figures}, taken)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='python -m benchmarks.coldstart', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    report.add_pairs_option(parser, 15, LEAST_PAIRS)
    report.add_json_option(parser)
    return parser.parse_args()


def _unpacked(code: Path, folder: Path) -> tuple[Path, Path]:
    """The package as it is, and without its bytecode."""
    compiled, bare = folder / 'compiled', folder / 'bare'
    with zipfile.ZipFile(code) as archive:
        archive.extractall(compiled)
    shutil.copytree(compiled, bare, ignore=shutil.ignore_patterns('__pycache__'))
    return compiled, bare


def event(app: Chalice, path: str, body: bytes) -> dict[str, Any]:
    """What API Gateway hands over for a POST of WeChat's."""
    convert = LambdaEventConverter(RouteMatcher(list(app.routes)), []).create_lambda_event
    made: dict[str, Any] = convert('POST', path, {'Content-Type': 'text/xml'}, None)
    return {**made, 'body': body.decode(), 'isBase64Encoded': False}


def _event(desk: Desk) -> dict[str, Any]:
    from app import app

    now = datetime.now(UTC)
    letter = desk.letter(now)
    query, body = wire.post(letter.account, letter.openid, letter.message, now)
    return event(app, f'/wechat/{letter.account.id}?{urlencode(query)}', body)


def first_request(folder: Path, event: dict[str, Any], *options: str) -> dict[str, Any]:
    """The answer of a new process that has only this package; what it says is described there."""
    environment = {name: value for name, value in os.environ.items() if name.startswith(('WEILIN_', 'AWS_'))}
    done = subprocess.run(
        [sys.executable, '-I', '-S', '-B', FIRST_REQUEST, folder, *options],
        input=json.dumps(event), env=environment, capture_output=True, text=True, timeout=WITHIN, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def _cold_start(folder: Path, event: dict[str, Any]) -> Cost:
    began, before = time.monotonic(), os.times()
    said = first_request(folder, event)
    after = os.times()
    assert said['answer']['statusCode'] == 200, said['answer']
    return Cost(
        start=said['started'] - began,
        load=said['imported'] - said['started'],
        request=said['answered'] - said['imported'],
        whole=said['answered'] - began,
        cpu=after.children_user + after.children_system - before.children_user - before.children_system,
    )


def _medians(costs: list[Cost]) -> dict[str, Any]:
    wholes = [cost.whole * 1000 for cost in costs]
    medians = {name: statistics.median(cost[at] for cost in costs) * 1000 for at, name in enumerate(Cost._fields)}
    return {**medians, 'least': min(wholes), 'most': max(wholes)}


def _show(figures: dict[str, dict[str, Any]], ratio: float, taken: dict[str, Any], pairs: int) -> None:
    print(f'{pairs} pairs, load average before {taken["load_average"][0]}, commit {taken["commit"]}')
    head = ('', 'start ms', 'import ms', 'request ms', 'all ms', 'CPU ms', 'least', 'most')
    report.show(
        'medians of a cold start up to its first answer', head, [(way, *row.values()) for way, row in figures.items()]
    )
    print(f'\nwith bytecode against without: {ratio:.2f}, the median of the pairs')


if __name__ == '__main__':
    main()
