"""Rows of a restored copy, table by table: what of them is erased, and how each has to look to come back today."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.bookings import restoring as bookings
from chalicelib.bookings.records import Booking
from chalicelib.deadlines import rules as deadline_rules
from chalicelib.inbox import restoring
from chalicelib.inbox.records import Conversation, Message
from chalicelib.outreach import actions as outreach
from chalicelib.outreach.records import Telling
from chalicelib.privacy.restoring import Ledger

Item = dict[str, Any]  # as DynamoDB has it


class Fit(NamedTuple):
    """`erased`: the row as the ledger leaves it, None where it takes it. `today`: as it is to come back, None for not
    at all. `put`: stores it in the place of a live row, or where there is none; raises `storage.Conflict`."""

    erased: Callable[[Item, Ledger], Item | None] = lambda item, ledger: item
    today: Callable[[Item, datetime], Item | None] = lambda item, moment: item
    put: Callable[[Item, Item | None, datetime], None] | None = None
    ignored: frozenset[str] = frozenset()  # attributes in which a live row may differ and is the same


def _erased_line(item: Item, ledger: Ledger) -> Item | None:
    line: Message = Message.from_raw_data(item)
    return None if ledger.takes_line(line) else item


def _line_today(item: Item, moment: datetime) -> Item | None:
    line: Message = Message.from_raw_data(item)
    restoring.fit_line(line)
    return dict(line.serialize())


def _erased_conversation(item: Item, ledger: Ledger) -> Item | None:
    found: Conversation = Conversation.from_raw_data(item)
    before = dict(found.serialize())
    left = ledger.conversation(found)
    after = dict(left.serialize()) if left else None
    return item if after == before else after


def _conversation_today(item: Item, moment: datetime) -> Item | None:
    found: Conversation = Conversation.from_raw_data(item)
    restoring.fit(found, moment)
    return dict(found.serialize())


def _put_conversation(item: Item, live: Item | None, now: datetime) -> None:
    before: Conversation | None = Conversation.from_raw_data(live) if live else None
    found: Conversation = Conversation.from_raw_data(item)
    found.closing = found.waiting_unit is None  # what was closed is forgotten a year later, at the latest from now on
    restoring.put_back(found, before, now)


def _deadline_today(item: Item, moment: datetime) -> Item | None:
    key = item['key']['S']
    return item if deadline_rules.name(key).kind == 'alert' or restoring.owes(key) else None


def _member_today(item: Item, moment: datetime) -> Item | None:
    """Out until somebody has looked: he may have been removed or suspended since."""
    suspended = {'S': 'suspended'} if item['state']['S'] == 'active' else item['state']
    return {**item, 'state': suspended, 'sessions': {'L': []}}


def _erased_resident(item: Item, ledger: Ledger) -> Item | None:
    return None if ledger.takes_resident(item['id']['S']) else item


def _erased_with_her(item: Item, ledger: Ledger) -> Item | None:
    return None if ledger.takes_resident(item['conversation']['S']) else item


def _telling_today(item: Item, moment: datetime) -> Item | None:
    """What was under way has perhaps been told since: it is not told again, and somebody asks her."""
    telling: Telling = Telling.from_raw_data(item)
    outreach.fit(telling)
    return dict(telling.serialize())


def _erased_booking(item: Item, ledger: Ledger) -> Item | None:
    return None if ledger.takes_resident(item['conversation']['S']) else item


def _put_booking(item: Item, live: Item | None, now: datetime) -> None:
    found: Booking = Booking.from_raw_data(item)
    bookings.put_back(found, now)


FITS: Mapping[str, Fit] = {
    'messages': Fit(erased=_erased_line, today=_line_today),
    'conversations': Fit(_erased_conversation, _conversation_today, _put_conversation, restoring.MOVING),
    'deadlines': Fit(today=_deadline_today),
    'residents': Fit(erased=_erased_resident),
    'outreach': Fit(erased=_erased_with_her, today=_telling_today),
    'subscriptions': Fit(erased=_erased_with_her),
    'bookings': Fit(_erased_booking, put=_put_booking, ignored=bookings.MOVING),
    'booking-contacts': Fit(erased=_erased_booking),
    'staff': Fit(today=_member_today),
}
USUAL = Fit()
