"""A matter that nobody has written: a machine puts a conversation onto the list of her community."""

from datetime import datetime

from chalicelib.inbox import alarms, kinds, rules, turns
from chalicelib.inbox.changing import load
from chalicelib.inbox.machine import machine_note
from chalicelib.storage import Transaction, Write


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
