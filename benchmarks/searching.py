"""What one search of a unit's letters costs, by how many were said in ninety days: for a word that is rare and for one
that is in every line.

Lines are spread over the ninety days, of fifteen to sixty characters each. A page reads only so much; 'to the end' goes
on with older ones as a clerk would. Read units are reckoned from the size of what each request brought, by AWS's rule:
half a unit for each 4 KB begun, since an index is read eventually consistent; ministack reports half a unit whatever
an index brings. Seconds are of this machine and of all that the store needed for it (its indexes are linear: on AWS a
request takes some milliseconds); the last column is processor time of the product's own code.
"""

import argparse
import math
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import report
from chalicelib import clock
from chalicelib.inbox import records, searching
from chalicelib.inbox.records import Message
from local.alliance import XIANYOU
from local.product import Product

UNIT_BYTES = 4096
LINES = (1_000, 20_000)
RARE, COMMON, NONE = '化粪池', '楼道灯', '没有这样的词'
HEAD = ('lines', 'looked for', 'pages', 'finds', 'requests', 'read units', 'seconds', 'processor')


def main() -> None:
    options = _options()
    taken = report.conditions()
    with tempfile.TemporaryDirectory(prefix='weilin-bench-') as folder, Product(Path(folder)):
        figures = list(_measured(sorted(options.lines)))
    rows = [tuple(figure.values()) for figure in figures]
    report.show(f'Search in one unit, commit {taken["commit"]}', HEAD, rows)
    report.write(options.json, 'searching', {'searches': figures}, taken)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='python -m benchmarks.searching', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--lines', type=int, nargs='+', default=LINES, help='lines of the unit')
    report.add_json_option(parser)
    return parser.parse_args()


def _measured(sizes: Sequence[int]) -> Any:
    requests: list[list[Message]] = []  # what each has brought
    real = records.said

    def said(
        partition: str, since: datetime, until: datetime, limit: int, after: Any
    ) -> tuple[list[Message], dict[str, Any] | None]:
        found, rest = real(partition, since, until, limit, after)
        requests.append(found)
        return found, rest

    records.said = said
    now, there = clock.now(), 0
    for size in sizes:
        _fill(there, size, now)
        there = size
        for typed, to_the_end in ((COMMON, False), (RARE, False), (NONE, False), (NONE, True)):
            yield _search(requests, size, typed, to_the_end, now)


def _units(lines: list[Message]) -> float:
    return 0.5 * max(1, math.ceil(sum(map(_bytes, lines)) / UNIT_BYTES))


def _bytes(line: Message) -> int:
    """Of an item of the index: names and values of its attributes."""
    parts = line.serialize()
    return sum(len(name.encode()) + len(str(next(iter(value.values()))).encode()) for name, value in parts.items())


def _fill(first: int, last: int, now: datetime) -> None:
    with Message.batch_write() as batch:
        for number in range(first, last):
            at = now - searching.REACH * (number % 997 / 997) - timedelta(seconds=number + 1)
            if at < now - searching.REACH:
                at += searching.REACH / 2
            words = f'{RARE if number % 500 == 499 else COMMON}不亮，{number} 号楼的老人看不见路，' + '请来看看' * (
                number % 10
            )
            line = Message(
                f'{XIANYOU}#oBench{number % 300:020}', f'{int(at.timestamp())}#{24_000_000_000_000_000 + number}',
                at=at, way='in', kind='text', text=words, forget_at=now + timedelta(days=700),
            )  # fmt: skip
            batch.save(searching.say_when(line, XIANYOU))


def _search(requests: list[list[Message]], size: int, typed: str, to_the_end: bool, now: datetime) -> dict[str, Any]:
    requests.clear()
    began, worked = time.perf_counter(), time.thread_time()
    reached, pages, finds = now, 0, 0
    while True:
        part = searching.lines([XIANYOU], searching.wanted(typed), reached, now)
        pages, finds = pages + 1, finds + len(part.finds)
        if part.before is None or not to_the_end:
            break
        reached = part.before
    seconds, processor = round(time.perf_counter() - began, 2), round(time.thread_time() - worked, 2)
    return {
        'lines': size,
        'looked for': typed + ('，to the end' if to_the_end else ''),
        'pages': pages,
        'finds': finds,
        'requests': len(requests),
        'read_units': sum(map(_units, requests)),
        'seconds': seconds,
        'processor': processor,
    }


if __name__ == '__main__':
    main()
