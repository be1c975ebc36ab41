"""Lines a machine writes: a note for staff of what it did, a word to the resident that goes out by itself."""

from datetime import datetime
from hashlib import sha256

from chalicelib.inbox import alarms, kinds, lasting, rules, turns
from chalicelib.inbox.changing import load
from chalicelib.inbox.lines import keep_for_next, withdraw_machine_lines
from chalicelib.inbox.promises import may_write_first
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Transaction, Write


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


def raise_matter(conversation_id: str, words: str, once: str, now: datetime) -> Write:
    """Something a person has to look into, though she has written nothing: it waits for her community from now on.

    The write stores the conversation, on condition of its version. Raises `changing.Gone` where she was forgotten.
    """
    conversation = load(conversation_id)
    line = machine_note(conversation, words, once, now)
    conversation.last_at, conversation.last_text, conversation.last_from = now, rules.preview('text', words), 'machine'
    conversation.recent_unit = conversation.unit
    turns.hear(conversation, kinds.ORDINARY, now, None, now)

    def write(tx: Transaction) -> None:
        tx.save(line)
        alarms.keep(tx, conversation, now)
        tx.save(conversation)

    return write


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
