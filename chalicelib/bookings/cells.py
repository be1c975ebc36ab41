"""A crew's day in cells of fifteen minutes, each of its seats taken by one booking at most. Pure.

A cell's value is `until#booking`: epoch seconds of ten digits, so that text is in order of time, and '9999999999' for
good. A value that is below the present moment is free: the condition of the write compares it, nobody has to clean up.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zlib import crc32

from chalicelib.clock import BEIJING, beijing
from chalicelib.hours import Stretch

CELL = timedelta(minutes=15)
A_DAY = 96
_FOR_GOOD = '9999999999'

Cells = Mapping[str, str]  # of one crew on one day: name → value


class Span(NamedTuple):
    """Cells of one seat of a crew on one day; `after` is the first that is not among them."""

    crew: str
    day: str  # 2026-11-28
    first: int
    after: int
    seat: int

    @property
    def names(self) -> list[str]:
        return [name(cell, self.seat) for cell in range(self.first, self.after)]


class Job(NamedTuple):
    """What has to fit: its length, the way to the next one, the grid of its beginnings (0: a stretch's own only)."""

    minutes: int
    buffer: int
    step: int
    capacity: int


def name(cell: int, seat: int) -> str:
    return f's{cell:02d}_{seat}'


def value(booking: str, until: datetime | None = None) -> str:
    """What stands in a cell that a booking has, for good or until a moment."""
    return f'{stamp(until) if until else _FOR_GOOD}#{booking}'


def stamp(at: datetime) -> str:
    return f'{int(at.timestamp()):010d}'


def is_taken(found: str | None, now: datetime) -> bool:
    return found is not None and found >= stamp(now)


def whose(found: str) -> str:
    return found.partition('#')[2]


def span(crew: str, starts_at: datetime, job: Job, seat: int) -> Span:
    """The cells of a job that begins then; the way home may lie beyond midnight, where no cell is."""
    local = beijing(starts_at)
    first = (local.hour * 60 + local.minute) // 15
    after = first + -(-(job.minutes + job.buffer) // 15)
    return Span(crew, local.date().isoformat(), first, min(after, A_DAY), seat)


def moment(day: date, cell: int) -> datetime:
    return (datetime.combine(day, time(), BEIJING) + cell * CELL).astimezone(UTC)


def starts(stretches: Iterable[Stretch], job: Job) -> Iterator[datetime]:
    """When a job of this length may begin so that it ends within the crew's hours."""
    for stretch in stretches:
        at = _next_cell(stretch.begins)
        while at + timedelta(minutes=job.minutes) <= stretch.ends:
            yield at
            if not job.step:
                break
            at += timedelta(minutes=job.step)


def _next_cell(at: datetime) -> datetime:
    """Hours that begin at 08:40 begin at 08:45."""
    seconds = int(CELL.total_seconds())
    return datetime.fromtimestamp(-(-int(at.timestamp()) // seconds) * seconds, UTC)


def free_seat(crew: str, starts_at: datetime, job: Job, cells: Cells, now: datetime, mine: str = '') -> Span | None:
    """A seat all of whose cells are free at `now`, or belong to the booking `mine`; its own before all.

    Each booking begins to look at another seat: many at once do not all want the same one.
    """
    first = crc32(mine.encode())
    spans = [span(crew, starts_at, job, 1 + (first + number) % job.capacity) for number in range(job.capacity)]
    spans.sort(key=lambda one: not any(_is_of(cells.get(cell), mine) for cell in one.names))
    return next((one for one in spans if all(_may_take(cells.get(cell), mine, now) for cell in one.names)), None)


def _is_of(found: str | None, booking: str) -> bool:
    return found is not None and whose(found) == booking


def _may_take(found: str | None, mine: str, now: datetime) -> bool:
    return not is_taken(found, now) or _is_of(found, mine)


def busy(cells: Cells, now: datetime) -> dict[int, int]:
    """Of each seat that has anything, the cells that are taken at `now`, as bits."""
    found: dict[int, int] = {}
    for one, kept in cells.items():
        if is_taken(kept, now):
            cell, _, seat = one[1:].partition('_')
            found[int(seat)] = found.get(int(seat), 0) | 1 << int(cell)
    return found


def seats_left(starts_at: datetime, job: Job, taken: Mapping[int, int]) -> int:
    """How many seats are free for a job that begins then; `taken` as `busy` says."""
    wanted = span('', starts_at, job, 1)
    mask = (1 << wanted.after) - (1 << wanted.first)
    return job.capacity - sum(bool(mask & bits) for seat, bits in taken.items() if seat <= job.capacity)
