"""Brings one telling from state to state: plans its channel, begins, looks how it fares, ends it.

Every state is stored with the deadline that goes on from it, in one transaction on the row's version: whoever dies, the
next run goes on, and of two runs one is refused. A call is stored as `called` first; where nobody wrote down how it
ended, it is of unknown outcome and never made again.
"""

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import logs
from chalicelib.deadlines import actions as deadlines
from chalicelib.inbox import actions as inbox
from chalicelib.outreach import calling, lining, planning, records, rules
from chalicelib.outreach.alarms import stand
from chalicelib.outreach.records import Telling

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline

log = logging.getLogger('weilin')

_STEPS_AT_ONCE = len(rules.ORDER) + 1  # every channel may refuse


def deliver(deadline: 'Deadline', now: datetime) -> None:
    """The handler: one step; what follows at once stands as a deadline that is due now."""
    row = records.telling(deadline.id)
    if row is None or row.key != deadline.key:
        raise deadlines.Moot
    with logs.about(row.conversation):
        _step(row, deadline, now)


def at_once(id: str, now: datetime) -> None:
    """As long as there is something to begin; what is under way, or waits for another try, is left to its deadline."""
    for _ in range(_STEPS_AT_ONCE):
        row = records.telling(id)
        if row is None or row.state != rules.PLANNED or row.attempts:
            return
        with logs.about(row.conversation):
            _step(row, None, now)
            begun = records.telling(id)
            if begun and begun.state == rules.LINE and begun.channel == rules.CHAT:
                lining.send(begun, now)
                lining.look(begun, None, now)


def _step(row: Telling, deadline: 'Deadline | None', now: datetime) -> None:
    if row.state == rules.PLANNED:
        _begin(row, deadline, now)
    elif row.state == rules.LINE:
        lining.look(row, deadline, now)
    elif row.state == rules.CALLED:  # whoever called has died: she may have it or not
        _end(row, deadline, rules.UNKNOWN)
    else:
        raise deadlines.Moot


def _begin(row: Telling, deadline: 'Deadline | None', now: datetime) -> None:
    found = inbox.conversation(row.conversation)
    channel = planning.channel(row, found, now) if found else None
    if row.until <= now:
        _end(row, deadline, rules.OVER)
    elif found is None or channel is None:
        row.channel = None
        _end(row, deadline, rules.FAILED)
    elif channel in (rules.CHAT, rules.NEXT):
        lining.put(row, found, channel, deadline, now)
    elif form := planning.form(row, channel):
        calling.call(row, channel, form, deadline, now)


def _end(row: Telling, deadline: 'Deadline | None', state: str) -> None:
    row.state = state
    calling.commit([stand(row, deadline, None)])
    log.info('telling ended state=%s channel=%s', state, row.channel)
