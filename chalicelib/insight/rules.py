"""When an account that publishes nothing is spoken of, and to whom. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock

if TYPE_CHECKING:
    from chalicelib.hours import Hours

# 国办秘函〔2019〕19号: an account without an update for more than two weeks fails the inspection.
LIMIT = timedelta(days=14)


class Rung(NamedTuple):
    """So long after the last publication; `units`: the account's own, and how many with those above it."""

    after: timedelta
    units: int


# OURS: a week is time enough to write something, two days are enough to publish what lies ready.
RUNGS = (Rung(timedelta(days=7), 1), Rung(timedelta(days=10), 2), Rung(timedelta(days=12), 3))

# OURS: over a weekend a warning waits for Monday; before a longer holiday it comes on the last working day.
_WAITS_AT_MOST = timedelta(days=3)
_A_DAY = timedelta(days=1)

LIST, EVENT, TICK = 'list', 'event', 'tick'  # where we know of a publication from

# OURS: what was counted longer ago is not known any more; it is counted every five minutes.
COUNTED_LASTS = timedelta(minutes=30)
LONG_WAIT = timedelta(hours=24)


def moment(published_at: datetime, rung: Rung, hours: 'Hours') -> datetime:
    """When this rung is reached: in working time, and before the limit where that can be."""
    nominal = published_at + rung.after
    at = hours.add(nominal, timedelta())
    if at - nominal <= _WAITS_AT_MOST and at < published_at + LIMIT:
        return at
    for days in range(1, rung.after.days):
        earlier = hours.add(nominal - days * _A_DAY, timedelta())
        if earlier <= nominal:
            return earlier
    return at


def reached(published_at: datetime, hours: 'Hours', now: datetime) -> int:
    """How many rungs of the silence since then have been reached."""
    return sum(moment(published_at, rung, hours) <= now for rung in RUNGS)


def next_moment(published_at: datetime, told: int, hours: 'Hours') -> datetime | None:
    """When the rung after those already told is reached; None after the last."""
    return moment(published_at, RUNGS[told], hours) if told < len(RUNGS) else None


def units_told(chain: Sequence[str], reached: int) -> list[str]:
    """Who of the account's unit and those above it is told at this rung, counted from one."""
    return list(chain[: RUNGS[reached - 1].units])


def days_since(day: date, now: datetime) -> int:
    return (clock.day(now) - day).days
