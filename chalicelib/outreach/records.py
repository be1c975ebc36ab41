"""What residents are to be told, and which notifications they have subscribed to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pynamodb.attributes import (
    ListAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
    VersionAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.storage import Json, Record, Write


class ByAbout(GlobalSecondaryIndex[Any]):
    """All that is told about one thing: a booking, a notice."""

    class Meta:
        index_name = 'by_about'
        projection = AllProjection()

    about = UnicodeAttribute(hash_key=True)
    made_at = UTCDateTimeAttribute(range_key=True)


class ByConversation(GlobalSecondaryIndex[Any]):
    """One resident's: for erasing and handing out, and to find what WeChat says did not arrive."""

    class Meta:
        index_name = 'by_conversation'
        projection = KeysOnlyProjection()

    conversation = UnicodeAttribute(hash_key=True)
    made_at = UTCDateTimeAttribute(range_key=True)


class Telling(Record):
    """One thing told to one resident, once: its id is the once-only key."""

    class Meta:
        table = 'outreach'

    id = UnicodeAttribute(hash_key=True)  # about#what#hash of the conversation's id
    version = VersionAttribute()
    about = UnicodeAttribute()  # booking#K7M2Q9XA
    what = UnicodeAttribute()  # confirmed, reminder2 …
    conversation = UnicodeAttribute()  # account#openid
    unit = UnicodeAttribute()  # whose word it is
    words = UnicodeAttribute()
    purpose = UnicodeAttribute()  # of the templates that carry it, see rules.PURPOSES
    values: Json = Json(null=True)  # for a template, by the purpose's names
    url = UnicodeAttribute(null=True)
    until = UTCDateTimeAttribute()  # after that it is not told any more
    state = UnicodeAttribute()  # see rules.STATES
    channel = UnicodeAttribute(null=True)  # chat | next | template | subscription | phone
    refused: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # channels that did not take it
    attempts = NumberAttribute(default=0)  # that failed in transit
    line = UnicodeAttribute(null=True)  # key of the inbox's line
    message_id = UnicodeAttribute(null=True)  # WeChat's, of a template or a notification
    made_at = UTCDateTimeAttribute()
    told_at = UTCDateTimeAttribute(null=True)
    told_by = UnicodeAttribute(null=True)  # the member who telephoned
    key = UnicodeAttribute(null=True)  # of the deadline that brings it further; None at its end
    forget_at = TTLAttribute()

    by_about = ByAbout()
    by_conversation = ByConversation()


class Subscription(Record):
    """How many notifications by one template a resident has agreed to."""

    class Meta:
        table = 'subscriptions'

    conversation = UnicodeAttribute(hash_key=True)
    template = UnicodeAttribute(range_key=True)
    left = NumberAttribute(default=0)
    heard: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # keys of WeChat's latest events
    forget_at = TTLAttribute()


def telling(id: str) -> Telling | None:
    try:
        return Telling.get(id, consistent_read=True)
    except DoesNotExist:
        return None


def about(about: str) -> list[Telling]:
    """The oldest first; up to a second old."""
    return list(Telling.by_about.query(about))


def ids_of(conversation_id: str, limit: int | None = None, upto: datetime | None = None) -> list[str]:
    """The newest first, with `upto` those made until then; up to a second old."""
    until = Telling.made_at <= upto if upto else None
    rows = Telling.by_conversation.query(conversation_id, until, limit=limit, scan_index_forward=False)
    return [row.id for row in rows]


def erasure(row: Record) -> Write:
    return lambda tx: tx.delete(row, add_version_condition=False)


def subscription(conversation_id: str, template: str) -> Subscription | None:
    try:
        return Subscription.get(conversation_id, template, consistent_read=True)
    except DoesNotExist:
        return None


def subscriptions(conversation_id: str) -> Iterator[Subscription]:
    return iter(Subscription.query(conversation_id, consistent_read=True))


def agreed(row: Subscription, more: int | None, heard: list[str], forget_at: datetime) -> Write:
    """Count `more` to it, or set it to nothing with None; refused where another event was written meanwhile."""
    left: Action = Subscription.left.set(0) if more is None else Subscription.left.add(more)
    changed: list[Action] = [left, Subscription.heard.set(heard), Subscription.forget_at.set(forget_at)]
    as_read = Subscription.heard == list(row.heard) if row.heard else Subscription.heard.does_not_exist()
    return lambda tx: tx.update(row, changed, condition=as_read)


def take_one(conversation_id: str, template: str, forget_at: datetime) -> Write:
    """Refused where none is left."""
    changed: list[Action] = [Subscription.left.add(-1), Subscription.forget_at.set(forget_at)]
    one_left = Subscription.left >= 1
    return lambda tx: tx.update(Subscription(conversation_id, template), changed, condition=one_left)


def give_back(conversation_id: str, template: str) -> Write:
    """Refused where she has been forgotten meanwhile."""
    there = Subscription.template.exists()
    return lambda tx: tx.update(Subscription(conversation_id, template), [Subscription.left.add(1)], condition=there)


def none_left(conversation_id: str, template: str) -> Write:
    """Refused where she has been forgotten meanwhile."""
    there = Subscription.template.exists()
    return lambda tx: tx.update(Subscription(conversation_id, template), [Subscription.left.set(0)], condition=there)
