"""How staff are told: the order of channels, how often somebody is told, when it is tried again. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.alliance.records import Alert

# OURS: what rings at once and reaches everybody comes first, what costs money last. A unit's own order replaces it.
CHANNELS = ('robot', 'wechat', 'template', 'sms')

# Of every level, the most pressing first: how long after one message to somebody the next may come. OURS.
GAPS = {
    'danger': timedelta(0),
    'above': timedelta(minutes=1),
    'timed_out': timedelta(minutes=1),
    'failed': timedelta(minutes=1),
    'nobody': timedelta(minutes=1),
    'fifths': timedelta(minutes=2),
    'half': timedelta(minutes=2),
    'handed': timedelta(minutes=2),
    'first': timedelta(minutes=2),
    'silent': timedelta(minutes=2),
    'silent_over': timedelta(minutes=2),
    'job_late': timedelta(minutes=1),
    'job': timedelta(minutes=1),
    'job_again': timedelta(minutes=1),
    'job_changed': timedelta(minutes=1),
    'job_lost': timedelta(minutes=1),
}

# OURS: longer than any function runs, so that a call that is still going on is not taken for one that was cut off.
RETRY_AFTER = timedelta(minutes=2)
ATTEMPTS = 2  # the second says that it is one
LONGEST_REST = timedelta(minutes=30)
_DOUBLINGS = 4  # 2, 4, 8, 16 minutes, then the longest

# A transaction takes 100 items. A message that failed is two for each row, and at most one for each row's unit.
ROWS_A_MESSAGE = 30
ITEMS_A_TRANSACTION = 95
MOST_TOLD = 20  # members of one unit: whoever has more staff than that has a group


# Told day and night, to everybody by everything there is, each time anew.
URGENT = frozenset({'danger'})
# OURS: an urgent call that certainly did not arrive is made once more after so long; the ladder makes new ones anyway.
CALL_AGAIN_AFTER = timedelta(minutes=1)
URGENT_CALLS = 2

# Levels that ask for something by a time, and what is said once it is over.
BEFORE_TIME = dict.fromkeys(('first', 'half', 'fifths', 'handed'), 'timed_out') | {
    'silent': 'silent_over',
    'job': 'job_lost',
    'job_again': 'job_lost',
}
# Asks one named member of the unit; where he cannot be reached, all of them.
NOBODYS = 'nobody'
# Levels that are about an account itself, not about a resident.
OF_ACCOUNTS = ('silent', 'silent_over')
# Levels that are about a company's jobs.
OF_JOBS = ('job_late', 'job', 'job_again', 'job_changed', 'job_lost')


def rank(level: str) -> int:
    """The lower, the more pressing."""
    levels = list(GAPS)
    return levels.index(level) if level in levels else len(levels)


def told_at(level: str, now: datetime, staffed_at: datetime) -> datetime:
    """When staff are told of this: as soon as somebody is there, or at once.

    At once is the moment before: what one transaction does not hold then follows at `now`, in the same run.
    """
    return now - timedelta(microseconds=1) if level in URGENT else staffed_at


def free_at(last_at: datetime | None, levels: Iterable[str], now: datetime) -> datetime:
    """When somebody told at `last_at` may be told this."""
    usual = GAPS['first']
    return max(now, last_at + min((GAPS.get(level, usual) for level in levels), default=usual)) if last_at else now


def look_again(levels: Iterable[str]) -> timedelta:
    """After how long a box is looked at again whose target is just being called."""
    return CALL_AGAIN_AFTER if URGENT & set(levels) else GAPS['first']


def rest(failures: int) -> timedelta:
    """How long to wait after so many rounds in which no channel worked."""
    return timedelta(minutes=2**failures) if failures <= _DOUBLINGS else LONGEST_REST


def superseded(alerts: Iterable['Alert']) -> list['Alert']:
    """Rows that say of a matter, to the same people, what a later row says better."""
    latest: dict[tuple[str, ...], Alert] = {}
    old = []
    for alert in sorted(alerts, key=lambda alert: (alert.told_at, -rank(alert.level))):
        key = (alert.told, alert.about, *sorted(alert.others))
        if key in latest:
            old.append(latest[key])
        latest[key] = alert
    return old


def next_channels(channels: Sequence[str], tried: Iterable[str] = ()) -> list[str]:
    """Those of a unit's channels, in its order, that have not failed yet; one nobody knows is no channel."""
    done = set(tried)
    return [channel for channel in channels or CHANNELS if channel in CHANNELS and channel not in done]
