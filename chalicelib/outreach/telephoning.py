"""Who could not be told by WeChat is telephoned, and that is written down."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.deadlines.actions import Moot
from chalicelib.inbox import actions as inbox
from chalicelib.outreach import lining, records, rules
from chalicelib.outreach.alarms import stand
from chalicelib.outreach.calling import commit
from chalicelib.outreach.records import Telling

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member

_TRIES = 5


def mark_told(id: str, member: 'Member', now: datetime) -> Telling | None:
    for _ in range(_TRIES):
        row = records.telling(id)
        if row is None or rules.is_told(row.state):
            return row
        try:
            _mark(row, member, now)
        except (storage.Conflict, Moot):
            continue
        return records.telling(id)
    raise storage.Conflict('it is being told this moment')


def _mark(row: Telling, member: 'Member', now: datetime) -> None:
    found = inbox.conversation(row.conversation) if row.state == rules.LINE else None
    if found is None:
        commit([_told(row, member, now)])
        return
    lining.changed(row, found, lambda row, fresh: [*lining.take_back(row, fresh, now), _told(row, member, now)], now)


def _told(row: Telling, member: 'Member', now: datetime) -> storage.Write:
    row.state, row.channel, row.told_at, row.told_by = rules.TOLD, rules.PHONE, now, member.id
    return stand(row, None, None)
