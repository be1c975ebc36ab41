"""A tapped time becomes a held booking; two taps on one page are one, and a time given back can be taken again."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.bookings import actions, rules
from chalicelib.bookings.words import say
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.bookings.actions import Changed, Wish
    from chalicelib.bookings.records import Booking
    from chalicelib.bookings.visiting import Visit

_AGAIN = 5  # OURS: so often a time can be given back and taken again from one page that was never loaded anew
_MARK = re.compile(r'([0-9]{0,9})\.([0-9]{0,9})')


@dataclass
class _Seen:
    price: int | None
    ceiling: int | None
    per: str


def take(visit: 'Visit', wish: 'Wish') -> 'Booking':
    """Raises what `making.hold` raises."""
    at = int(wish.at.timestamp()) if wish.at else ''
    key = f'{visit.once}#{wish.item}#{wish.option}#{at}'
    for number in range(_AGAIN):
        booking = actions.hold(wish, visit.booker, f'{key}#{number}', visit.now)
        if booking.state != rules.CANCELLED:
            break
    return booking


def both_prices(changed: 'Changed', mark: str) -> str:
    """That the price is another one than she saw, with both of them."""
    seen = price_of(mark, changed.option.per)
    return say('page.changed', old=seen, new=services.price_words(changed.option)) if seen else str(changed)


def price_of(mark: str, per: str) -> str:
    """The price that a mark of ours stands for, in words; '' where it is none."""
    found = _MARK.fullmatch(mark)
    if not found:
        return ''
    price, ceiling = (int(amount) if amount else None for amount in found.groups())
    return services.price_words(_Seen(price, ceiling, per))
