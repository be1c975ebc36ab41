"""A machine's word to somebody outside an answer: sent where WeChat leaves enough for people, else kept."""

from datetime import datetime

from chalicelib import storage
from chalicelib.inbox import rules, sending
from chalicelib.inbox.changing import change, load
from chalicelib.inbox.lines import keep_for_next, put
from chalicelib.inbox.records import Conversation, Message
from chalicelib.inbox.replying import KEPT_AT_MOST
from chalicelib.storage import Write


def notify(conversation_id: str, words: str, once: str, unit_name: str, now: datetime) -> Message:
    """Tell somebody something by machine; `once` names the occasion, which with its moment is the once-only key.

    Machines never use the last three of WeChat's five messages; then the words wait for the next message.
    """
    found, line = load(conversation_id), _draft(conversation_id, words, once, unit_name, now)

    def store(fresh: Conversation) -> list[Write]:
        line.state = rules.PENDING
        if rules.may_machine_send(fresh, now, sending.may_write_first(fresh)):
            rules.use_window(fresh, 1)
        elif len(fresh.kept) < KEPT_AT_MOST:
            line.state = rules.KEPT
            keep_for_next(fresh, line, now)
        else:
            line.state = rules.WITHDRAWN  # five wait already, and people's answers among them come first
        return [put(line)]

    try:
        stored = change(found, store)
    except storage.AlreadyKept:
        return line  # told already
    if line.state == rules.PENDING:
        results = sending.send_all(stored, [line])
        change(stored, lambda fresh: sending.settled(fresh, [line], results, now))
    return line


def _draft(conversation_id: str, words: str, once: str, unit_name: str, now: datetime) -> Message:
    return Message(
        conversation_id,
        f'{int(now.timestamp())}#{once}',
        at=now,
        tried_at=now,
        way='out',
        kind='text',
        text=words,
        state=rules.PENDING,
        unit_name=unit_name,
        forget_at=now + rules.MESSAGES_KEPT,
    )
