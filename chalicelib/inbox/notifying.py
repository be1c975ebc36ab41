"""A machine's word to somebody outside an answer: sent where WeChat leaves enough for people, else kept."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.alliance.credentials import credentials
from chalicelib.inbox import lasting, records, rules, sending
from chalicelib.inbox.changing import RECORD_TRIES, change, load
from chalicelib.inbox.lines import begin_call, keep_for_next, places_taken, put, step
from chalicelib.inbox.promises import may_write_first
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Write
from chalicelib.wechat import errors
from chalicelib.wechat.client import client_for

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member


def notify(conversation_id: str, words: str, once: str, unit_name: str, now: datetime) -> Message:
    """Tell somebody something by machine; `once` names the occasion, which with its moment is the once-only key.

    Machines never use the last three of WeChat's five messages; then the words wait for the next message.
    """
    found, line = load(conversation_id), _draft(conversation_id, words, once, unit_name, now)

    def store(fresh: Conversation) -> list[Write]:
        line.state = rules.PENDING
        if rules.may_machine_send(fresh, now, may_write_first(fresh)):
            rules.use_window(fresh, 1)
            begin_call(fresh, line, now)
        elif places_taken(fresh) < rules.KEPT_AT_MOST:
            line.state = rules.KEPT
            keep_for_next(fresh, line, now)
        else:
            line.state = rules.WITHDRAWN  # five wait already, and people's answers among them come first
        return [put(line)]

    try:
        stored = change(found, store, now)
    except storage.AlreadyKept:
        return line  # told already
    if line.state == rules.PENDING:
        results = sending.send_all(stored, [line], now)
        change(stored, lambda fresh: sending.settled(fresh, [line], results, now), now, tries=RECORD_TRIES)
    return line


def alert(member: 'Member', words: str, once: str, now: datetime) -> None:
    """Tell one of the staff in the chat they sign in with, now or not at all: whoever asks has other ways.

    Raises what a call to WeChat raises; `NotSent` also where their own window is closed. Nobody answers staff here,
    so the messages left for people may be used.
    """
    found = records.conversation(f'{member.account}#{member.openid}')
    if found is None or not rules.allowance(found, now, may_write_first(found)).left:
        raise errors.NotSent('their window is closed')
    line = _draft(found.id, words, hashlib.sha256(once.encode()).hexdigest()[:16], '', now)
    try:
        stored = change(found, _beginning(line, now), now)
    except storage.AlreadyKept as again:
        raise errors.OutcomeUnknown('begun before') from again
    try:
        sending.call(client_for(credentials(stored.account)), stored.openid, line)
    except errors.OutcomeUnknown:
        _record(stored, line, rules.UNKNOWN, now)
        raise
    except Exception:
        _record(stored, line, rules.WITHDRAWN, now)
        raise
    _record(stored, line, rules.SENT, now)


def chat_open_until(member: 'Member', now: datetime) -> datetime | None:
    """Until when this member can be written to in their chat; None where that is over, or has never begun."""
    found = records.conversation(f'{member.account}#{member.openid}') if member.openid else None
    return rules.allowance(found, now, may_write_first(found)).until if found else None


def _beginning(line: Message, now: datetime) -> Callable[[Conversation], list[Write]]:
    def store(fresh: Conversation) -> list[Write]:
        rules.use_window(fresh, 1)
        return [put(line)]

    return store


def _record(stored: Conversation, line: Message, state: str, now: datetime) -> None:
    def write(fresh: Conversation) -> list[Write]:
        if state == rules.WITHDRAWN:
            rules.give_back(fresh, now)
        return [step(line, rules.PENDING, state, now)]

    change(stored, write, now, tries=RECORD_TRIES)


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
        forget_at=lasting.kept_until('text', now),
    )
