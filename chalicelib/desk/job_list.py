"""The list of a company's jobs: what has to be accepted, today, the week, or one other day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import rules, telling
from chalicelib.desk import access, job_words
from chalicelib.desk.job_access import Place
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.bookings.records import Booking

WEEK = timedelta(days=7)
_FAR = timedelta(days=60)  # the longest horizon of an item
_REQUESTS = timedelta(days=30)  # OURS: what was asked for longer ago is found by its day
_AT_ONCE = timedelta(days=10)  # days asked for in one request, which is bounded by a number of rows
# OURS: how soon an answer is called pressing.
_PRESSING = timedelta(minutes=15)
_A_LITTLE_LATE = timedelta(minutes=10)  # OURS: traffic, and nobody looks at the telephone at the door


class Row(NamedTuple):
    """One job of the list; `due` says what presses, `tone` how much."""

    number: str
    time: str
    what: str
    unit: str
    crew: str
    state: str
    tone: str
    due: str
    due_tone: str


class Day(NamedTuple):
    day: str
    heading: str
    rows: tuple[Row, ...]


class Listing(NamedTuple):
    """`day` is the one that was asked for; without it, today and the week are shown."""

    unit: str
    dispatches: bool
    served: bool  # the member is in some crew, or dispatches
    day: str
    heading: str
    offered: tuple[Row, ...]
    pending: tuple[Row, ...]  # requests that are under way
    days: tuple[Day, ...]
    later: int
    before: str
    after: str
    at: str


def listing(place: Place, asked: date | None, now: datetime) -> Listing:
    today = clock.day(now)
    found = _jobs(place, asked, now)
    offered = sorted((one for one in found if one.state == rules.OFFERED), key=lambda one: one.due_at)
    pending = [one for one in found if one.starts_at is None and one.state in rules.OPEN - {rules.OFFERED}]
    timed = [one for one in found if one.starts_at is not None or asked]
    days = [asked] if asked else [today + timedelta(days=number) for number in range(WEEK.days)]
    shown = tuple(_day(day, timed, now) for day in days)
    chosen = asked or today
    return Listing(
        unit=place.unit,
        dispatches=place.dispatches,
        served=place.dispatches or bool(place.crews),
        day=asked.isoformat() if asked else '',
        heading=_heading(offered),
        offered=() if asked else tuple(_row(one, now) for one in offered),
        pending=() if asked else tuple(_row(one, now) for one in pending),
        days=tuple(day for day in shown if day.rows or day.day in (chosen.isoformat(), today.isoformat())),
        later=sum(clock.day(one.starts_at) >= today + WEEK for one in timed if one.starts_at) if not asked else 0,
        before=(chosen - timedelta(days=1)).isoformat(),
        after=(chosen + timedelta(days=1)).isoformat(),
        at=f'{clock.beijing(now):%H:%M}',
    )


def of_days(place: Place, first: date, last: date) -> 'list[Booking]':
    """What the member may see of his company's jobs on these days, both included, by when they are."""
    if place.dispatches:
        found = _in_parts(place.unit, first, last)
    else:
        found = [one for crew in sorted(place.crews) for one in bookings.of_crew(crew, first, last)]
    return sorted((one for one in found if place.sees(one)), key=lambda one: (one.when, one.id))


def _jobs(place: Place, asked: date | None, now: datetime) -> 'list[Booking]':
    today = clock.day(now)
    if asked:
        return of_days(place, asked, asked)
    if not place.dispatches:
        return of_days(place, today, today + WEEK - timedelta(days=1))
    past = of_days(place, today - _REQUESTS, today - timedelta(days=1))
    week = of_days(place, today, today + WEEK - timedelta(days=1))
    later = [one for one in bookings.of_company(place.unit, today + WEEK, today + _FAR) if place.sees(one)]
    return [*(one for one in past if one.starts_at is None and one.state in rules.OPEN), *week, *later]


def _in_parts(unit: str, first: date, last: date) -> 'Iterable[Booking]':
    while first <= last:
        until = min(last, first + _AT_ONCE - timedelta(days=1))
        yield from bookings.of_company(unit, first, until)
        first = until + timedelta(days=1)


def _day(day: date, jobs: 'Sequence[Booking]', now: datetime) -> Day:
    of_day = [one for one in jobs if clock.day(one.when) == day]
    return Day(day.isoformat(), _day_words(day, now), tuple(_row(one, now) for one in of_day))


def _day_words(day: date, now: datetime) -> str:
    near = {0: '今日 ', 1: '明日 ', -1: '昨日 '}.get((day - clock.day(now)).days, '')
    return f'{near}{day.month}月{day.day}日（周{clock.WEEKDAYS[day.weekday()]}）'


def _heading(offered: 'Sequence[Booking]') -> str:
    return f'{len(offered)} 单等您接' if offered else '没有等您接的'


def _row(job: 'Booking', now: datetime) -> Row:
    due, due_tone = _due(job, now)
    return Row(
        number=job.id,
        time=times(job, now),
        what=telling.what(job),
        unit=access.unit_name(job.unit),
        crew=crew_name(job),
        state=job_words.state(job),
        tone=job_words.tone(job),
        due=due,
        due_tone=due_tone,
    )


def times(job: 'Booking', now: datetime) -> str:
    """明日 09:00—11:00; a request has no time."""
    if job.starts_at is None:
        return '按需办理'
    begins = clock.spoken_time(job.starts_at, now)
    return f'{begins}—{clock.beijing(job.ends_at):%H:%M}' if job.ends_at else begins


def crew_name(job: 'Booking') -> str:
    """Who comes; of a job that is not settled, nobody yet."""
    crew = services.crew(job.crew or '') if job.state not in (rules.OFFERED, rules.ACCEPTED) else None
    return crew.name if crew else ''


def _due(job: 'Booking', now: datetime) -> tuple[str, str]:
    """What has to be done and by when; how pressing it is."""
    if job.state == rules.OFFERED and job.due_at:
        doing = '报价' if job.form == rules.BY_REQUEST else '接单'
        if now >= job.due_at:
            return f'{doing}时间已过', 'late'
        by = f'{clock.spoken_time(job.due_at, now)} 前{doing}'
        return by, 'late' if job.due_at - now < _PRESSING else 'soon'
    if job.state in (rules.ACCEPTED, rules.CONFIRMED) and job.starts_at and now >= job.starts_at:
        late = now - job.starts_at
        return (f'过了 {clock.spoken_span(late)}，没有记到达', 'late') if late >= _A_LITTLE_LATE else ('该到了', 'soon')
    if job.state == rules.PRICED and job.due_at:
        return f'居民 {clock.spoken_time(job.due_at, now)} 前答复', ''
    return '', ''
