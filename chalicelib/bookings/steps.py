"""What a company and its crew do with a booking, and what a resident or a clerk does with one that is made."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.bookings import cells, keeping, offering, rules, telling, times
from chalicelib.bookings.keeping import Gone, Planned, Refused, load, note_step, past, step
from chalicelib.bookings.making import Booker, TimeGone, Withdrawn
from chalicelib.bookings.records import Booking, erase_contact
from chalicelib.bookings.words import say, tidy
from chalicelib.inbox import raising
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.storage import Write

own = keeping.own
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
    if booking.state == rules.HELD:  # nobody has heard of it yet
        step(booking, 'let_go', by.kind, by.made_by, now)
        return Planned(booking, now, writes)
    step(booking, 'cancel', by.kind, by.made_by, now)
    if booking.partner:
        writes.append(offering.tell(booking, booking.partner, offering.CHANGED, now))
    return Planned(booking, now, writes, telling.cancelled(booking, by, now))


def move(booking_id: str, at: datetime, by: Booker, now: datetime) -> Planned:
    """To another time, in one transaction; the same company is asked first. Raises `TimeGone`."""
    booking = own(booking_id, by)
    _not_begun(booking, now)
    item = services.item_now(booking.item)
    option = services.option(item, booking.option) if item else None
    if item is None or option is None or booking.starts_at is None:
        raise Withdrawn
    if at == booking.starts_at:
        rules.after(booking.state, 'move', by.kind)
        return Planned(booking, now)
    before = booking.partner or ''
    found = times.find(item, option, at, now, first=before, mine=booking.id)
    if found is None:
        raise TimeGone(times.nearest(item, option, at, now))
    step(booking, 'move', by.kind, by.made_by, now, rules.OFFERED)
    value = cells.value(booking.id)
    writes = offering.take(booking, found, value, value, now)
    booking.starts_at = booking.when = at
    booking.ends_at = at + timedelta(minutes=int(option.minutes))
    booking.minutes, booking.confirmed_at, booking.passed = option.minutes, None, []
    booking.done = rules.past(at, now)
    if booking.partner == before:
        writes += offering.offer(booking, now, offering.AGAIN)
    else:
        writes += [offering.tell(booking, before, offering.LOST, now), *offering.offer(booking, now)]
    return Planned(booking, now, writes, telling.moved(booking, by, now))


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


def _not_begun(booking: Booking, now: datetime) -> None:
    if booking.starts_at is not None and now >= booking.starts_at and booking.state in rules.OPEN:
        raise Refused(say('refused.past', phone=telling.phone(booking.partner or '')))
