"""A booking as an event of a calendar file: what, when, whose number; neither address nor telephone number."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.bookings import rules, telling
from chalicelib.bookings.ics import Event
from chalicelib.bookings.words import say
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.bookings.records import Booking

_GIVEN_UP = frozenset({rules.CANCELLED, rules.UNSERVED, rules.NO_SHOW, rules.EXPIRED})


def event(booking: 'Booking', now: datetime) -> Event:
    """Only of one that has a time."""
    item = services.item(booking.item)
    changed_at = booking.steps[-1].at if booking.steps else now
    number = say('what.number', id=booking.id)
    return Event(
        uid=booking.id, version=int(booking.version or 0), starts_at=booking.starts_at, ends_at=booking.ends_at,
        title=telling.what(booking), words=f'{telling.name(booking.partner or "")}\n{number}'.strip(),
        place=(item.venue if item else '') or '', changed_at=changed_at, cancelled=booking.state in _GIVEN_UP,
    )  # fmt: skip
