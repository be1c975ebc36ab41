"""What a resident has agreed to be notified of: counted up as WeChat tells it, counted down with each notification."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import retention, storage
from chalicelib.outreach import records
from chalicelib.outreach.records import Subscription
from chalicelib.storage import Write

if TYPE_CHECKING:
    from chalicelib.outreach.templates import Form
    from chalicelib.wechat.message import Inbound

_HEARD = 10  # latest events remembered: WeChat repeats one within seconds
_TRIES = 5
# Where each event has its list of templates.
_LISTS = {
    'subscribe_msg_popup_event': 'SubscribeMsgPopupEvent',
    'subscribe_msg_change_event': 'SubscribeMsgChangeEvent',
}
EVENTS = frozenset(_LISTS)
ACCEPTED = 'accept'


def has_agreed(conversation_id: str, form: 'Form', now: datetime) -> bool:
    found = records.subscription(conversation_id, form.id)
    return found is not None and found.left > 0 and found.forget_at > now


def use(conversation_id: str, form: 'Form', now: datetime) -> list[Write]:
    """One notification is about to be sent; the transaction is refused where another one has used the last."""
    return [] if form.lasting else [records.take_one(conversation_id, form.id, _kept_until(now))]


def give_back(conversation_id: str, form: 'Form') -> list[Write]:
    """It was certainly not sent."""
    return [] if form.lasting else [records.give_back(conversation_id, form.id)]


def none_left(conversation_id: str, form: 'Form') -> list[Write]:
    """WeChat says that she has not agreed, or not to so many."""
    return [records.none_left(conversation_id, form.id)]


def heard(conversation_id: str, inbound: 'Inbound', now: datetime) -> None:
    """She has accepted or refused; the same event again changes nothing. Raises `storage.Conflict`."""
    for template, said in _answers(inbound):
        for _ in range(_TRIES):
            row = records.subscription(conversation_id, template) or Subscription(conversation_id, template)
            if inbound.key in row.heard:
                break
            events = [*row.heard, inbound.key][-_HEARD:]
            try:
                storage.commit(records.agreed(row, said, events, _kept_until(now)))
                break
            except storage.Conflict:
                continue
        else:
            raise storage.Conflict('her subscriptions are being written')


def _answers(inbound: 'Inbound') -> Iterator[tuple[str, int | None]]:
    """Each template with how often she has accepted it; None where she refused it."""
    event = inbound.fields.get(_LISTS[inbound.event])
    listed = event.get('List') if isinstance(event, dict) else None
    accepted: Counter[str] = Counter()
    refused = set()
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict) or not isinstance(template := one.get('TemplateId'), str):
            continue
        if one.get('SubscribeStatusString') == ACCEPTED:
            accepted[template] += 1
        else:
            refused.add(template)
    yield from accepted.items()
    yield from ((template, None) for template in refused - accepted.keys())


def _kept_until(now: datetime) -> datetime:
    return now + retention.SUBSCRIPTIONS.lasts
