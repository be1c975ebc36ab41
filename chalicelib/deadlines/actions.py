"""Set, move and clear deadlines, on the caller's open transaction and together with the state they belong to.

The owner's row keeps the key. There is one deadline of a kind for an id: setting another one replaces it in the
owner's row, and the row of the old one, where it was not cleared, finds its owner disagreeing.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib import storage
from chalicelib.deadlines import records, rules
from chalicelib.deadlines.records import Deadline
from chalicelib.storage import Transaction

_DATA_AT_MOST = 512  # characters of JSON; a row then stays within one write unit


class Moot(Exception):
    """Raised by a handler: the owner does not have this deadline any more, or is itself gone."""


def set(tx: Transaction, kind: str, id: str, due_at: datetime, data: Any = None) -> str:
    """Let the handler of `kind` be called for `id` once `due_at` is reached. Returns the key for the owner's row."""
    if len(json.dumps(data)) > _DATA_AT_MOST:
        raise ValueError('a deadline carries little: keep the rest with its owner')
    key = rules.key(kind, id, due_at)
    records.put(tx, key, data)
    return key


def clear(tx: Transaction, key: str) -> None:
    """Take it back. Where it failed before and stands elsewhere, that row goes when it finds the owner's key gone."""
    records.remove(tx, key)


def move(tx: Transaction, key: str, due_at: datetime, data: Any = None) -> str:
    """Set it to another time; data that is not given again is gone. To the time it has, nothing is written.

    Not `clear` and `set`: to the same time that would be two writes on one item, which DynamoDB refuses.
    """
    old = rules.name(key)
    same = rules.key(old.kind, old.id, due_at) == key
    if same and data is None:
        return key
    if not same:
        clear(tx, key)
    return set(tx, old.kind, old.id, due_at, data)


def done(tx: Transaction, deadline: Deadline) -> None:
    """For handlers: take away the row in the transaction that moves the state.

    The transaction is refused (`storage.Conflict`) where another run was quicker. A further deadline is `set`, never
    moved or cleared by the old key in the same transaction, to a time later than where this one stands.
    """
    deadline.finished = True
    records.finish(tx, deadline)


def due(shard: int, now: datetime) -> Iterator[Deadline]:
    return records.due(shard, now)


def put_off(deadline: Deadline, now: datetime) -> None:
    """After an attempt that failed: later each time, so that it stands in nobody's way."""
    until = now + rules.delay(int(deadline.attempts) + 1)
    storage.commit(lambda tx: records.put_off(tx, deadline, until))


def drop(deadline: Deadline) -> None:
    storage.commit(lambda tx: records.finish(tx, deadline))
