"""A unit's bookings of a day or a week: how companies serve its residents. Nobody's name, no address."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import rules, telling
from chalicelib.desk import booking_view, calls
from chalicelib.desk.rules import LATE, Due

if TYPE_CHECKING:
    from chalicelib.bookings.records import Booking

WEEK = 7
ROWS_AT_MOST = 60
_NOT_WELL = (rules.UNSERVED, rules.MISSED, rules.NO_SHOW)


class Row(NamedTuple):
    number: str
    time: str
    what: str
    company: str
    state: Due
    rating: Due | None


class Day(NamedTuple):
    words: str
    rows: tuple[Row, ...]


class List(NamedTuple):
    unit: str
    path: str
    title: str
    summary: tuple[Due, ...]
    days: tuple[Day, ...]
    more: int
    week: bool
    day: str
    before: str
    after: str


def listed(unit: str, first: date, week: bool, now: datetime) -> List:
    span = WEEK if week else 1
    found = bookings.of_unit(unit, first, first + timedelta(days=span - 1)) if unit else []
    found.sort(key=lambda one: (one.when, one.id))
    last = first + timedelta(days=span - 1)
    until = f' 至 {last.month}月{last.day}日' if week else ''
    return List(
        unit=unit,
        path=f'/desk/bookings?unit={unit}&day={first.isoformat()}' + ('&week=1' if week else ''),
        title=calls.spoken_day(first, now) + until,
        summary=tuple(_summary(found)),
        days=tuple(_days(found[:ROWS_AT_MOST], first, span, now)),
        more=max(0, len(found) - ROWS_AT_MOST),
        week=week,
        day=first.isoformat(),
        before=(first - timedelta(days=span)).isoformat(),
        after=(first + timedelta(days=span)).isoformat(),
    )


def _summary(found: 'Sequence[Booking]') -> Iterable[Due]:
    """How many, and first of all what did not go well."""
    count = {state: sum(one.state == state for one in found) for state in (*_NOT_WELL, rules.CANCELLED)}
    yield Due(f'共 {len(found)} 个', '')
    done = sum(one.state in (rules.DONE, rules.RATED) for one in found)
    if done:
        yield Due(f'已完成 {done} 个', '')
    names = {rules.UNSERVED: '没有公司能接', rules.MISSED: '没有上门记录', rules.NO_SHOW: '上门没有找到人'}
    for state, name in names.items():
        if count[state]:
            yield Due(f'{name} {count[state]} 个', LATE)
    if low := sum(_is_low(one) for one in found):
        yield Due(f'评价不满意 {low} 个', LATE)
    if count[rules.CANCELLED]:
        yield Due(f'取消 {count[rules.CANCELLED]} 个', '')


def _is_low(booking: 'Booking') -> bool:
    return booking.rating is not None and booking.rating <= rules.LOW_RATING


def _days(found: 'Sequence[Booking]', first: date, span: int, now: datetime) -> Iterable[Day]:
    for number in range(span):
        day = first + timedelta(days=number)
        rows = tuple(_row(one, now) for one in found if clock.day(one.when) == day)
        if rows:
            yield Day(calls.spoken_day(day, now), rows)


def _row(booking: 'Booking', now: datetime) -> Row:
    rating = None
    if booking.rating is not None:
        rating = Due(rules.RATINGS[int(booking.rating)], LATE if _is_low(booking) else '')
    time = f'{clock.beijing(booking.starts_at):%H:%M}' if booking.starts_at else '按需办理'
    company = telling.name(booking.partner or '')
    return Row(booking.id, time, telling.what(booking), company, booking_view.state(booking, now), rating)
