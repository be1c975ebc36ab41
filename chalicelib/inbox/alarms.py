"""What has to happen to a conversation at a time: its moments, and the deadlines that stand for them, kept together.

Every transaction that changes whether she follows or what is due comes through `keep`, so no other code sets, moves or
clears them, nor her place in the index of those who follow.
"""

from datetime import datetime

from chalicelib.deadlines import actions as deadlines
from chalicelib.deadlines.actions import Moot
from chalicelib.inbox import lasting, leaving, records
from chalicelib.inbox.lines import withdraw_machine_lines
from chalicelib.inbox.records import Conversation
from chalicelib.storage import Transaction

CHASE, SENDS, FORGET = 'chase', 'sends', 'forget'


def keep(tx: Transaction, conversation: Conversation, now: datetime) -> None:
    """Let the deadlines of a conversation that is about to be stored say what it says."""
    conversation.followed_account = conversation.account if conversation.followed else None
    conversation.sends_at = _next_send(conversation)
    conversation.chase_key = _stand(tx, conversation.id, CHASE, _next_chase(conversation), conversation.chase_key)
    conversation.sends_key = _stand(tx, conversation.id, SENDS, conversation.sends_at, conversation.sends_key)
    _forget(tx, conversation, now)
    if conversation.closing:
        _expire(tx, conversation, now)
        withdraw_machine_lines(conversation, now)(tx)
        conversation.closing = False


def any_of(conversation: Conversation, now: datetime) -> bool:
    """Whether `keep` would have anything to set for a conversation that has no deadlines yet."""
    moments = (conversation.chase_at, _next_send(conversation), leaving.forget_at(conversation, now))
    return conversation.closing or any(moments)


def owner(conversation_id: str, kind: str, key: str) -> Conversation:
    """The conversation a deadline belongs to, without it, for its handler; raises `Moot` where it has another."""
    found = records.conversation(conversation_id)
    if found is None or getattr(found, f'{kind}_key') != key:
        raise Moot
    setattr(found, f'{kind}_key', None)
    return found


def _stand(tx: Transaction, id: str, kind: str, at: datetime | None, key: str | None) -> str | None:
    if at is None:
        if key:
            deadlines.clear(tx, key)
        return None
    return deadlines.move(tx, key, at) if key else deadlines.set(tx, kind, id, at)


def _next_chase(conversation: Conversation) -> datetime | None:
    """The next rung, or when what was handed over comes back."""
    moments = (conversation.chase_at, conversation.handed_until)
    return min((at for at in moments if at), default=None)


def _next_send(conversation: Conversation) -> datetime | None:
    """When a send is to be tried again, or one that is under way must have ended."""
    tries = [kept.retry_at for kept in conversation.kept if kept.retry_at]
    return min([*tries, *(calling.until for calling in conversation.calling)], default=None)


def _forget(tx: Transaction, conversation: Conversation, now: datetime) -> None:
    """Its handler moves this one itself, with data of its own: where it stands right, it is not touched."""
    at = leaving.forget_at(conversation, now)
    if at == conversation.forget_at and conversation.forget_key:
        return
    conversation.forget_at = at
    conversation.forget_key = _stand(tx, conversation.id, FORGET, at, conversation.forget_key)


def _expire(tx: Transaction, conversation: Conversation, now: datetime) -> None:
    """A matter was closed: what was said until now goes a year later. What a month closes shares a row."""
    at = lasting.expires_at(conversation.id, now)
    deadlines.set(tx, lasting.EXPIRE, conversation.id, at, {'upto': now.isoformat()})
