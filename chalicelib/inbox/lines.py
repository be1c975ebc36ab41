"""Lines of a conversation: put once, moved from state to state, kept for the resident's next message."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.inbox import forms, records, rules
from chalicelib.inbox.records import Calling, Conversation, Kept, Message
from chalicelib.storage import Transaction, Write


def put(line: Message) -> Write:
    """Store a new line; `storage.AlreadyKept` brings back the one that has its key already."""
    return lambda tx: tx.save(line, condition=Message.key.does_not_exist(), return_values='ALL_OLD')


def put_of_form(form: str, lines: Sequence[Message], now: datetime) -> Write:
    """Store the lines a form brought, and that it has brought them; `storage.AlreadyKept` where it has already."""
    row = Message(
        lines[0].conversation, forms.once_key(form), at=now, way='form', kind='form', forget_at=lines[0].forget_at
    )
    row.text = ' '.join(line.key for line in lines)

    def write(tx: Transaction) -> None:
        put(row)(tx)
        for line in lines:
            tx.save(line)

    return write


def of_form(conversation_id: str, form: str) -> list[Message]:
    """The lines this form brought before; none if it was not used."""
    row = records.message(conversation_id, forms.once_key(form))
    found = (records.message(conversation_id, key) for key in row.text.split()) if row else ()
    return [line for line in found if line]


def step(line: Message, before: str, after: str, now: datetime, words: str = '') -> Write:
    """Move a line from one state to the next, if it still is in the first."""
    assert after in rules.STEPS[before]
    line.state, line.error = after, words or None
    return lambda tx: records.step(tx, line, before, now)


def keep_for_next(conversation: Conversation, line: Message, now: datetime, attempts: int = 0) -> None:
    """Put a line that is not out with those to be given at the resident's next message, or at its next try."""
    kept = Kept(key=line.key, kind=line.kind, text=line.text, unit_name=line.unit_name or '', confirmed_at=now)
    kept.promised_at, kept.retry_at, kept.attempts = line.promised_at, line.retry_at, attempts
    kept.machine, kept.notice = not line.by, bool(line.notice)
    conversation.kept = [*conversation.kept, kept]
    conversation.kept_count = len(conversation.kept)


def drop_kept(conversation: Conversation, key: str) -> None:
    conversation.kept = [kept for kept in conversation.kept if kept.key != key]
    conversation.kept_count = len(conversation.kept)


def places_taken(conversation: Conversation) -> int:
    """Of the few in which something is kept about her matter: a notice takes none of these."""
    return sum(not kept.notice for kept in conversation.kept)


def holds(conversation: Conversation, kept: Kept, now: datetime) -> bool:
    """Whether what is kept may still be given."""
    if kept.notice:
        return kept.promised_at is None or now < kept.promised_at
    moot = kept.machine and is_moot(conversation, kept.promised_at)
    return not moot and rules.deliverable(kept.confirmed_at, kept.promised_at, now)


def is_moot(conversation: Conversation, promised_at: datetime | None) -> bool:
    """A machine's word about a time that is not hers any more: she was answered, told another, or is in danger."""
    return promised_at is not None and promised_at != conversation.late_until


def withdraw_machine_lines(conversation: Conversation, now: datetime) -> Write:
    """What machines have said of her matter and could not tell her yet is moot: a person has spoken, or it is over."""
    moot = [kept.key for kept in conversation.kept if kept.machine and not kept.notice]
    for key in moot:
        drop_kept(conversation, key)
    steps = [step(Message(conversation.id, key), rules.KEPT, rules.WITHDRAWN, now) for key in moot]

    def write(tx: Transaction) -> None:
        for one in steps:
            one(tx)

    return write


def begin_call(conversation: Conversation, line: Message, now: datetime, attempts: int = 0) -> None:
    """A line is about to be sent: until its result is recorded, or it is given up, the conversation says so."""
    until = now + rules.CALL_LASTS_AT_MOST
    conversation.calling = [*conversation.calling, Calling(key=line.key, until=until, attempts=attempts)]


def end_call(conversation: Conversation, key: str) -> Calling | None:
    """It has ended, one way or another. None where it was given up before."""
    found = next((calling for calling in conversation.calling if calling.key == key), None)
    conversation.calling = [calling for calling in conversation.calling if calling.key != key]
    return found
