"""A company's price for a request, as she saw it: a yes is to that one, and to no other."""

from chalicelib.bookings import making
from chalicelib.bookings.keeping import Planned, Refused
from chalicelib.bookings.records import Booking
from chalicelib.bookings.words import say


def offer(booking: Booking) -> str:
    """What stands on a page beside yes and no: whose price, and which."""
    return f'{booking.partner}~{making.mark(booking)}'


def as_seen(planned: Planned, seen: str) -> Planned:
    """Raises `Refused` where another company's price stands there by now."""
    if seen != offer(planned.booking):
        raise Refused(say('page.other_offer'))
    return planned
