"""What a run of the alarm clock costs: with nothing due, with 100 due among many more, and how long 2,000 due take.

The local product runs in this process. Everybody who waits has written to one of three units whose staff have a group
robot, and the first rung of the chase is due: a read and a transaction for each, then one message for each unit.
The rows are due ten days from now, so that only this benchmark's own runs take them, not the product's.
Capacity is what ministack reports: units of tables and indexes, transactions counted double as AWS does.
"""

import argparse
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import counting, report
from chalicelib import clock, holidays, storage
from chalicelib.deadlines import jobs as deadlines
from chalicelib.deadlines import rules
from chalicelib.deadlines.records import Deadline
from chalicelib.inbox import alarms, kinds, receiving, turns
from local.alliance import DISTRICT, STREET, XIANYOU
from local.product import Product

AMONG = (1_000, 10_000, 50_000)
DUE = 100
MANY_DUE = 2_000
HEAD = ('rows', 'due', 'requests', 'for each due', 'read units', 'write units', 'seconds', 'which', 'became')


def main() -> None:
    options = _options()
    taken = report.conditions()
    with tempfile.TemporaryDirectory(prefix='weilin-bench-') as folder, Product(Path(folder)) as product:
        figures = list(_measured(product, options.among))
    report.show(f'A run of the alarm clock, commit {taken["commit"]}', HEAD, [_row(figure) for figure in figures])
    report.write(options.json, 'chase', {'runs': figures}, taken)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='python -m benchmarks.chase', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--among', type=int, nargs='+', default=AMONG, help='rows that are not due')
    report.add_json_option(parser)
    return parser.parse_args()


def _measured(product: Product, among: list[int]) -> Any:
    calls: list[counting.Call] = []
    counting.listen(calls.append)
    day, there, wait = _working_day(), 0, Waiting()
    for rows in sorted(among):
        _fill(there, rows, day)
        there = rows
        yield _run(calls, rows, 0, day)
        wait.begin(DUE, day)
        yield _run(calls, rows, DUE, day)
        for _ in range(5):  # what was held back for the next message of a robot is told before it is measured again
            day += timedelta(minutes=3)
            _run(calls, rows, 0, day)
    wait.begin(MANY_DUE, day)
    yield _run(calls, there, MANY_DUE, day)


def _working_day() -> datetime:
    """Ten in the morning of a working day that is ten days away at least."""
    day = clock.beijing(clock.now() + timedelta(days=10)).replace(hour=10, minute=0, second=0, microsecond=0)
    while day.isoweekday() > 4 or holidays.is_holiday(day.date()):
        day += timedelta(days=1)
    return day


def _fill(first: int, last: int, day: datetime) -> None:
    with Deadline.batch_write() as batch:
        for number in range(first, last):
            key = rules.key('chase', f'nobody{number}', day + timedelta(days=30, seconds=number))
            batch.save(Deadline(rules.shard(f'nobody{number}'), key, key=key, mark='0'))


class Waiting:
    """Residents, each with a conversation of their own."""

    def __init__(self) -> None:
        self._number = 0

    def begin(self, how_many: int, day: datetime) -> None:
        """So many more write a minute before."""
        for _ in range(how_many):
            self._number += 1
            unit = (XIANYOU, STREET, DISTRICT)[self._number % 3]
            found = receiving.find(f'{XIANYOU}#oBench{self._number:020}', unit, day)
            found.label = '居民'
            turns.hear(found, kinds.ORDINARY, day - timedelta(minutes=1), None, day - timedelta(minutes=1))

            def write(tx: storage.Transaction, found: Any = found) -> None:
                alarms.keep(tx, found, day)
                tx.save(found)

            storage.commit(write)


def _run(calls: list[counting.Call], rows: int, due: int, day: datetime) -> dict[str, Any]:
    import app

    before, began = len(calls), time.perf_counter()
    became = deadlines.run(app.DEADLINES, day, 3600, rounds=deadlines.ROUNDS)
    seconds = time.perf_counter() - began
    mine = [call for call in calls[before:] if call.who == 'bench']
    return {
        'rows': rows,
        'due': due,
        'requests': len(mine),
        'for each due': round(len(mine) / due, 2) if due else None,
        'read units': sum(call.capacity for call in mine if call.reads),
        'write units': sum(call.capacity for call in mine if not call.reads),
        'seconds': round(seconds, 2),
        'which': dict(Counter(call.operation for call in mine)),
        'became': dict(became),
    }


def _row(figure: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(_cell(figure[name]) for name in HEAD)


def _cell(value: Any) -> Any:
    return ', '.join(f'{count} {name}' for name, count in value.items()) if isinstance(value, dict) else value


if __name__ == '__main__':
    main()
