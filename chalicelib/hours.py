"""When a unit is at its desk: working hours, lunch, duty evenings, and time counted in them. Pure.

Working time is what promises are counted in. Whether a day is worked is said first by the unit's own days, then by the
national calendar, then by the weekday.

Duty (an evening, a weekend morning) never counts as working time; it decides who is told and who may answer. It goes by
the weekday as it is written, on holidays and on days worked for them too: an office is looked after on 1 October by
whoever the roster names for a Thursday. A moment is staffed when it is work or duty.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol

from chalicelib.clock import BEIJING, beijing

_LOOKED_AHEAD = 3660  # days: 80 hours of whoever is there a quarter of an hour a week
_MONDAY = 1
_SPAN = r'([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])'
_DAYS = r'[1-7](?:-[1-7])?'
_LINE = re.compile(rf'({_DAYS}(?:,{_DAYS})*)((?: +{_SPAN})+)((?: +[A-Za-z0-9_-]+)*)')


class Unreadable(ValueError):
    """Hours that were not written as they must be; the message says where."""


class Span(NamedTuple):
    """A stretch of the days named (1 is Monday), and for duty who has it; nobody named means the whole unit."""

    days: frozenset[int]
    begins: time
    ends: time  # 24:00 is `time.max`
    members: tuple[str, ...] = ()


class Stretch(NamedTuple):
    """A span on one day, as moments."""

    begins: datetime
    ends: datetime
    members: tuple[str, ...] = ()


class Calendar(Protocol):
    """Days that break everybody's week; `chalicelib.holidays` is one."""

    def is_holiday(self, day: date) -> bool: ...

    def is_make_up(self, day: date) -> bool: ...


@dataclass(frozen=True)
class Hours:
    """One unit's week. `off` and `extra` are its own days that break it, and stand above the calendar's."""

    work: tuple[Span, ...]
    duty: tuple[Span, ...] = ()
    off: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()  # worked as a Monday is
    calendar: Calendar | None = None  # plain weeks

    def add(self, at: datetime, amount: timedelta) -> datetime:
        """The moment by which so much working time has passed since `at`."""
        return _passed(self._work_from(at), at, amount)

    def add_staffed(self, at: datetime, amount: timedelta) -> datetime:
        """The moment by which somebody has been there for so long since `at`, at work or on duty."""
        return _passed(self._staffed_from(at), at, amount)

    def part(self, begins: datetime, ends: datetime, share: float) -> datetime:
        """The moment by which this share of the time from one to the other has passed.

        Counted in working time; where there is none between them in staffed time, else by the plain clock.
        """
        for stretches in (self._work_from, self._staffed_from):
            within = [
                Stretch(max(one.begins, begins), min(one.ends, ends))
                for one in _until(stretches(begins), ends)
                if one.ends > begins
            ]
            total = sum((one.ends - one.begins for one in within), timedelta())
            if total:
                return _after(within, total * share)
        return begins + (ends - begins) * share

    def is_staffed(self, at: datetime) -> bool:
        return any(one.begins <= at < one.ends for one in self._staffed_on(beijing(at).date()))

    def is_working(self, at: datetime) -> bool:
        return any(one.begins <= at < one.ends for one in self.work_on(beijing(at).date()))

    def next_staffed(self, at: datetime) -> datetime:
        """`at` itself where somebody is there, else when somebody comes; `at` where nobody ever does."""
        return next((max(one.begins, at) for one in self._staffed_from(at)), at)

    def last_staffed(self, after: datetime, before: datetime, at_least: timedelta) -> datetime | None:
        """The last staffed moment before `before`, if at least so much staffed time lies between `after` and it."""
        within = [
            Stretch(max(one.begins, after), min(one.ends, before)) for one in _until(self._staffed_from(after), before)
        ]
        total = sum((one.ends - one.begins for one in within), timedelta())
        return max(one.ends for one in within) if within and total >= at_least else None

    def on_duty(self, at: datetime) -> Stretch | None:
        """The stretch of duty that runs at `at`, outside working hours."""
        if self.is_working(at):
            return None
        return next((one for one in self._duty_on(beijing(at).date()) if one.begins <= at < one.ends), None)

    def next_duty(self, at: datetime) -> Stretch | None:
        """The stretch of duty that runs or comes next."""
        if not self.duty:
            return None
        first = beijing(at).date()
        days = (first + timedelta(days=n) for n in range(_LOOKED_AHEAD))
        return next((one for day in days for one in self._duty_on(day) if one.ends > at), None)

    def work_on(self, day: date) -> list[Stretch]:
        """The working time of a day; empty where the unit does not work on it."""
        weekday = self._worked_as(day) if self.work else None
        return _on(self.work, day, weekday) if weekday else []

    def _worked_as(self, day: date) -> int | None:
        """The weekday that this day is worked as; None for a day off."""
        if day in self.off:
            return None
        if day in self.extra:
            return _MONDAY
        if self.calendar and self.calendar.is_holiday(day):
            return None
        return _MONDAY if self.calendar and self.calendar.is_make_up(day) else day.isoweekday()

    def _duty_on(self, day: date) -> list[Stretch]:
        return _on(self.duty, day, day.isoweekday())

    def _staffed_on(self, day: date) -> list[Stretch]:
        return sorted([*self.work_on(day), *self._duty_on(day)])

    def _work_from(self, at: datetime) -> Iterator[Stretch]:
        return _ahead(self.work_on, at) if self.work else iter(())

    def _staffed_from(self, at: datetime) -> Iterator[Stretch]:
        return _ahead(self._staffed_on, at) if self.work or self.duty else iter(())


