"""What a company and its crew do with a booking, and what happens where they say nothing."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.bookings import cells, offering, rules, telling, times
from chalicelib.bookings.keeping import Gone, Planned, Refused, load, note_step, step
from chalicelib.bookings.records import Booking
from chalicelib.bookings.words import say, tidy
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.storage import Write

_REASON_AT_MOST = 60  # characters
_WORDS_AT_MOST = 100
_DEAREST = 10_000_000  # fen: whoever writes more has mistyped


def accept(booking_id: str, unit: str, crew: str, by: 'Member', now: datetime) -> Planned:
    """The company says yes; with a crew (one of its own that is free then) all is settled, without, it comes later."""
    booking = _of_company(booking_id, unit)
    _has_time(booking, 'accept')
    writes: list[Write] = []
    step(booking, 'accept', rules.PARTNER, by.id, now, rules.CONFIRMED if crew else rules.ACCEPTED)
    if crew:
        writes = _seat(booking, crew, now)
        booking.confirmed_at = now
    booking.due_at = None
    return Planned(booking, now, writes, telling.accepted(booking, now))


def assign(booking_id: str, unit: str, crew: str, by: 'Member', now: datetime) -> Planned:
    """Another of its own crews, free then, comes instead; also for the first time."""
    booking = _of_company(booking_id, unit)
    _has_time(booking, 'assign')
    step(booking, 'assign', rules.PARTNER, by.id, now)
    writes = _seat(booking, crew, now)
    booking.confirmed_at = booking.confirmed_at or now
    return Planned(booking, now, writes, telling.accepted(booking, now))


def decline(booking_id: str, unit: str, reason: str, by: 'Member', now: datetime) -> Planned:
    """The company cannot: it goes to the next one, or she is offered other times."""
    booking = _of_company(booking_id, unit)
    return _away(booking, 'decline', 'declined', rules.PARTNER, by.id, _required(reason), now)


def give_up(booking_id: str, unit: str, reason: str, by: 'Member', now: datetime) -> Planned:
    """The company had said yes and cannot after all; once it has begun, nobody else could come in time."""
    booking = _of_company(booking_id, unit)
    if booking.starts_at is not None and now >= booking.starts_at:
        raise rules.NotNow('give_up after the beginning')
    return _away(booking, 'give_up', 'gave_up', rules.PARTNER, by.id, _required(reason), now)


def time_out(booking: Booking, now: datetime) -> Planned:
    """Nobody at the company has said anything in time."""
    return _away(booking, 'time_out', 'timed_out', rules.CLOCK, rules.CLOCK, '', now)


def price(booking_id: str, unit: str, fen: int, words: str, by: 'Member', now: datetime) -> Planned:
    """A company's offer for a request; the catalogue's ceiling holds."""
    booking = _of_company(booking_id, unit)
    if booking.starts_at is not None:
        raise rules.NotNow('price of what has a time')
    if not 0 <= fen <= _DEAREST:
        raise Refused(say('refused.no_price', most=_DEAREST // 100))
    if booking.ceiling is not None and fen > booking.ceiling:
        raise Refused(say('refused.over_ceiling', ceiling=services.yuan(booking.ceiling)))
    step(booking, 'price', rules.PARTNER, by.id, now)
    booking.price, booking.ceiling, booking.per = fen, fen, booking.per
    said = tidy(words)
    if len(said) > _WORDS_AT_MOST:
        raise Refused(say('refused.too_long', field=say('field.note'), most=_WORDS_AT_MOST))
    booking.quote_words = f'{said.rstrip("。")}。' if said else ''
    booking.due_at = now + rules.PRICE_HOLDS
    return Planned(booking, now, notes=telling.priced(booking, now))


def arrive(booking_id: str, unit: str, by: 'Member', now: datetime) -> Planned:
    booking = _of_company(booking_id, unit)
    _has_time(booking, 'arrive')
    step(booking, 'arrive', rules.CREW, by.id, now)
    return Planned(booking, now, notes=telling.plain(booking, 'arrived', now))


def finish(booking_id: str, unit: str, by: 'Member', now: datetime) -> Planned:
    booking = _of_company(booking_id, unit)
    if booking.starts_at is not None and now < booking.starts_at and booking.state != rules.ARRIVED:
        raise rules.NotNow('finish before the beginning')
    step(booking, 'finish', rules.CREW, by.id, now)
    return Planned(booking, now)


def no_show(booking_id: str, unit: str, by: 'Member', now: datetime) -> Planned:
    """The crew came and found nobody; not before the appointed time."""
    booking = _of_company(booking_id, unit)
    if booking.starts_at is None or now < booking.starts_at:
        raise rules.NotNow('no_show before the beginning')
    step(booking, 'no_show', rules.CREW, by.id, now)
    return Planned(booking, now, notes=telling.plain(booking, 'no_show', now))


def add_photo(booking_id: str, unit: str, object_key: str, by: 'Member', now: datetime) -> Planned:
    """A picture of what was done, once for each key."""
    booking = _of_company(booking_id, unit)
    if object_key not in booking.photos:
        booking.photos = [*booking.photos, object_key]
        note_step(booking, 'photo', by.id, now)
    return Planned(booking, now)


def _of_company(booking_id: str, unit: str) -> Booking:
    booking = load(booking_id)
    if booking.partner != unit:
        raise Gone
    return booking


def _has_time(booking: Booking, name: str) -> None:
    if booking.starts_at is None:
        raise rules.NotNow(f'{name} of a request, for which nobody comes')


def _seat(booking: Booking, crew_id: str, now: datetime) -> 'list[Write]':
    """Put it to this crew of the company that has it: the cells go with it. Raises `Refused` where it is not free."""
    item, crew = services.item(booking.item), services.crew(crew_id)
    if item is None or crew is None or crew.unit != booking.partner:
        raise Refused(say('refused.no_crew'))
    found = times.first_free(item, booking, [crew], booking.starts_at, now, mine=booking.id)
    if found is None:
        raise Refused(say('refused.no_crew'))
    if found.span == booking.span:
        return []
    value = cells.value(booking.id)
    return offering.take(booking, found, value, value, now)


def _away(booking: Booking, name: str, why: str, by: str, who: str, reason: str, now: datetime) -> Planned:
    item = services.item_now(booking.item)
    writes = offering.pass_on(booking, item, why, reason, now)
    step(booking, name, by, who, now, rules.OFFERED if booking.partner else rules.UNSERVED)
    booking.reason = '' if booking.partner else reason
    booking.confirmed_at = None
    if booking.form == rules.BY_REQUEST and item and (option := services.option(item, booking.option)):
        booking.price, booking.ceiling, booking.quote_words = option.price, option.ceiling, ''
    return Planned(booking, now, writes, telling.passed_on(booking, now))


def _required(reason: str) -> str:
    said = tidy(reason)
    if not said:
        raise Refused(say('refused.no_reason'))
    return said[:_REASON_AT_MOST]
