"""A template or a notification goes out: stored as begun, called, and how it ended written down."""

import logging
import random
import time
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import storage
from chalicelib.alliance import credentials
from chalicelib.inbox import rules as inbox_rules
from chalicelib.inbox.changing import RECORD_TRIES
from chalicelib.outreach import records, rules, subscribing, templates
from chalicelib.outreach.alarms import stand
from chalicelib.outreach.records import Telling
from chalicelib.outreach.templates import Form
from chalicelib.storage import Transaction, Write
from chalicelib.wechat import errors
from chalicelib.wechat.errors import Action

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline

log = logging.getLogger('weilin')

_JITTER_SECONDS = 0.05
_NOT_AGREED = 43101


class Outcome(NamedTuple):
    """How a call ended. PLANNED: it is tried again, or, `refused`, the next channel is."""

    state: str
    message_id: str = ''
    refused: bool = False
    code: int = 0


def call(row: Telling, channel: str, form: Form, deadline: 'Deadline | None', now: datetime) -> None:
    """Raises `storage.Conflict` where another run has begun, or another telling has used her last consent."""
    row.state, row.channel = rules.CALLED, channel
    uses = subscribing.use(row.conversation, form, now) if channel == rules.SUBSCRIPTION else []
    commit([stand(row, deadline, now + rules.CALL_LASTS_AT_MOST), *uses])
    outcome = _call(row, channel, form)
    _record(row.id, outcome, now)
    if channel == rules.SUBSCRIPTION:
        _settle_consent(row.conversation, form, outcome)


def commit(writes: Iterable[Write]) -> None:
    wanted = list(writes)

    def fill(tx: Transaction) -> None:
        for write in wanted:
            write(tx)

    storage.commit(fill)


def _call(row: Telling, channel: str, form: Form) -> Outcome:
    account = row.conversation.partition('#')[0]
    try:
        message_id = templates.send(row, channel, form)
    except errors.Refused as refused:
        log.warning('a telling was refused channel=%s account=%s code=%s', channel, account, refused.code)
        return _refused(refused)
    except errors.OutcomeUnknown:
        log.warning('outcome of a telling unknown channel=%s account=%s', channel, account)
        return Outcome(rules.UNKNOWN)
    except (errors.NotSent, credentials.Unknown) as error:
        log.warning('not told, tried again later account=%s error=%s', account, type(error).__name__)
        return Outcome(rules.PLANNED)
    except Exception as error:
        log.error('a telling failed channel=%s account=%s error=%s', channel, account, type(error).__name__)
        return Outcome(rules.PLANNED, refused=True)
    log.info('told channel=%s account=%s', channel, account)
    return Outcome(rules.SENT, message_id)


def _refused(refused: errors.Refused) -> Outcome:
    if refused.reaction.action is Action.RESIDENT_GONE:
        return Outcome(rules.FAILED, code=refused.code)
    again = refused.may_pass and refused.code not in errors.UNTIL_MIDNIGHT  # tomorrow another channel was quicker
    return Outcome(rules.PLANNED, refused=not again, code=refused.code)


def _record(id: str, outcome: Outcome, now: datetime) -> None:
    """It is out: giving up on writing that down would leave it unknown."""
    for _ in range(RECORD_TRIES):
        row = records.telling(id)
        came_late = row is not None and row.state == rules.UNKNOWN and outcome.state == rules.SENT
        if row is None or not (row.state == rules.CALLED or came_late):
            return  # forgotten, or told by telephone meanwhile
        at = _apply(row, outcome, now)
        try:
            commit([stand(row, None, at)])
            return
        except storage.Conflict:
            time.sleep(random.uniform(0, _JITTER_SECONDS))  # no secret: writers step aside
    raise storage.Unavailable('conflicts without end')


def _apply(row: Telling, outcome: Outcome, now: datetime) -> datetime | None:
    """What the outcome makes of the row, and when it is gone on with: a channel that stays shut is given up."""
    row.state, row.message_id = outcome.state, outcome.message_id or None
    if outcome.state == rules.SENT:
        row.told_at = now
    if outcome.state != rules.PLANNED:
        return None
    row.attempts = int(row.attempts) + 1
    if outcome.refused or row.attempts > len(inbox_rules.RETRY_MINUTES):
        row.attempts, row.refused = 0, [*row.refused, row.channel]
        return now
    return inbox_rules.retry_at(row.attempts, now)


def _settle_consent(conversation_id: str, form: Form, outcome: Outcome) -> None:
    """What was counted off for a call that sent nothing is hers again; what WeChat denies she never had."""
    if outcome.state in (rules.SENT, rules.UNKNOWN):
        return
    settle = subscribing.none_left if outcome.code == _NOT_AGREED else subscribing.give_back
    try:
        commit(settle(conversation_id, form))
    except Exception as error:  # one consent less: the next telling goes by another channel
        log.warning('consent not settled error=%s', type(error).__name__)
