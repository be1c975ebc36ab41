"""Free times of two weeks as a page shows them: by day, days without any in one line."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.bookings import times
from chalicelib.bookings.times import Time
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.services.records import Item, Option

_MOST = 250  # OURS: times on one page, in whole days; it stays below 30 KB
_FEW = 40  # OURS: so many are shown at once, of more only the first day's
_A_DAY = timedelta(days=1)


class Day(NamedTuple):
    """One day with its times, or a stretch of days without any."""

    name: str
    times: list[Time]
    open: bool = False


class Fortnight(NamedTuple):
    days: list[Day]
    seats: bool  # how many are left is worth saying
    more: date | None  # from there it goes on

    @property
    def empty(self) -> bool:
        return not any(day.times for day in self.days)


def fortnight(item: 'Item', option: 'Option', first: date, now: datetime) -> Fortnight:
    last = times.window(item, now)[1]
    ends = min(first + (times.DAYS - 1) * _A_DAY, last)
    free = times.free_times(item, option, now, first)
    more = _cut(free) or (ends + _A_DAY if ends < last else None)
    until = min(ends, more - _A_DAY) if more else ends
    shown = {day: found for day, found in free.items() if day <= until}
    few = sum(map(len, shown.values())) <= _FEW
    seats = any(crew.capacity > 1 for crew in services.crews_for(item))
    return Fortnight(_days(shown, first, until, few, clock.day(now)), seats, more)


def first_day(text: str, item: 'Item', now: datetime) -> date:
    """The day a page begins with: what was asked for where it can be booked, else today."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return clock.day(now)
    return asked if clock.day(now) <= asked <= times.window(item, now)[1] else clock.day(now)


def moment(text: str) -> datetime | None:
    """A time as its button says it: epoch seconds."""
    return clock.from_epoch(int(text)) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def _cut(free: dict[date, list[Time]]) -> date | None:
    """The first day that is too much for one page."""
    count = 0
    for day, found in free.items():
        count += len(found)
        if count > _MOST and count > len(found):
            return day
    return None


def _days(free: dict[date, list[Time]], first: date, last: date, few: bool, today: date) -> 'list[Day]':
    days: list[Day] = []
    without: list[date] = []
    for number in range((last - first).days + 2):
        day = first + number * _A_DAY
        found = free.get(day)
        if found is None and day <= last:
            without.append(day)
            continue
        if without:
            days.append(Day(_stretch(without, today), []))
            without = []
        if found:
            days.append(Day(_name(day, today), found, few or not any(one.times for one in days)))
    return days


def _name(day: date, today: date) -> str:
    near = {0: '今日 ', 1: '明日 ', 2: '后日 '}.get((day - today).days, '')
    return f'{near}{_plain(day)} 周{clock.WEEKDAYS[day.weekday()]}'


def _stretch(days: list[date], today: date) -> str:
    return f'{_name(days[0], today)} ' if len(days) == 1 else f'{_plain(days[0])}至{_plain(days[-1])}'


def _plain(day: date) -> str:
    return f'{day.month}月{day.day}日'
