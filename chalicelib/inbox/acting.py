"""What staff do that is no answer: once for each form, with a line that says what was done, by whom and when."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.inbox import forms, lasting, lines, records, turns
from chalicelib.inbox.changing import FormUsed, Refused, change
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Transaction, Write

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member


def act(
    found: Conversation,
    by: 'Member',
    kind: str,
    words: str,
    seen: int,
    form: str,
    now: datetime,
    apply: Callable[[Conversation], Sequence[Message] | None],
) -> None:
    """Change whose turn it is, with a line that says so; the same form twice is one change.

    `apply` may return lines of the machine's own about what followed from it.
    """
    forms.check(form, now)
    line = inside(found, by, kind, words, form, now)

    def decide(fresh: Conversation) -> list[Write]:
        turns.check(fresh, seen)
        turns.moved(fresh, by, now)
        more = apply(fresh) or ()
        return [lines.put_of_form(form, [line, *more], now)]

    try:
        change(found, decide, now)
    except (storage.AlreadyKept, turns.Overtaken):
        if not check_same(line, form):
            raise


def beside(found: Conversation, by: 'Member', kind: str, words: str, form: str, now: datetime) -> Write:
    """A line that says what was done for her in another room, for that room's own transaction; it moves nothing.

    Refused where she was forgotten meanwhile.
    """
    line, stands = inside(found, by, kind, words, form, now), records.stands(found.id)

    def write(tx: Transaction) -> None:
        tx.save(line)
        stands(tx)

    return write


def check_same(line: Message, form: str) -> bool:
    """Whether this form has brought this very line before; `FormUsed` where it brought another."""
    before = lines.of_form(line.conversation, form)
    if before and before[0].text != line.text:
        raise FormUsed
    return bool(before)


def inside(found: Conversation, by: 'Member', kind: str, words: str, form: str, now: datetime) -> Message:
    return Message(
        found.id,
        forms.line_key(form, 1, now),
        at=now,
        way='inside',
        kind=kind,
        text=words,
        by=by.id,
        by_name=by.name,
        forget_at=lasting.kept_until(kind, now),
    )


def required(text: str, otherwise: str) -> str:
    words = text.strip()
    if not words:
        raise Refused(otherwise)
    return words
