"""The deadline `sends`: what failed in transit is tried again, a call that never came back is of unknown outcome."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.deadlines import actions as deadlines
from chalicelib.inbox import alarms, rules, sending, turns
from chalicelib.inbox.changing import load_line
from chalicelib.inbox.lines import end_call, step
from chalicelib.inbox.records import Message
from chalicelib.storage import Transaction, Write

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline
    from chalicelib.inbox.records import Conversation


def resend(deadline: 'Deadline', now: datetime) -> None:
    """Decide and store first, with the next deadline; then call; a run that dies in between leaves 结果未知."""
    conversation = alarms.owner(deadline.id, alarms.SENDS, deadline.key)
    taken: list[Message] = []
    writes = [*_cut_off(conversation, now), *_again(conversation, taken, now)]

    def write(tx: Transaction) -> None:
        deadlines.done(tx, deadline)
        for one in writes:
            one(tx)
        alarms.keep(tx, conversation, now)
        tx.save(conversation)

    storage.commit(write)
    if taken:
        sending.send_and_record(conversation, taken, now)


def _cut_off(conversation: 'Conversation', now: datetime) -> list[Write]:
    """Whoever was sending these has died: she may have them or not, and a clerk has to know."""
    writes: list[Write] = []
    for calling in [calling for calling in conversation.calling if calling.until <= now]:
        line = load_line(conversation.id, calling.key)
        end_call(conversation, calling.key)
        if line.by:
            conversation.failed += 1
            turns.wait(conversation, now)
        writes.append(step(line, rules.PENDING, rules.UNKNOWN, now, sending.OUTCOME_UNKNOWN))
    return writes


def _again(conversation: 'Conversation', taken: list[Message], now: datetime) -> list[Write]:
    """Take what is due for another try. What WeChat takes no more goes with her next message, and a clerk knows."""
    due = [kept.key for kept in conversation.kept if kept.retry_at and kept.retry_at <= now]
    writes = sending.take(conversation, due, taken, now)
    for kept in conversation.kept:
        if kept.key in due:
            kept.retry_at = None
            if not kept.machine:
                turns.wait(conversation, now)
    return writes
