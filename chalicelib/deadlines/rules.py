"""Where the row of a deadline stands, what is due, and when one that failed is tried again. Pure."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

SHARDS = 8  # fixed for good: rows are found by it
LEAVE_SECONDS = 10.0  # before the function's timeout a run takes nothing more
ALARM_AFTER = 5
LONGEST_DELAY = timedelta(minutes=60)
_DOUBLINGS = 6  # 1, 2, 4, 8, 16, 32 minutes, then the longest


class Name(NamedTuple):
    """What a key says."""

    due_at: datetime
    kind: str
    id: str


def shard(id: str) -> int:
    """Which of the eight queues holds this owner's rows; it never changes, and Python's own hash would."""
    return hashlib.sha256(id.encode()).digest()[0] % SHARDS


def key(kind: str, id: str, due_at: datetime) -> str:
    """`due_at#kind#id`: in order of being due. The id may contain '#', the kind may not."""
    if not kind or '#' in kind or not id:
        raise ValueError(f'no deadline can be named {kind!r} of {id!r}')
    return f'{_stamp(due_at)}#{kind}#{id}'


def name(key: str) -> Name:
    stamp, kind, id = key.split('#', 2)
    return Name(datetime.fromisoformat(stamp), kind, id)


def beyond(now: datetime) -> str:
    """Keys below this are due; '$' is the character after '#'."""
    return f'{_stamp(now)}$'


def _stamp(at: datetime) -> str:
    """UTC, always 27 characters, so that text is in order of time."""
    if at.tzinfo is None:
        raise ValueError('a deadline needs a moment with its zone')
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds') + 'Z'


def delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts that failed."""
    return timedelta(minutes=2 ** (attempts - 1)) if attempts <= _DOUBLINGS else LONGEST_DELAY


def alarming(attempts: int) -> bool:
    return attempts >= ALARM_AFTER


def believed(attempts: int) -> bool:
    """Whether an owner that disagrees is believed, and the row goes: not the first time.

    A row and its owner are written in one transaction, but a query may show the row some milliseconds before a read
    shows the owner. Deleting it then would forget it; a minute later both are there.
    """
    return attempts > 0
