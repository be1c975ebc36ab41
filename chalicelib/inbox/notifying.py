"""A machine's word to somebody outside an answer: sent where WeChat leaves enough for people, else kept."""

from datetime import datetime

from pynamodb.transactions import TransactWrite

from chalicelib.inbox import rules, sending
from chalicelib.inbox.changing import Write, change, load
from chalicelib.inbox.lines import keep_for_next
from chalicelib.inbox.records import Conversation, Message
from chalicelib.inbox.replying import verified_account


def notify(conversation_id: str, words: str, once: str, unit_name: str, now: datetime) -> Message:
    """Tell somebody something by machine. `once` is the key of the occasion: the same occasion is told once.

    Machines never use the last three of WeChat's five messages; then the words wait for the next message.
    """
    found = load(conversation_id)
    line = Message(
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

    def put(tx: TransactWrite) -> None:
        tx.save(line, condition=Message.key.does_not_exist(), return_values='ALL_OLD')

    def store(fresh: Conversation) -> list[Write]:
        if rules.may_machine_send(fresh, now, verified_account(fresh)):
            rules.use_window(fresh, 1)
        else:
            line.state = rules.KEPT
            keep_for_next(fresh, line, now)
        return [put]

    stored = change(found, store)
    if line.state == rules.PENDING:
        results = sending.send_all(stored, [line])
        change(stored, lambda fresh: sending.settled(fresh, [line], results, now))
    return line
