"""A telling goes by the chat: handed to the inbox as a line, watched until that is sent, or taken back."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.alliance import actions as alliance
from chalicelib.deadlines import actions as deadlines
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import lines, machine, sending
from chalicelib.inbox import rules as inbox_rules
from chalicelib.inbox.changing import Gone, change
from chalicelib.outreach import planning, records, rules
from chalicelib.outreach.alarms import soon, stand
from chalicelib.outreach.calling import commit
from chalicelib.outreach.records import Telling
from chalicelib.storage import Write

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline
    from chalicelib.inbox.records import Conversation

log = logging.getLogger('weilin')

Decide = Callable[[Telling, 'Conversation'], list[Write]]


def put(row: Telling, found: 'Conversation', channel: str, deadline: 'Deadline | None', now: datetime) -> None:
    """The line, the row and its deadline, in the one transaction that changes the conversation."""
    unit = alliance.unit(row.unit)
    once = f'{row.id}#{len(row.refused)}'

    def decide(row: Telling, fresh: 'Conversation') -> list[Write]:
        name, at_once = unit.name if unit else '', channel == rules.CHAT
        made, also = machine.notice(fresh, row.words, name, row.until, once, now, send=at_once)
        if not made:  # she has left since, or there is no room any more
            row.state, row.channel = rules.FAILED, None
            return [stand(row, deadline, None)]
        row.state, row.channel, row.line = rules.LINE, channel, made[0].key
        at = _look_again(row, now) if at_once else row.until
        return [*map(lines.put, made), *also, stand(row, deadline, at)]

    changed(row, found, decide, now)


def send(row: Telling, now: datetime) -> None:
    """Now and not within the minute, if it may be sent at all."""
    sending.send_kept({'conversation': row.conversation, 'key': str(row.line)}, now)


def look(row: Telling, deadline: 'Deadline | None', now: datetime) -> None:
    """How the line fares, and what follows from it."""
    line = inbox.message(row.conversation, str(row.line))
    found = inbox.conversation(row.conversation)
    state = line.state if line and found else inbox_rules.WITHDRAWN
    at: datetime | None = None
    if line and state == inbox_rules.SENT:
        row.state, row.told_at = rules.SENT, line.sent_at or now
    elif state == inbox_rules.UNKNOWN:
        row.state = rules.UNKNOWN
    elif state == inbox_rules.FAILED:
        row.state, row.refused = rules.PLANNED, [*row.refused, row.channel]
        at = soon(deadline, now)
    elif state == inbox_rules.PENDING:
        at = now + rules.LOOK_AGAIN
    elif found and state == inbox_rules.KEPT:
        changed(row, found, lambda row, fresh: _of_kept(row, fresh, deadline, now), now)
        return
    else:
        row.state = rules.FAILED
    commit([stand(row, deadline, at)])


def _of_kept(row: Telling, fresh: 'Conversation', deadline: 'Deadline | None', now: datetime) -> list[Write]:
    """Past its time it is taken back; where it cannot be sent now, another channel may be open."""
    kept = next((kept for kept in fresh.kept if kept.key == row.line), None)
    if kept is None:  # it has just been taken for sending, or given
        return [stand(row, deadline, now + rules.LOOK_AGAIN)]
    if row.until > now and kept.retry_at:
        return [stand(row, deadline, _look_again(row, max(now, kept.retry_at)))]
    back = machine.withdraw_notice
    if row.until <= now:
        row.state = rules.OVER
        return [*back(fresh, kept.key, now), stand(row, deadline, None)]
    row.refused = [*row.refused, *{rules.CHAT} - {*row.refused}]
    if planning.channel(row, fresh, now) in (rules.SUBSCRIPTION, rules.TEMPLATE):
        row.state = rules.PLANNED
        return [*back(fresh, kept.key, now), stand(row, deadline, soon(deadline, now))]
    row.channel = rules.NEXT
    return [stand(row, deadline, row.until)]


def take_back(row: Telling, fresh: 'Conversation', now: datetime) -> list[Write]:
    """She knows it already: the line is not given any more."""
    return machine.withdraw_notice(fresh, row.line, now) if row.line else []


def changed(row: Telling, found: 'Conversation', decide: Decide, now: datetime) -> None:
    """Change conversation and row together; decided again where another has written the conversation meanwhile.

    Raises `deadlines.Moot` where the row is another one by now.
    """

    def writes(fresh: 'Conversation') -> list[Write]:
        current = records.telling(row.id)
        if current is None or current.version != row.version:
            raise deadlines.Moot
        return decide(current, fresh)

    try:
        change(found, writes, now)
    except (storage.AlreadyKept, Gone):
        raise deadlines.Moot from None


def _look_again(row: Telling, at: datetime) -> datetime:
    """Before its time is over, if there is any left."""
    later: datetime = at + rules.LOOK_AGAIN
    return later if later < row.until else max(row.until, at + timedelta(seconds=1))
