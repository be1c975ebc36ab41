"""What a booking costs: each of its steps, the free times of two weeks, the reminders of a day, and one hot slot.

The local product runs in this process with the sample catalogue; steps are taken by calling what the pages call,
without the sends that follow. Reminders are due for 100 bookings among many more that are not. Of the hot slot two
hundred threads want the same moment; a conflict is a transaction that was refused and decided again.
Capacity is what ministack reports: units of tables and indexes, transactions counted double as AWS does.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks import counting, report
from chalicelib import clock, storage
from chalicelib.bookings import making, rules, serving, steps, times
from chalicelib.bookings.actions import Booker, TimeGone, Where, Wish, do
from chalicelib.bookings.keeping import CLOCK
from chalicelib.bookings.records import Booking
from chalicelib.deadlines import actions as deadline_actions
from chalicelib.deadlines import jobs as deadlines
from chalicelib.deadlines import rules as deadline_rules
from chalicelib.deadlines.records import Deadline
from chalicelib.outreach import actions as outreach
from chalicelib.services import actions as services
from local.alliance import XIANYOU
from local.product import Product

ITEM, OPTION = 'richang-baojie', '2h'
AMONG = (1_000, 50_000)
DUE = 100
CROWD = 200
HERE = Where('王阿姨', '13800000009', '仙游路 15 号 2 单元 501')
CLERK: Any = SimpleNamespace(id='bench', name='调度')
HEAD = ('', 'requests', 'read units', 'write units', 'seconds', 'refused')


def main() -> None:
    options = _options()
    taken = report.conditions()
    with tempfile.TemporaryDirectory(prefix='weilin-bench-') as folder, Product(Path(folder)):
        figures = list(_measured(options.among))
    figures = [{name: one[name or 'step'] for name in HEAD} for one in figures]
    report.show(f'Bookings, commit {taken["commit"]}', HEAD, [tuple(one.values()) for one in figures])
    report.write(options.json, 'bookings', {'steps': figures}, taken)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='python -m benchmarks.bookings', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--among', type=int, nargs='+', default=AMONG, help='bookings still to come')
    report.add_json_option(parser)
    return parser.parse_args()


def _measured(among: list[int]) -> Any:
    calls: list[counting.Call] = []
    counting.listen(calls.append)
    outreach.deliver = lambda ids, now: None  # what is sent is another room's figure
    now = clock.now()
    services.items()
    yield _step(calls, 'free times of two weeks', lambda: times.free_times(*_item(), now))
    at = _free(now)
    booker = Booker(f'{XIANYOU}#oBench', XIANYOU, 'oauth')
    held = _taken(calls, 'hold', lambda: making.hold(_wish(at[0]), booker, 'bench', now))
    yield held
    number = held['booking'].id
    yield _taken(calls, 'confirm', lambda: making.confirm(number, HERE, _wish(at[0]).mark, booker, now))
    crew, company = held['booking'].crew, held['booking'].partner
    yield _taken(calls, 'accept with a crew', lambda: serving.accept(number, company, crew, CLERK, now))
    yield _taken(calls, 'move to another day', lambda: steps.move(number, at[-1], booker, now))
    yield _taken(
        calls, 'decline, to the next company', lambda: serving.decline(number, company, '人手不够', CLERK, now)
    )
    yield _taken(calls, 'cancel', lambda: steps.cancel(number, booker, now))
    yield _crowd(calls, at[1], now)
    there, day = 0, now + timedelta(days=40)
    for rows in sorted(among):
        _fill(there, rows, day + timedelta(days=30))
        there = rows
        _fill(there + 1_000_000, there + 1_000_000 + DUE, day)
        yield _run(calls, f'{DUE} reminders among {rows:,} bookings', rules.day_before(day))
        yield _run(calls, f'nothing due among {rows:,}', rules.day_before(day) + timedelta(minutes=1))
        day += timedelta(days=2)


def _item() -> tuple[Any, Any]:
    item = services.item(ITEM)
    assert item, f'the catalogue has no {ITEM}'
    return item, services.option(item, OPTION)


def _free(now: datetime) -> list[datetime]:
    item, option = _item()
    return [time.at for day in times.free_times(item, option, now).values() for time in day][8:60:10]


def _wish(at: datetime) -> Wish:
    return Wish(ITEM, OPTION, at, making.mark(_item()[1]))


def _step(calls: list[counting.Call], name: str, act: Callable[[], object]) -> dict[str, Any]:
    before, began = len(calls), time.perf_counter()
    brought = act()
    seconds = time.perf_counter() - began
    mine = [call for call in calls[before:] if call.who in ('bench', 'door')]
    return {
        'step': name,
        'requests': len(mine),
        'read units': sum(call.capacity for call in mine if call.reads),
        'write units': sum(call.capacity for call in mine if not call.reads),
        'seconds': round(seconds, 3),
        'refused': sum(not call.accepted for call in mine),
        'brought': brought,
    }


def _taken(calls: list[counting.Call], name: str, plan: Callable[[], Any]) -> dict[str, Any]:
    figure = _step(calls, name, lambda: do(plan))
    return {**figure, 'booking': figure.pop('brought')}


def _crowd(calls: list[counting.Call], at: datetime, now: datetime) -> dict[str, Any]:
    def one(number: int) -> bool:
        try:
            do(lambda: making.hold(_wish(at), Booker(f'{XIANYOU}#oCrowd{number}', XIANYOU, 'oauth'), f'c{number}', now))
        except TimeGone:
            return False
        return True

    def all_at_once() -> int:
        with ThreadPoolExecutor(CROWD) as pool:
            return sum(pool.map(one, range(CROWD)))

    figure = _step(calls, '', all_at_once)
    return {**figure, 'step': f'{CROWD} at once for one slot: {figure["brought"]} have it'}


def _fill(first: int, last: int, at: datetime) -> None:
    """Bookings that are settled, each with the clock that reminds of it, as their steps would have left them."""
    due = rules.day_before(at)
    with Booking.batch_write() as rows, Deadline.batch_write() as clocks:
        for number in range(first, last):
            booking = Booking(
                f'B{number}', state='confirmed', form='time', conversation=f'{XIANYOU}#oNobody{number}', unit=XIANYOU,
                made_by='chat', made_at=at, when=at, item=ITEM, item_name='日常保洁', option=OPTION,
                option_name='2 小时', partner='jiazheng-a', crew='a-1', seat=1, starts_at=at,
                ends_at=at + timedelta(hours=2), first_cell=36, after_cell=46, confirmed_at=at, version=1,
            )  # fmt: skip
            booking.clock_key = deadline_rules.key(CLOCK, booking.id, due)
            rows.save(booking)
            clocks.save(Deadline(deadline_rules.shard(booking.id), booking.clock_key, key=booking.clock_key, mark='0'))


def _done(deadline: Deadline, now: datetime) -> None:
    storage.commit(lambda tx: deadline_actions.done(tx, deadline))


def _run(calls: list[counting.Call], name: str, now: datetime) -> dict[str, Any]:
    """What it makes be told is another room's figure."""
    import app

    only = {CLOCK: app.DEADLINES[CLOCK], 'alert': _done, 'outreach': _done}
    deadlines.run({'alert': _done, 'outreach': _done}, now - timedelta(seconds=1), 3600)
    return _step(calls, name, lambda: deadlines.run(only, now, 3600))


if __name__ == '__main__':
    main()