def _ahead(on: Callable[[date], list[Stretch]], at: datetime) -> Iterator[Stretch]:
    """What is left from `at` on, without overlaps: what two stretches share is counted once."""
    first, covered = beijing(at).date(), at
    for n in range(_LOOKED_AHEAD):
        for one in on(first + timedelta(days=n)):
            if one.ends > covered:
                yield Stretch(max(one.begins, covered), one.ends, one.members)
                covered = one.ends


def _on(spans: tuple[Span, ...], day: date, weekday: int) -> list[Stretch]:
    return sorted(
        Stretch(
            datetime.combine(day, span.begins, BEIJING),
            datetime.combine(day + timedelta(days=1), time(), BEIJING)
            if span.ends == time.max
            else datetime.combine(day, span.ends, BEIJING),
            span.members,
        )
        for span in spans
        if weekday in span.days
    )


def _passed(stretches: Iterator[Stretch], at: datetime, amount: timedelta) -> datetime:
    left = amount
    for stretch in stretches:
        begins = max(stretch.begins, at)
        if left <= stretch.ends - begins:
            return begins + left
        left -= stretch.ends - begins
    return at + amount  # nobody is ever there: the plain clock


def _until(stretches: Iterator[Stretch], ends: datetime) -> Iterator[Stretch]:
    for one in stretches:
        if one.begins >= ends:
            return
        yield one


def _after(within: list[Stretch], amount: timedelta) -> datetime:
    left = amount
    for one in within:
        if left <= one.ends - one.begins:
            return one.begins + left
        left -= one.ends - one.begins
    return within[-1].ends


def parse(text: str) -> tuple[Span, ...]:
    """Read '1-5 08:30-12:00 13:30-17:30; 6 09:00-11:30 wangmin': days, times, and for duty the members who have it.

    Raises `Unreadable`, which names the part that cannot be read.
    """
    return tuple(span for line in text.split(';') if line.strip() for span in _line(' '.join(line.split())))


def _line(line: str) -> Iterator[Span]:
    shape = _LINE.fullmatch(line)
    if shape is None:
        raise Unreadable(f'not hours: {line!r}; write 1-5 08:30-12:00 13:30-17:30')
    days, members = frozenset(_days(shape[1])), tuple(shape[7].split())
    for found in re.finditer(_SPAN, shape[2]):
        begins, ends = _time(found[1], found[2]), _time(found[3], found[4])
        if begins >= ends:
            raise Unreadable(f'ends before it begins: {found[0]}')
        yield Span(days, begins, ends, members)


def _days(text: str) -> Iterator[int]:
    for part in text.split(','):
        first, _, last = part.partition('-')
        if int(last or first) < int(first):
            raise Unreadable(f'days the wrong way round: {part}')
        yield from range(int(first), int(last or first) + 1)


def _time(hour: str, minute: str) -> time:
    if hour == '24':
        if minute != '00':
            raise Unreadable(f'no such time: {hour}:{minute}')
        return time.max
    return time(int(hour), int(minute))
