"""A booking as its owner sees it: its state in words, what is known of it, what can be done now."""

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.bookings import actions, rules, telling
from chalicelib.bookings.words import say
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.bookings.records import Booking
    from chalicelib.bookings.visiting import Visit
    from chalicelib.services.records import Item

_WITH_CREW = frozenset({rules.CONFIRMED, rules.ARRIVED})
_LIVE = rules.OPEN | {rules.HELD, rules.ARRIVED, rules.DONE}


class Row(NamedTuple):
    id: str
    what: str
    when: str
    state: str
    live: bool  # something can still be done with it


class Can(NamedTuple):
    """What she may do with it now."""

    move: bool
    cancel: bool
    rate: bool
    answer: bool
    calendar: bool


def rows(visit: 'Visit') -> list[Row]:
    """What is to come first, then what was; times that were only held are nothing to remember."""
    found = [one for one in actions.of_person(visit.guest.conversation_id, visit.now) if _was_booked(one)]
    found.sort(key=lambda one: one.state not in _LIVE)
    return [_row(one) for one in found]


def upcoming(visit: 'Visit') -> list[Row]:
    return [row for row in rows(visit) if row.live]


def can(booking: 'Booking', visit: 'Visit') -> Can:
    begun = booking.starts_at is not None and visit.now >= booking.starts_at
    by = rules.RESIDENT
    return Can(
        move=booking.starts_at is not None and not begun and rules.may(booking.state, 'move', by),
        cancel=not begun and rules.may(booking.state, 'cancel', by),
        rate=rules.may(booking.state, 'rate', by),
        answer=rules.may(booking.state, 'agree', by),
        calendar=booking.starts_at is not None and (booking.state in rules.OPEN or booking.state == rules.CANCELLED),
    )


def next_words(booking: 'Booking') -> str:
    """What happens now, who does it, and by when."""
    item, words = services.item(booking.item), booking.state
    if booking.state == rules.CONFIRMED:
        if booking.starts_at is None:
            words = 'confirmed_wish'
        elif item is not None and item.where == 'venue':
            words = 'confirmed_venue'
    return say(
        f'page.{words}', partner=telling.name(booking.partner or ''), unit=telling.name(booking.unit),
        company=_company(booking), by=clock.spoken_date_time(booking.due_at) if booking.due_at else '',
        words=booking.quote_words, reason=booking.reason,
        rating=rules.RATINGS.get(int(booking.rating or 0), ''),
    )  # fmt: skip


def facts(booking: 'Booking', item: 'Item | None') -> list[tuple[str, str]]:
    """What is agreed, by its name; nothing of the one it is for."""
    found = [(say('fact.when'), telling.when(booking))] if booking.starts_at else []
    found.append((say('fact.price'), telling.price(booking)))
    if item and item.venue:
        found.append((say('fact.where'), item.venue))
    if booking.partner:
        found.append((say('fact.who'), _company(booking)))
    if item and item.prepare and booking.state in rules.OPEN:
        found.append((say('fact.prepare'), item.prepare))
    return found


def cancel_words(booking: 'Booking', item: 'Item | None', visit: 'Visit') -> str:
    """The item's rule, as it stands for this booking at this moment."""
    costs = booking.price != 0 or booking.ceiling
    if booking.starts_at is None or item is None or booking.state == rules.HELD or not costs:
        return say('page.cancel_free')
    until = booking.starts_at - timedelta(hours=float(item.cancel_hours))
    free = rules.free_of_charge(booking.starts_at, item.cancel_hours, visit.now)
    return say('page.cancel_until' if free else 'page.cancel_late', at=clock.spoken_date_time(until))


def lapsed(booking: 'Booking', visit: 'Visit') -> bool:
    """The hold is over; it may still be hers if nobody was quicker."""
    return booking.state == rules.EXPIRED or booking.due_at <= visit.now


def _company(booking: 'Booking') -> str:
    """The company, and once that is settled its crew; many crews are called by the company's name."""
    partner = telling.name(booking.partner or '')
    crew = services.crew(booking.crew or '') if booking.state in _WITH_CREW else None
    if crew is None:
        return partner
    return crew.name if crew.name.startswith(partner) else f'{partner}{crew.name}'


def _row(booking: 'Booking') -> Row:
    when = telling.when(booking)
    return Row(booking.id, telling.what(booking), when, say(f'state.{booking.state}'), booking.state in _LIVE)


def _was_booked(booking: 'Booking') -> bool:
    return booking.state == rules.HELD or any(taken.step == 'request' for taken in booking.steps)
