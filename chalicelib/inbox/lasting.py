"""Until when a line is kept, and when what was closed is old enough to go. Pure.

Every closing sets a deadline that nobody keeps the key of. So that it can be found again when a resident is forgotten,
it stands on her own day of a month: thirteen or so moments, which follow from who she is.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from chalicelib import retention

EXPIRE = 'expire'  # kind of the deadlines that stand at `expires_at`
_HOUR = 19  # UTC: 03:00 in Beijing, when nobody writes


def kept_until(kind: str, at: datetime) -> datetime:
    """When the store itself drops a line that came or went at `at`, whatever became of its conversation."""
    return at + (retention.LOCATIONS.lasts if kind == 'location' else retention.AT_MOST)


def expires_at(conversation_id: str, closed_at: datetime) -> datetime:
    """When what was closed at `closed_at` goes: on her day, at most a month after its time is over."""
    earliest = closed_at + retention.MESSAGES.lasts
    return next(moment for moment in _her_days(conversation_id, earliest) if moment >= earliest)


def expiries(conversation_id: str, now: datetime) -> list[datetime]:
    """All moments at which a deadline of hers may stand."""
    last = expires_at(conversation_id, now)
    moments = []
    for moment in _her_days(conversation_id, now - timedelta(days=31)):
        if moment > last:
            break
        moments.append(moment)
    return moments


def _her_days(conversation_id: str, since: datetime) -> Iterator[datetime]:
    """One moment of each month; residents are spread over its days."""
    day = 1 + sha256(conversation_id.encode()).digest()[1] % 28
    month = since.year * 12 + since.month - 1
    while True:
        yield datetime(month // 12, month % 12 + 1, day, _HOUR, tzinfo=UTC)
        month += 1
