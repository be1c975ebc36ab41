"""Lines a machine writes: a note for staff of what it did, a word to the resident that goes out by itself."""

from datetime import datetime
from hashlib import sha256

from chalicelib.inbox import lasting, rules
from chalicelib.inbox.lines import keep_for_next, withdraw_machine_lines
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
    if not conversation.followed or len(conversation.kept) >= rules.KEPT_AT_MOST:
        return [], [before]
    line = _line(conversation, 'out', 'text', words, once, now)
    line.state, line.unit_name, line.promised_at, line.tried_at = rules.KEPT, unit_name, until, now
    if rules.may_machine_send(conversation, now, may_write_first(conversation)):
        line.retry_at = now
    keep_for_next(conversation, line, now)
    return [line], [before]


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
