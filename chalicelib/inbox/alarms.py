"""What has to happen to a conversation at a time: its moments, and the deadlines that stand for them, kept together.

Every transaction that stores a conversation comes through `keep`, so no other code sets, moves or clears them.
"""

from datetime import datetime, timedelta

from chalicelib import clock, retention
from chalicelib.deadlines import actions as deadlines
from chalicelib.deadlines import rules as names
from chalicelib.deadlines.actions import Moot
from chalicelib.inbox import records
from chalicelib.inbox.records import Conversation
from chalicelib.storage import Transaction

CHASE, SENDS, FORGET, EXPIRE = 'chase', 'sends', 'forget', 'expire'


def keep(tx: Transaction, conversation: Conversation, now: datetime) -> None:
    """Let the deadlines of a conversation that is about to be stored say what it says."""
    conversation.sends_at = _next_send(conversation)
    conversation.chase_key = _stand(tx, conversation.id, CHASE, conversation.chase_at, conversation.chase_key)
    conversation.sends_key = _stand(tx, conversation.id, SENDS, conversation.sends_at, conversation.sends_key)
    conversation.forget_key = _stand(tx, conversation.id, FORGET, conversation.forget_at, conversation.forget_key)
    if conversation.closing:
        _expire(tx, conversation, now)


def owner(conversation_id: str, kind: str, key: str) -> Conversation:
    """The conversation a deadline belongs to, without it, for its handler; raises `Moot` where it has another."""
    found = records.conversation(conversation_id)
    if found is None or getattr(found, f'{kind}_key') != key:
        raise Moot
    setattr(found, f'{kind}_key', None)
    setattr(found, f'{kind}_at', None)
    return found


def drop(tx: Transaction, conversation: Conversation) -> None:
    """Take away all deadlines of a conversation that is about to be deleted."""
    for key in (conversation.chase_key, conversation.sends_key, conversation.forget_key):
        if key:
            deadlines.clear(tx, key)
    for month in conversation.expires:
        deadlines.clear(tx, names.key(EXPIRE, conversation.id, _expires_at(month)))


def _stand(tx: Transaction, id: str, kind: str, at: datetime | None, key: str | None) -> str | None:
    if at is None:
        if key:
            deadlines.clear(tx, key)
        return None
    return deadlines.move(tx, key, at) if key else deadlines.set(tx, kind, id, at)


def _next_send(conversation: Conversation) -> datetime | None:
    """When a send is to be tried again, or one that is under way must have ended."""
    tries = [kept.retry_at for kept in conversation.kept if kept.retry_at]
    return min([*tries, *(calling.until for calling in conversation.calling)], default=None)


def _expire(tx: Transaction, conversation: Conversation, now: datetime) -> None:
    """A matter was closed: what was said until now goes a year later. One row for all that a month closes."""
    local = clock.beijing(now)
    month = f'{local:%Y-%m}'
    upto = {'upto': now.isoformat()}
    deadlines.set(tx, EXPIRE, conversation.id, _expires_at(month), upto)
    oldest = f'{local - retention.AT_MOST:%Y-%m}'
    conversation.expires = [*(past for past in conversation.expires if oldest < past != month), month]
    conversation.closing = False


def _expires_at(month: str) -> datetime:
    """A year after the month has ended."""
    first = datetime.fromisoformat(f'{month}-01').replace(tzinfo=clock.BEIJING)
    ended = (first + timedelta(days=31)).replace(day=1)
    return ended + retention.MESSAGES.lasts
