"""What a lead reads in red above the list, while it can still be mended."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import clock, holidays
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import roles
from chalicelib.desk import words

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member

log = logging.getLogger('weilin')


def troubles(member: 'Member', unit: str, now: datetime) -> tuple[str, ...]:
    """For whoever leads the unit: who could not be told tonight, and what promises could not take into account."""
    if not roles.may(member, roles.LEAD_UNIT) or not unit:
        return ()
    return (*_calendar(unit, now), *_reach(unit, now))


def _calendar(unit_id: str, now: datetime) -> Iterator[str]:
    """One place for all to mend it, so the unit above all the others is told."""
    unit, year = alliance.unit(unit_id), holidays.missing_year(clock.day(now))
    if year and unit and not unit.parent:
        yield words.NO_HOLIDAYS.format(year=year)


def _reach(unit: str, now: datetime) -> tuple[str, ...]:
    from chalicelib.alliance import reach  # leads only: it brings all that calls

    try:
        return tuple(trouble.words for trouble in reach.unreachable(unit, now))
    except Exception as error:  # a warning that cannot be made out must not keep the list away
        log.error('reach of a unit not known unit=%s error=%s', unit, type(error).__name__)
        return ()
