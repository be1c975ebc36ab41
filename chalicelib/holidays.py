"""The national calendar: public holidays, and the weekends that are worked for them. Pure but for a warning.

Source: the package chinesecalendar, which repeats what the State Council announces for the next year, mostly in
November (国务院办公厅关于部分节假日安排的通知). A year that it does not know has plain weekends. Loaded on first use.
"""

import logging
from datetime import date
from functools import cache
from typing import NamedTuple

log = logging.getLogger('weilin')

# The announcements for 2021 to 2026 came between 25 October and 8 December of the year before.
_ANNOUNCED_BY_MONTH = 12


class _Calendar(NamedTuple):
    holidays: frozenset[date]
    make_up: frozenset[date]
    until: date


@cache
def _calendar() -> _Calendar:
    import chinese_calendar

    until = date(max(chinese_calendar.holidays).year, 12, 31)
    return _Calendar(frozenset(chinese_calendar.holidays), frozenset(chinese_calendar.workdays), until)


def is_holiday(day: date) -> bool:
    """A public holiday, or a day off beside one that another day is worked for; not a plain weekend."""
    return day in _known(day).holidays


def is_make_up(day: date) -> bool:
    """A Saturday or Sunday that is worked for a day off, and so a working day."""
    return day in _known(day).make_up


def known_until() -> date:
    """The last day of the last year that was announced when the package was made."""
    return _calendar().until


def missing_year(today: date) -> int | None:
    """The first year without holidays, once it should be known: from December before it."""
    first = known_until().year + 1
    return first if today >= date(first - 1, _ANNOUNCED_BY_MONTH, 1) else None


def _known(day: date) -> _Calendar:
    calendar = _calendar()
    if day > calendar.until:
        _warn(day.year)
    return calendar


@cache
def _warn(year: int) -> None:
    """Once in a process: time was counted in a year whose holidays are not known."""
    log.warning('no holidays are known, weekends are plain: chinesecalendar is old year=%s', year)
