"""The table of what is known of each account's life: publications, answers, who waits. Nothing of a resident."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.storage import Record, Transaction

_COUNTED = '#counted'  # the row that says when those who wait were last counted; no account is called so


class Activity(Record):
    """One account. What is not there is not known.

    Three write it and none writes what another does: publications in transactions on `moves`, the day of the last
    answer and the counts each by an update of their own.
    """

    class Meta:
        table = 'account-activity'

    account = UnicodeAttribute(hash_key=True)
    moves = NumberAttribute(default=0)  # counts the changes of what stands here until `trouble`: the condition of each
    published_at = UTCDateTimeAttribute(null=True)  # the last publication that we know of
    source = UnicodeAttribute(null=True)  # of that: list | event | tick
    told = NumberAttribute(default=0)  # rungs of the silence since then that were told
    silence_key = UnicodeAttribute(null=True)  # of the deadline of the next
    ticked_by = UnicodeAttribute(null=True)  # a member's id; of the last tick, also where something newer is known
    ticked_name = UnicodeAttribute(null=True)
    ticked_at = UTCDateTimeAttribute(null=True)
    read_at = UTCDateTimeAttribute(null=True)  # when WeChat's list was last asked for
    trouble = UnicodeAttribute(default='')  # why it was not given: refused | not_granted | failed

    answered_on = UnicodeAttribute(null=True)  # Beijing date of the last answer by a person, ISO

    waiting = NumberAttribute(null=True)
    waiting_long = NumberAttribute(null=True)
    counted_at = UTCDateTimeAttribute(null=True)  # in the row `#counted` only


class Known(NamedTuple):
    """The whole table: rows by account, and when those who wait were last counted."""

    by_account: dict[str, Activity]
    counted_at: datetime | None


# What a transaction changes; all of it is written, or removed where there is nothing.
_MOVED = (
    'published_at', 'source', 'told', 'silence_key', 'ticked_by', 'ticked_name', 'ticked_at', 'read_at', 'trouble',
)  # fmt: skip


def everything() -> Known:
    """One read: a row of some 300 bytes for each account."""
    rows = {row.account: row for row in Activity.scan()}
    counted = rows.pop(_COUNTED, None)
    return Known(rows, counted.counted_at if counted else None)


def activity(account: str) -> Activity | None:
    """The row as it is now."""
    try:
        return Activity.get(account, consistent_read=True)
    except DoesNotExist:
        return None


def put(tx: Transaction, row: Activity) -> None:
    """Store what was decided on `row`; the transaction fails where somebody has changed it meanwhile."""
    values: list[tuple[Any, Any]] = [(getattr(Activity, name), getattr(row, name)) for name in _MOVED]
    changes = [one.remove() if value is None else one.set(value) for one, value in values]
    condition = Activity.moves == row.moves if row.moves else Activity.moves.does_not_exist()
    tx.update(Activity(row.account), [*changes, Activity.moves.set(int(row.moves) + 1)], condition=condition)


def put_answered(account: str, day: str) -> None:
    """Note the day of an answer, unless that day or a later one is noted."""
    earlier = Activity.answered_on.does_not_exist() | (Activity.answered_on < day)
    _update(account, [Activity.answered_on.set(day)], earlier)


def put_counts(account: str, waiting: int, waiting_long: int) -> None:
    _update(account, [Activity.waiting.set(waiting), Activity.waiting_long.set(waiting_long)])


def put_counted(now: datetime) -> None:
    _update(_COUNTED, [Activity.counted_at.set(now)])


def _update(account: str, changes: Sequence[Action], condition: Condition | None = None) -> None:
    try:
        Activity(account).update(list(changes), condition=condition)
    except UpdateError as error:
        if error.cause_response_code != 'ConditionalCheckFailedException':
            raise
