"""Lines a machine writes: a note for staff of what it did, a word to the resident that goes out by itself."""

from datetime import datetime
from hashlib import sha256

from chalicelib.inbox import lasting, rules
from chalicelib.inbox.lines import drop_kept, keep_for_next, places_taken, step, withdraw_machine_lines
from chalicelib.inbox.promises import may_write_first
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Write


def machine_note(conversation: Conversation, words: str, once: str, now: datetime) -> Message:
    """For staff: what happened by itself. `once` tells it from another one of the same moment."""
    return _line(conversation, 'inside', 'machine', words, once, now)


def tell_resident(
    conversation: Conversation, words: str, unit_name: str, until: datetime, once: str, now: datetime
) -> tuple[list[Message], list[Write]]:
    """A word that holds until a time: kept at once, sent by the deadline `sends` where WeChat leaves enough for people.

    Else it is given with what she is answered next. It takes the place of an earlier one she has not got yet. The
    lines are to be put and the writes made in the transaction that stores the conversation.
    """
    before = withdraw_machine_lines(conversation, now)
    if not conversation.followed or places_taken(conversation) >= rules.KEPT_AT_MOST:
        return [], [before]
    line = _line(conversation, 'out', 'text', words, once, now)
    _keep(conversation, line, unit_name, until, now)
    return [line], [before]


def notice(
    conversation: Conversation,
    words: str,
    unit_name: str,
    until: datetime,
    once: str,
    now: datetime,
    send: bool = True,
) -> tuple[list[Message], list[Write]]:
    """As `tell_resident`, of something else than her matter: whatever becomes of that, it holds until its time.

    Several stand side by side. None is made, and no line returned, where she does not follow or there is no room:
    see `room`. With `send` False it waits for her next word in any case.
    """
    if not conversation.followed or not room(conversation):
        return [], []
    line = _line(conversation, 'out', 'text', words, once, now)
    line.notice = True
    _keep(conversation, line, unit_name, until, now, send)
    return [line], []


def room(conversation: Conversation) -> bool:
    """Whether one more notice can be kept: answers that wait take its place, it never takes theirs."""
    return len(conversation.kept) < rules.KEPT_AT_MOST


def withdraw_notice(conversation: Conversation, key: str, now: datetime) -> list[Write]:
    """Take back a notice that she has not got; no write where it is not kept any more."""
    if all(kept.key != key for kept in conversation.kept):
        return []
    drop_kept(conversation, key)
    return [step(Message(conversation.id, key), rules.KEPT, rules.WITHDRAWN, now)]


def _keep(
    conversation: Conversation, line: Message, unit_name: str, until: datetime, now: datetime, send: bool = True
) -> None:
    line.state, line.unit_name, line.promised_at, line.tried_at = rules.KEPT, unit_name, until, now
    allowed = rules.may_send_notice if line.notice else rules.may_machine_send
    if send and allowed(conversation, now, may_write_first(conversation)):
        line.retry_at = now
    keep_for_next(conversation, line, now)


def _line(conversation: Conversation, way: str, kind: str, words: str, once: str, now: datetime) -> Message:
    return Message(
        conversation.id,
        f'{int(now.timestamp())}#{sha256(f"{way}{once}".encode()).hexdigest()[:16]}',
        at=now,
        way=way,
        kind=kind,
        text=words,
        forget_at=lasting.kept_until('text', now),
    )
