"""Random histories of bookings, with other writers in between and deaths at every request, and what must always hold.

What residents and companies are told is not looked at here; that it is set down in the same transaction is.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from chalicelib import settings, storage
from chalicelib.bookings import actions, cells, jobs, making, records, rules, serving, steps
from chalicelib.bookings.actions import Booker, Where, Wish
from chalicelib.bookings.keeping import CLOCK, Gone, Planned, Refused
from chalicelib.bookings.records import Booking, Contact, Day
from chalicelib.clock import BEIJING
from chalicelib.deadlines import actions as deadlines
from chalicelib.deadlines import jobs as deadline_jobs
from chalicelib.deadlines.records import Deadline
from chalicelib.services import actions as services
from chalicelib.storage import Record
from tests.door import HOME

TAKES = {'offered', 'accepted', 'confirmed', 'arrived'}
TOOK = TAKES | {'done', 'rated', 'no_show', 'missed'}
CLERK: Any = SimpleNamespace(id='clerk', name='调度')
HERE = Where('王阿姨', '13800000009', '仙游路 15 号')


class Death(BaseException):
    """The process ends here; nobody catches it."""


class Shop:
    """One town over some days: residents who book, companies that answer, a clock."""

    def __init__(self, seed: int, now: datetime, memory: Any = None) -> None:
        self.random, self.now, self.memory = random.Random(seed), now, memory
        self.seed, self.forms = seed, 0
        self.tally: Counter[str] = Counter()
        self.within = False
        self.known: dict[str, Any] = {}

    def play(self, operations: int, check: Callable[['Shop'], None] | None = None) -> Counter[str]:
        for _ in range(operations):
            self.one()
            (check or holds)(self)
        return self.tally

    def one(self) -> None:
        what = self.random.choices(list(_OPERATIONS), [weight for weight, _ in _OPERATIONS.values()])[0]
        with self._disturbed():
            try:
                _OPERATIONS[what][1](self)
            except actions.TimeGone:
                self.tally['gone'] += 1
            except (Refused, Gone, rules.NotNow) as refused:
                self.tally[type(refused).__name__] += 1
            except Death:
                self.tally['died'] += 1
            except storage.Unavailable:
                self.tally['no answer'] += 1
            else:
                self.tally[what] += 1

    @contextmanager
    def _disturbed(self) -> Iterator[None]:
        """Now and then another one writes in between, or the process dies at a request, before it or after it."""
        outermost = not self.within and self.memory is not None
        if outermost and self.random.random() < 0.2:
            self.memory.meet('TransactWriteItems', self._meanwhile)
        if outermost and self.random.random() < 0.15:
            self.memory.fail_after(self.random.randrange(6), self.random.random() < 0.5, by=Death())
        try:
            yield
        finally:
            if outermost:
                self.memory._faults.clear()
                self.memory._failures.clear()

    def _meanwhile(self) -> None:
        if not self.within:
            self.within = True
            try:
                self.one()
                self.tally['in between'] += 1
            finally:
                self.within = False

    def do(self, plan: Callable[[], Planned]) -> None:
        """Where there are too many to look through, chance chooses among what it has seen itself, old or not."""
        done = actions.do(plan)
        if self.memory is None:
            self.known[done.id] = None, done

    def once(self) -> str:
        """A new form, or now and then the last one again."""
        if self.random.random() < 0.9:
            self.forms += 1
        return f'{self.seed}.{self.forms}'

    def booker(self) -> Booker:
        return Booker(f'a#r{self.random.randrange(40)}', HOME, self.random.choice(['oauth', 'link', 'chat']))

    def any_of(self, *states: str) -> Booking:
        seen = [found for _, found in self.known.values()] if self.memory is None else bookings(self)
        found = [one for one in seen if one.state in states]
        if not found:
            raise Gone
        return self.random.choice(sorted(found, key=lambda one: one.id))

    def time(self) -> datetime:
        """Mostly one of a few that many want."""
        day = self.now + timedelta(days=self.random.randrange(1, 4))
        hour, quarter = self.random.choice([8, 9, 9, 10, 13, 16, 23]), self.random.choice([0, 0, 2, 1])
        return day.astimezone(BEIJING).replace(hour=hour, minute=15 * quarter, second=0, microsecond=0)


def _raw(shop: Shop, model: type[Record]) -> list[Any]:
    """The rows as the store keeps them: to make models of thousands of them takes most of the time."""
    if shop.memory is None:
        return [row.to_dynamodb_dict() for row in model.scan(consistent_read=True)]
    return list(shop.memory.tables[settings.table_name(model.Meta.table)].rows.values())


def bookings(shop: Shop) -> list[Booking]:
    """All of them, made anew only where their version is."""
    for raw in _raw(shop, Booking):
        key = raw['id']['S'], raw['version']['N']
        if shop.known.get(key[0], (None, None))[0] != key:
            shop.known[key[0]] = key, Booking.from_raw_data(raw)
    return [found for _, found in shop.known.values()]


def cells_now(shop: Shop) -> dict[tuple[str, str, str], str]:
    return {
        (raw['crew']['S'], raw['day']['S'], cell): value['S']
        for raw in _raw(shop, Day)
        for cell, value in raw['cells']['M'].items()
    }


def _wish(shop: Shop) -> Wish:
    item = services.item('cleaning')
    assert item
    option = shop.random.choice(item.options)
    return Wish('cleaning', option.id, shop.time(), making.mark(option))


def _hold(shop: Shop) -> None:
    wish, booker, once = _wish(shop), shop.booker(), shop.once()
    shop.do(lambda: making.hold(wish, booker, once, shop.now))


def _confirm(shop: Shop) -> None:
    found = shop.any_of('held', 'held', 'expired')
    booker = Booker(found.conversation, HOME, found.made_by)
    item = services.item(found.item)
    assert item
    option = services.option(item, found.option)
    assert option
    shop.do(lambda: making.confirm(found.id, HERE, making.mark(option), booker, shop.now))


class Drawn(NamedTuple):
    """What chance has said for a step, the same when it is decided again."""

    share: float
    at: datetime


Plan = Callable[[Booking, Drawn, datetime], Planned]


def _step(plan: Plan, *states: str) -> Callable[[Shop], None]:
    def operation(shop: Shop) -> None:
        found, drawn = shop.any_of(*states), Drawn(shop.random.random(), shop.time())
        shop.do(lambda: plan(found, drawn, shop.now))

    return operation


def _her(one: Booking) -> Booker:
    return Booker(one.conversation, HOME, 'chat')


def _crew(one: Booking, drawn: Drawn) -> str:
    return f'{one.partner}-{1 + (drawn.share < 0.5)}'


def _accept(one: Booking, drawn: Drawn, now: datetime) -> Planned:
    return serving.accept(one.id, one.partner, '' if drawn.share > 0.8 else _crew(one, drawn), CLERK, now)


_cancel = _step(lambda one, _, now: steps.cancel(one.id, _her(one), now), 'held', *TAKES, 'done')
_move = _step(lambda one, drawn, now: steps.move(one.id, drawn.at, _her(one), now), 'offered', 'accepted', 'confirmed')
_assign = _step(
    lambda one, drawn, now: serving.assign(one.id, one.partner, _crew(one, drawn), CLERK, now), 'accepted', 'confirmed'
)
_decline = _step(lambda one, _, now: serving.decline(one.id, one.partner, '人手不够', CLERK, now), 'offered')
_give_up = _step(
    lambda one, _, now: serving.give_up(one.id, one.partner, '车坏了', CLERK, now), 'accepted', 'confirmed'
)
_arrive = _step(lambda one, _, now: serving.arrive(one.id, one.partner, CLERK, now), 'accepted', 'confirmed')
_finish = _step(lambda one, _, now: serving.finish(one.id, one.partner, CLERK, now), 'arrived')
_foreign = _step(lambda one, _, now: steps.cancel(one.id, Booker('a#stranger', HOME, 'chat'), now), 'offered')


def _pass_time(shop: Shop) -> None:
    shop.now += timedelta(minutes=shop.random.choice([1, 5, 11, 31, 240]))


def tick(shop: Shop) -> None:
    """The run of every minute; what is told is marked as done and no more."""

    def told(deadline: Deadline, now: datetime) -> None:
        storage.commit(lambda tx: deadlines.done(tx, deadline))

    handlers = {CLOCK: jobs.tick, 'alert': told, 'outreach': told}
    done = deadline_jobs.run(handlers, shop.now, 600, rounds=deadline_jobs.ROUNDS)
    shop.tally['ticked'] += done['done']


_OPERATIONS: dict[str, tuple[int, Callable[[Shop], None]]] = {
    'hold': (24, _hold),
    'confirm': (20, _confirm),
    'cancel': (6, _cancel),
    'move': (7, _move),
    'accept': (10, _step(_accept, 'offered')),
    'assign': (4, _assign),
    'decline': (4, _decline),
    'give up': (3, _give_up),
    'arrive': (3, _arrive),
    'finish': (3, _finish),
    'foreign': (1, _foreign),
    'pass': (8, _pass_time),
    'tick': (7, tick),
}


def holds(shop: Shop) -> None:
    """No cell twice, no cell lost, every booking reachable, and everything that happens by itself is set."""
    rows = {one.id: one for one in bookings(shop)}
    taken = cells_now(shop)
    clocks = {raw['key']['S'] for raw in _raw(shop, Deadline)}
    contacts = {raw['booking']['S'] for raw in _raw(shop, Contact)}
    for one in rows.values():
        _has_its_cells(one, taken, shop.now)
        moment = rules.next_moment(one)
        assert (one.clock_key in clocks) if moment else (one.clock_key is None), (one.id, one.state)
        if one.state in TAKES:
            assert one.id in contacts, one.state
    lying = {place: value for place, value in taken.items() if cells.is_taken(value, shop.now)}
    for one in rows.values():
        span = one.span if one.state in (TOOK | {'held'}) else None
        for name in span.names if span else ():
            lying.pop((span.crew, span.day, name), None)
    to_come = [value for (_, day, cell), value in lying.items() if _ends(day, cell) > shop.now]  # the past's fall away
    assert not to_come, 'cells that nobody has'


def _ends(day: str, cell: str) -> datetime:
    return cells.moment(date.fromisoformat(day), int(cell[1:3]) + 1)


def _has_its_cells(one: Booking, taken: dict[tuple[str, str, str], str], now: datetime) -> None:
    if one.state == 'held' and one.due_at > now:
        value = cells.value(one.id, one.due_at)
    elif one.state in TAKES:
        value = cells.value(one.id)
    else:
        return
    span = one.span
    assert span
    for cell in span.names:
        assert taken.get((span.crew, span.day, cell)) == value, (one.id, one.state, cell)


def ends(shop: Shop) -> None:
    """Years later nothing is left to happen, nobody's address is known, and nothing stands that was not served."""
    for _ in range(40):
        shop.now += timedelta(days=2)
        tick(shop)
    shop.now += timedelta(days=40)
    tick(shop)
    holds(shop)
    assert not [raw for raw in _raw(shop, Deadline) if f'#{CLOCK}#' in raw['key']['S']]
    assert not _raw(shop, Contact)
    assert {one.state for one in bookings(shop)} <= rules.OVER
    assert all(records.of_booker(one.conversation, one.when) for one in bookings(shop))
