"""What happens to a booking by itself: the deadline `booking`, one for each, set for what comes next."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.alliance import alerts
from chalicelib.bookings import offering, records, rules, serving, steps, telling
from chalicelib.bookings.keeping import Planned, past, step
from chalicelib.bookings.records import Booking
from chalicelib.bookings.words import say
from chalicelib.deadlines import actions as deadlines
from chalicelib.inbox import raising
from chalicelib.inbox.changing import Gone
from chalicelib.outreach import actions as outreach

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline
    from chalicelib.storage import Transaction, Write


def work(deadline: 'Deadline', now: datetime) -> None:
    """Do what is due, with the deadline taken away in the same transaction; then tell whom it concerns."""
    booking = records.booking(deadline.id)
    if booking is None or booking.clock_key != deadline.key:
        raise deadlines.Moot
    moment = rules.next_moment(booking)
    booking.clock_key = None
    planned = _HANDLERS[moment.what](booking, now) if moment and moment.at <= now else Planned(booking, now)

    def write(tx: 'Transaction') -> None:
        deadlines.done(tx, deadline)
        planned.write(tx)

    storage.commit(write)
    planned.deliver()


def still_open(about: str, level: str) -> bool:
    """Whether a company still has to be told of this booking: what it could do there is still to be done."""
    number, _, company = about.removeprefix(alerts.BOOKING).partition('.')
    booking = records.booking(number)
    if booking is None:
        return False
    if level in (offering.NEW, offering.AGAIN):
        return bool(booking.state == rules.OFFERED and booking.partner == company)
    if level == offering.LATE:
        return bool(booking.state in (rules.ACCEPTED, rules.CONFIRMED) and booking.partner == company)
    return True


def _expire(booking: Booking, now: datetime) -> Planned:
    writes = offering.release(booking, offering.held_value(booking), now)
    step(booking, 'expire', rules.CLOCK, rules.CLOCK, now)
    return Planned(booking, now, writes)


def _price_out(booking: Booking, now: datetime) -> Planned:
    step(booking, 'price_out', rules.CLOCK, rules.CLOCK, now)
    tell = offering.tell(booking, booking.partner, offering.CHANGED, now)
    return Planned(booking, now, [tell], telling.plain(booking, 'price_out', now))


def _tomorrow(booking: Booking, now: datetime) -> Planned:
    past(booking, [rules.TOMORROW])
    if now >= rules.soon(booking.starts_at):
        return Planned(booking, now)
    _settle(booking, now)
    return Planned(booking, now, notes=telling.plain(booking, 'tomorrow', now))


def _settle(booking: Booking, now: datetime) -> None:
    """Nobody chose a crew until now: the one whose time it has been all along comes."""
    if booking.state == rules.ACCEPTED:
        step(booking, 'assign', rules.CLOCK, rules.CLOCK, now)
        booking.confirmed_at = now


def _soon(booking: Booking, now: datetime) -> Planned:
    past(booking, [rules.TOMORROW, rules.SOON])
    _settle(booking, now)
    notes = telling.plain(booking, 'soon', now) if now < booking.starts_at else []
    return Planned(booking, now, notes=notes)


def _late(booking: Booking, now: datetime) -> Planned:
    past(booking, [rules.LATE])
    return Planned(booking, now, [offering.tell(booking, booking.partner, offering.LATE, now)])


def _miss(booking: Booking, now: datetime) -> Planned:
    """Nobody wrote down that anybody came: the community looks into it, and she is told so."""
    step(booking, 'miss', rules.CLOCK, rules.CLOCK, now)
    words = say('matter.missed', **steps.matter(booking))
    return Planned(booking, now, _raised(booking, words, now), telling.plain(booking, 'missed', now))


def _raised(booking: Booking, words: str, now: datetime) -> 'list[Write]':
    """A resident who was forgotten meanwhile has no conversation any more."""
    try:
        return [raising.raise_matter(booking.conversation, words, f'{booking.id}.missed', now)]
    except Gone:
        return []


def _finish(booking: Booking, now: datetime) -> Planned:
    step(booking, 'finish', rules.CLOCK, rules.CLOCK, now)
    return Planned(booking, now)


def _ask(booking: Booking, now: datetime) -> Planned:
    """Once, and not of what is long over."""
    past(booking, [rules.ASK])
    fresh = now < booking.over_at + rules.RATING_OPEN
    return Planned(booking, now, notes=telling.plain(booking, 'ask', now) if fresh else [])


def _forget(booking: Booking, now: datetime) -> Planned:
    past(booking, [rules.FORGET])
    if booking.erased:
        outreach.erase_about(f'booking#{booking.id}', booking.conversation)
        return Planned(booking, now, goes=True)
    return Planned(booking, now, [steps.forget(booking)])


_HANDLERS: Mapping[str, Callable[[Booking, datetime], Planned]] = {
    rules.EXPIRE: _expire,
    rules.TIME_OUT: serving.time_out,
    rules.PRICE_OUT: _price_out,
    rules.TOMORROW: _tomorrow,
    rules.SOON: _soon,
    rules.LATE: _late,
    rules.MISS: _miss,
    rules.FINISH: _finish,
    rules.ASK: _ask,
    rules.FORGET: _forget,
}
