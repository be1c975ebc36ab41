"""What a resident, or a clerk for her, does with a booking that is made."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.bookings import cells, keeping, offering, rules, telling, times
from chalicelib.bookings.keeping import Gone, Planned, Refused, load, note_step, past, step
from chalicelib.bookings.making import Booker, TimeGone, Withdrawn
from chalicelib.bookings.records import Booking, erase_contact
from chalicelib.bookings.words import say
from chalicelib.inbox import raising
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.storage import Write

own = keeping.own


def agree(booking_id: str, by: Booker, now: datetime) -> Planned:
    """She says yes to the price of her request."""
    booking = own(booking_id, by)
    step(booking, 'agree', by.kind, by.made_by, now)
    booking.confirmed_at, booking.due_at = now, None
    tell = offering.tell(booking, booking.partner, offering.CHANGED, now)
    return Planned(booking, now, [tell], telling.agreed(booking, by.made_by, now))


def cancel(booking_id: str, by: Booker, now: datetime) -> Planned:
    """By whoever booked, whoever has come to it, or a clerk of her community; its slot is free at once."""
    booking = own(booking_id, by)
    _not_begun(booking, now)
    writes = offering.release(booking, offering.held_value(booking), now)
    nobody_knows = booking.state == rules.HELD
    step(booking, 'cancel', by.kind, by.made_by, now)
    if nobody_knows:
        return Planned(booking, now, writes)
    if booking.partner:
        writes.append(offering.tell(booking, booking.partner, offering.CHANGED, now))
    return Planned(booking, now, writes, telling.cancelled(booking, by, now))


def move(booking_id: str, at: datetime, by: Booker, now: datetime) -> Planned:
    """To another time, in one transaction; the same company is asked first. Raises `TimeGone`."""
    booking = own(booking_id, by)
    _not_begun(booking, now)
    item = services.item_now(booking.item)
    if item is None or booking.starts_at is None:
        raise Withdrawn
    if at == booking.starts_at:
        rules.after(booking.state, 'move', by.kind)
        return Planned(booking, now)
    before = booking.partner or ''
    found = times.find(item, booking, at, now, first=before, mine=booking.id)
    if found is None:
        raise TimeGone(times.nearest(item, booking, at, now))
    step(booking, 'move', by.kind, by.made_by, now, rules.OFFERED)
    value = cells.value(booking.id)
    writes = offering.take(booking, found, value, value, now)
    booking.starts_at = booking.when = at
    booking.ends_at = at + timedelta(minutes=int(booking.minutes))  # as it was agreed, like its price
    booking.confirmed_at, booking.passed = None, []
    booking.done = rules.past(at, now)
    if booking.partner == before:
        writes += offering.offer(booking, now, offering.AGAIN)
    else:
        writes += [offering.tell(booking, before, offering.LOST, now), *offering.offer(booking, now)]
    return Planned(booking, now, writes, telling.moved(booking, by, now))


def rate(booking_id: str, rating: int, by: Booker, now: datetime, raises: bool = True) -> Planned:
    """Once. A low one becomes a conversation with her community, in the same transaction.

    Not with `raises` False: where it is her message that waits, her conversation is stored by that.
    """
    booking = own(booking_id, by)
    if rating not in rules.RATINGS:
        raise Refused(say('refused.no_rating'))
    step(booking, 'rate', by.kind, by.made_by, now)
    booking.rating = rating
    past(booking, [rules.ASK])
    writes: list[Write] = []
    if rating <= rules.LOW_RATING and raises:
        words = say('matter.low_rating', rating=rules.RATINGS[rating], **matter(booking))
        writes.append(raising.raise_matter(booking.conversation, words, f'{booking.id}.rating', now))
    return Planned(booking, now, writes)


def join(booking_id: str, conversation: str, now: datetime) -> Planned:
    """Somebody comes to it with its number: one person, who may do what the booker may. The booker is told."""
    booking = load(booking_id)
    if conversation == booking.conversation:
        raise Refused(say('refused.own'))
    if booking.state not in rules.OPEN:
        raise Gone
    if booking.joined not in (None, conversation):
        raise Refused(say('refused.joined_by_other'))
    if booking.joined is None:
        booking.joined = conversation
        note_step(booking, 'join', rules.RESIDENT, now)
    return Planned(booking, now, notes=telling.joined(booking, now))


def leave(booking_id: str, now: datetime) -> Planned:
    """Whoever had come to it is sent away by the booker."""
    booking = load(booking_id)
    booking.joined = None
    note_step(booking, 'leave', rules.RESIDENT, now)
    return Planned(booking, now)


def forget(booking: Booking) -> 'Write':
    """Where to come and whom to ring goes."""
    return erase_contact(booking.id)


def matter(booking: Booking) -> dict[str, str]:
    """For staff: which booking it is about."""
    return {
        'what': telling.what(booking), 'when': telling.when(booking), 'partner': telling.name(booking.partner or ''),
        'id': booking.id,
    }  # fmt: skip


def _not_begun(booking: Booking, now: datetime) -> None:
    if booking.starts_at is not None and now >= booking.starts_at and booking.state in rules.OPEN:
        raise Refused(say('refused.past', phone=telling.phone(booking.partner or '')))
