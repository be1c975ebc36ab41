"""The table of deadlines. It is the list: eight queues, each in order of being due."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.deadlines import rules
from chalicelib.storage import Record, Transaction

# Empty pages cost half a read unit; 50 rows cost about two, and are not old yet when the last is worked.
PAGE = 50


class Deadline(Record):
    """Something has to happen at a time. Kind, owner and time are in the key."""

    class Meta:
        table = 'deadlines'

    shard = NumberAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)  # due_at#kind#id: where it stands now
    key = UnicodeAttribute()  # where it was set, which the owner keeps; after a failure it stands later than that
    # New with every put. Conditions name it, so a row that was set again at the same place is not taken for the old.
    mark = UnicodeAttribute()
    attempts = NumberAttribute(default=0)
    data: JSONAttribute = JSONAttribute(null=True)

    finished = False  # `actions.done` was called for it; not stored

    @property
    def kind(self) -> str:
        return rules.name(self.key).kind

    @property
    def id(self) -> str:
        return rules.name(self.key).id

    @property
    def due_at(self) -> datetime:
        """What the owner asked for, however often it has been put off since."""
        return rules.name(self.key).due_at


def put(tx: Transaction, key: str, data: Any) -> None:
    tx.save(_row(key, key, 0, data))


def remove(tx: Transaction, key: str) -> None:
    """Take away what was set with this key, if it still stands there."""
    tx.delete(Deadline(rules.shard(rules.name(key).id), key))


def finish(tx: Transaction, deadline: Deadline) -> None:
    """Take away this very row; the transaction fails where somebody has done so before."""
    tx.delete(deadline, condition=Deadline.mark == deadline.mark)


def put_off(tx: Transaction, deadline: Deadline, until: datetime) -> None:
    """Let it stand later, for its owner under the same key. What stands there already is newer, and stays."""
    finish(tx, deadline)
    place = rules.key(deadline.kind, deadline.id, until)
    later = _row(place, deadline.key, int(deadline.attempts) + 1, deadline.data)
    tx.save(later, condition=Deadline.place.does_not_exist())


def _row(place: str, key: str, attempts: int, data: Any) -> Deadline:
    mark = secrets.token_hex(4)
    return Deadline(rules.shard(rules.name(key).id), place, key=key, mark=mark, attempts=attempts, data=data)


def due(shard: int, now: datetime) -> Iterator[Deadline]:
    """What is due in one queue, oldest first, read page by page as it is taken.

    Not read consistently, at half the price: the condition of what follows decides.
    """
    return iter(Deadline.query(shard, Deadline.place < rules.beyond(now), page_size=PAGE))
