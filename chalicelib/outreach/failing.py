"""WeChat says afterwards that a template or a notification did not arrive: the next channel is tried."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.outreach import records, rules
from chalicelib.outreach.alarms import stand
from chalicelib.outreach.calling import commit

if TYPE_CHECKING:
    from chalicelib.wechat.message import Inbound, Value

log = logging.getLogger('weilin')

TEMPLATE_DONE, NOTIFICATION_DONE = 'TEMPLATESENDJOBFINISH', 'subscribe_msg_sent_event'
EVENTS = frozenset({TEMPLATE_DONE, NOTIFICATION_DONE})
_SUCCESS = 'success'
_LATEST = 20  # of hers: the event comes seconds after the call


def heard(conversation_id: str, inbound: 'Inbound', now: datetime) -> None:
    """Raises `storage.Conflict` where the call's own result is not written down yet: WeChat's word comes again."""
    failed = set(_failed(inbound))
    if not failed:
        return
    rows = [row for id in records.ids_of(conversation_id, _LATEST) if (row := records.telling(id))]
    for row in rows:
        if row.state == rules.SENT and row.message_id in failed:
            failed.discard(row.message_id)
            row.state, row.told_at, row.refused = rules.PLANNED, None, [*row.refused, row.channel]
            commit([stand(row, None, now)])
            log.warning('a telling did not arrive channel=%s', row.channel)
    if failed and any(row.state == rules.CALLED for row in rows):
        raise storage.Conflict('its result is not written down yet')


def _failed(inbound: 'Inbound') -> Iterator[str]:
    """WeChat's ids of what did not arrive."""
    if inbound.event == TEMPLATE_DONE:
        if inbound.text_at('Status') != _SUCCESS:
            yield inbound.text_at('MsgID')
        return
    for one in _listed(inbound.fields.get('SubscribeMsgSentEvent')):
        if isinstance(one, dict) and one.get('ErrorCode') not in ('0', None):
            yield str(one.get('MsgID', ''))


def _listed(event: 'Value | None') -> 'list[Value]':
    listed = event.get('List') if isinstance(event, dict) else None
    return listed if isinstance(listed, list) else []
