"""When an item can be had: free times of all crews that offer it, over the next two weeks."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from chalicelib import clock
from chalicelib.bookings import cells, records, rules
from chalicelib.bookings.cells import Cells, Job, Span
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.services.records import Crew, Item

DAYS = 14  # a page shows so many


class Long(Protocol):
    """What takes its time: an option, or what was booked, which stays as long as it was when the catalogue changes."""

    minutes: Any  # int


class Time(NamedTuple):
    at: datetime
    seats: int  # that are free; 1 where a crew comes


class Found(NamedTuple):
    """A crew that is free, and its cells as they were read."""

    crew: 'Crew'
    span: Span
    kept: Cells | None  # None: its day has no row yet


def job(item: 'Item', what: Long, crew: 'Crew') -> Job:
    return Job(int(what.minutes), int(crew.buffer_minutes), int(item.step_minutes), int(crew.capacity))


def window(item: 'Item', now: datetime) -> tuple[datetime, date]:
    """From which moment and until which day it can be booked."""
    return now + timedelta(minutes=int(item.lead_minutes)), clock.day(now) + timedelta(days=int(item.horizon_days))


def free_times(item: 'Item', what: Long, now: datetime, first: date | None = None) -> dict[date, list[Time]]:
    """Free times of two weeks from `first`, or from today, by day: one request for each crew."""
    first = max(first or clock.day(now), clock.day(now))
    last = window(item, now)[1]
    if last < first:  # a day centuries away has no two weeks after it
        return {}
    last = min(first + timedelta(days=DAYS - 1), last)
    found: dict[date, dict[datetime, int]] = {}
    for crew in services.crews_for(item):
        kept = records.days(crew.id, first, last)
        for day in _days(first, last):
            for at, seats in _free_on(item, what, crew, day, kept.get(day.isoformat(), {}), now):
                times = found.setdefault(day, {})
                times[at] = times.get(at, 0) + seats
    return {day: [Time(at, times[at]) for at in sorted(times)] for day, times in sorted(found.items())}


def nearest(item: 'Item', what: Long, at: datetime, now: datetime) -> list[datetime]:
    """The free times nearest to one that is not."""
    first = max(clock.day(now), clock.day(at) - timedelta(days=DAYS // 2))
    free = (time.at for times in free_times(item, what, now, first).values() for time in times)
    best = sorted((one for one in free if one != at), key=lambda one: (abs(one - at), one))
    return sorted(best[: rules.DISTANCE_OF_BEST])


def find(item: 'Item', what: Long, at: datetime, now: datetime, first: str = '', mine: str = '') -> Found | None:
    """A crew that can come then, in the order in which companies are asked, `first` before all; None where none can.

    One consistent read. `mine`: cells of this booking count as free.
    """
    if not _within(item, at, now):
        return None
    crews = [crew for crew in services.crews_for(item) if begins(item, what, crew, at)]
    crews.sort(key=lambda crew: crew.unit != first)
    return first_free(item, what, crews, at, now, mine)


def first_free(
    item: 'Item', what: Long, crews: Sequence['Crew'], at: datetime, now: datetime, mine: str = ''
) -> Found | None:
    day = clock.day(at).isoformat()
    kept = records.cells_now((crew.id, day) for crew in crews)
    for crew in crews:
        taken = kept.get((crew.id, day))
        span = cells.free_seat(crew.id, at, job(item, what, crew), taken or {}, now, mine)
        if span:
            return Found(crew, span, taken)
    return None


def free_crews(
    item: 'Item', what: Long, crews: Sequence['Crew'], at: datetime, now: datetime, mine: str = ''
) -> list['Crew']:
    """Those of these crews that are free then, whether or not they are at work; one consistent read."""
    day = clock.day(at).isoformat()
    kept = records.cells_now((crew.id, day) for crew in crews)

    def free(crew: 'Crew') -> bool:
        taken = kept.get((crew.id, day), {})
        return cells.free_seat(crew.id, at, job(item, what, crew), taken, now, mine) is not None

    return [crew for crew in crews if free(crew)]


def _within(item: 'Item', at: datetime, now: datetime) -> bool:
    earliest, last = window(item, now)
    return earliest <= at and clock.day(at) <= last


def begins(item: 'Item', what: Long, crew: 'Crew', at: datetime) -> bool:
    """Whether the crew has a beginning then, free or not: this keeps out every time we never offered."""
    work = services.hours_of(crew).work_on(clock.day(at))
    return at in cells.starts(work, job(item, what, crew))


def _free_on(
    item: 'Item', what: Long, crew: 'Crew', day: date, taken: Cells, now: datetime
) -> Iterator[tuple[datetime, int]]:
    wanted, earliest = job(item, what, crew), window(item, now)[0]
    busy = cells.busy(taken, now)
    for at in sorted({*cells.starts(services.hours_of(crew).work_on(day), wanted)}):  # stretches may overlap
        if at >= earliest and (seats := cells.seats_left(at, wanted, busy)):
            yield at, seats


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
