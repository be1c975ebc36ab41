"""One way to change a conversation: decide on what is stored, write all of it at once, start again when overtaken."""

import random
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from chalicelib import storage
from chalicelib.inbox import alarms, records
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Transaction, Write

_TRIES = 6
_JITTER_SECONDS = 0.05
# A message is out: giving up on writing that down would invite somebody to send it again.
RECORD_TRIES = 40


class Gone(LookupError):
    """There is no such conversation or message; the text is empty, since it would name a resident."""


class FormUsed(Exception):
    """This form has brought something else already; what it brings now was not done."""


class Refused(ValueError):
    """It cannot be done; the words, in Chinese, say why and what to do."""


def load(conversation_id: str) -> Conversation:
    found = records.conversation(conversation_id)
    if found is None:
        raise Gone
    return found


def load_line(conversation_id: str, key: str) -> Message:
    found = records.message(conversation_id, key)
    if found is None:
        raise Gone
    return found


def change(
    conversation: Conversation,
    decide: Callable[[Conversation], Iterable[Write]],
    now: datetime,
    tries: int = _TRIES,
) -> Conversation:
    """Apply `decide` to the conversation and store it with the writes it returns; on a conflict both start afresh.

    `decide` may raise to refuse. `storage.AlreadyKept` passes through: the once-only key of a write was met.
    """
    for attempt in range(tries):
        try:
            _write(conversation, list(decide(conversation)), now)
            return conversation
        except storage.Conflict:
            pause = random.uniform(0, _JITTER_SECONDS * min(attempt + 1, _TRIES))  # no secret: writers step aside
            time.sleep(pause)
            conversation = load(conversation.id)
    raise storage.Unavailable('conflicts without end')


def _write(conversation: Conversation, writes: list[Write], now: datetime) -> None:
    def fill(tx: Transaction) -> None:
        for write in writes:
            write(tx)
        alarms.keep(tx, conversation, now)
        tx.save(conversation)

    storage.commit(fill)
