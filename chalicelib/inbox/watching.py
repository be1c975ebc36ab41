"""How long residents wait, as metrics: one request for each unit, whatever number of conversations there is."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.alliance import actions as alliance
from chalicelib.inbox import records

log = logging.getLogger('weilin')

# CloudWatch has no unit of minutes.
_UNITS = {'OldestUnansweredMinutes': 'None', 'OldestOverdueMinutes': 'None', 'OverdueConversations': 'Count'}
_MINUTE = timedelta(minutes=1)


class Waits(NamedTuple):
    """Whole minutes, 0 where nobody waits. A follow-up that was promised is answered until it is overdue."""

    unanswered: int
    overdue: int
    conversations: int


def watch(now: datetime) -> list[records.WaitingTimes]:
    """Write one line, which CloudWatch makes into metrics, and give what was read.

    Of a unit at most `records.COUNTED_AT_MOST` are seen.
    """
    units = alliance.units()
    rows = [row for unit in units for row in records.waiting_times(unit.id)]
    waits = waiting(rows, now)
    log.info(
        'waiting lists watched units=%s OldestUnansweredMinutes=%s OldestOverdueMinutes=%s OverdueConversations=%s',
        len(units), *waits, extra={'metrics': _UNITS},
    )  # fmt: skip
    return rows


def waiting(rows: Iterable[records.WaitingTimes], now: datetime) -> Waits:
    listed = list(rows)
    overdue = [row.due_at for row in listed if row.due_at <= now]
    since = [row.since for row in listed if not row.follow_up]
    return Waits(_minutes(since, now), _minutes(overdue, now), len(overdue))


def _minutes(moments: list[datetime], now: datetime) -> int:
    return max(0, (now - min(moments)) // _MINUTE) if moments else 0
