"""A new booking: a slot held for ten minutes, then where to come, then it is offered to a company."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.bookings import cells, offering, records, rules, telling, times
from chalicelib.bookings.keeping import Planned, Refused, note_step, own, past, step
from chalicelib.bookings.records import Booking, Contact
from chalicelib.bookings.words import say, tidy
from chalicelib.residents.rules import PHONE
from chalicelib.services import actions as services
from chalicelib.storage import Write

if TYPE_CHECKING:
    from chalicelib.services.records import Item, Option

# Without 0 and O, 1, I and L: people read it out on the telephone. 31^8 numbers.
_SIGNS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
_LENGTH = 8


class TimeGone(Refused):
    """Somebody was quicker, or it was never to be had; `nearest` are the free times about it."""

    def __init__(self, nearest: Sequence[datetime]) -> None:
        super().__init__(say('refused.time_gone') if nearest else say('refused.no_time'))
        self.nearest = tuple(nearest)


class Changed(Refused):
    """The price is not the one she saw: she is asked again."""

    def __init__(self, item: 'Item', option: 'Option') -> None:
        super().__init__(say('refused.changed', price=services.price_words(option)))
        self.item, self.option = item, option


class Withdrawn(Refused):
    def __init__(self) -> None:
        super().__init__(say('refused.withdrawn'))


class Wish(NamedTuple):
    """What is to be booked: when (None: by request), and the price that was shown, as `mark` says it."""

    item: str
    option: str
    at: datetime | None
    mark: str


class Booker(NamedTuple):
    """Whose it is. `made_by`: chat, link, oauth, or the id of the member who writes it down for her."""

    conversation: str
    unit: str
    made_by: str

    @property
    def kind(self) -> str:
        return rules.RESIDENT if self.made_by in ('chat', 'link', 'oauth') else rules.CLERK


class Where(NamedTuple):
    """For whom and where to come; `note` is a request's wish."""

    name: str = ''
    phone: str = ''
    address: str = ''
    note: str = ''

    def tidied(self) -> 'Where':
        """As it is kept: what many keyboards write as １３８ is 138."""
        return Where(
            tidy(self.name), unicodedata.normalize('NFKC', tidy(self.phone)), tidy(self.address), tidy(self.note)
        )


def mark(option: services.Priced) -> str:
    """What is agreed to, to be compared later: '8000.12000', '.' for 面议."""
    return '.'.join('' if amount is None else str(int(amount)) for amount in (option.price, option.ceiling))


def number(once: str) -> str:
    """The number of what this once-only key brings."""
    rest, said = int.from_bytes(sha256(once.encode()).digest()), ''
    while len(said) < _LENGTH:
        rest, sign = divmod(rest, len(_SIGNS))
        said += _SIGNS[sign]
    return said


def hold(wish: Wish, booker: Booker, once: str, now: datetime) -> Planned:
    """Keep the slot for ten minutes. Raises `TimeGone`, `Changed`, `Withdrawn`, or `Refused` with other words."""
    item, option = _offered(wish, booker)
    if wish.at is None or item.form != rules.BY_TIME:
        raise Refused(say('refused.no_time'))
    mine = number(once)  # a second tap finds its own cells: it is the same booking
    _not_too_many(booker, mine, now)
    found = times.find(item, option, wish.at, now, mine=mine)
    if found is None:
        raise TimeGone(times.nearest(item, option, wish.at, now))
    booking = _new(item, option, booker, once, now)
    until = now + rules.HOLD
    booking.state, booking.due_at = rules.HELD, until
    booking.starts_at = booking.when = wish.at
    booking.ends_at = wish.at + timedelta(minutes=int(option.minutes))
    writes = offering.take(booking, found, cells.value(booking.id, until), '', now)
    note_step(booking, 'hold', booker.made_by, now)
    return Planned(booking, now, writes, new=True)


def confirm(booking_id: str, where: Where, agreed: str, by: Booker, now: datetime) -> Planned:
    """What was held is booked, and offered to the company; also a little late, while nobody else has taken it.

    Raises `Gone` where it is not hers, `TimeGone` where somebody has it, `Changed` where the price is not `agreed`,
    `Refused` for what is missing.
    """
    booking = own(booking_id, by)
    item, option = _offered(Wish(booking.item, booking.option, booking.starts_at, agreed), by)
    contact = _contact(booking, where, item)
    _agree(booking, option)
    if booking.state == rules.EXPIRED:  # it lapsed while she wrote: it is hers again, if it still is anybody's
        _not_too_many(by, booking.id, now)
        booking.state, booking.over_at, booking.forget_at = rules.HELD, None, None
    step(booking, 'request', by.kind, by.made_by, now, rules.OFFERED)
    writes = [*_take_for_good(booking, item, option, now), lambda tx: records.put_contact(tx, contact)]
    past(booking, rules.past(booking.starts_at, now))
    writes += offering.offer(booking, now)
    return Planned(booking, now, writes, telling.requested(booking, by.made_by, now))


def request(wish: Wish, booker: Booker, where: Where, once: str, now: datetime) -> Planned:
    """A wish without a slot: offered to the first company, which names its price."""
    item, option = _offered(wish, booker)
    if item.form != rules.BY_REQUEST:
        raise Refused(say('refused.needs_time'))
    _not_too_many(booker, number(once), now)
    booking = _new(item, option, booker, once, now)
    if not where.note.strip():
        raise Refused(say('refused.no_wish'))
    contact = _contact(booking, where, item)
    booking.state, booking.partner = rules.OFFERED, next(iter(item.offered_by), None)
    if booking.partner is None:
        raise Withdrawn
    note_step(booking, 'request', booker.made_by, now)
    writes = [lambda tx: records.put_contact(tx, contact), *offering.offer(booking, now)]
    return Planned(booking, now, writes, telling.requested(booking, booker.made_by, now), new=True)


def _offered(wish: Wish, booker: Booker) -> tuple['Item', 'Option']:
    item = services.item_now(wish.item) if 0 < len(wish.item) <= 64 else None
    option = services.option(item, wish.option) if item else None
    if item is None or option is None or item.state != 'offered':
        raise Withdrawn
    if not services.serves(item, booker.unit):
        raise Refused(say('refused.not_here'))
    if mark(option) != wish.mark:
        raise Changed(item, option)
    return item, option


def _new(item: 'Item', option: 'Option', booker: Booker, once: str, now: datetime) -> Booking:
    booking = Booking(
        number(once), form=item.form, conversation=booker.conversation, unit=booker.unit, made_by=booker.made_by,
        made_at=now, when=now, item=item.id, item_name=item.name, option=option.id, option_name=option.name,
        minutes=option.minutes,
    )  # fmt: skip
    _agree(booking, option)
    return booking


def _agree(booking: Booking, option: 'Option') -> None:
    booking.price, booking.ceiling, booking.per = option.price, option.ceiling, option.per


def _take_for_good(booking: Booking, item: 'Item', option: 'Option', now: datetime) -> list[Write]:
    held = cells.value(booking.id, booking.due_at)
    ahead = booking.starts_at > now  # a hold that lapsed is kept for two days
    crews = offering.crew_of(booking) if ahead else []
    found = times.first_free(item, booking, crews, booking.starts_at, now, mine=booking.id)
    if found is None:
        raise TimeGone(times.nearest(item, option, booking.starts_at, now))
    return offering.take(booking, found, cells.value(booking.id), held, now)


def _not_too_many(booker: Booker, mine: str, now: datetime) -> None:
    """Nobody takes up a company's week. The same form once more is not one more."""
    upcoming = records.of_booker(booker.conversation, now - rules.REQUEST_LATE_AFTER)
    still = [one for one in upcoming if one.state in rules.OPEN or (one.state == rules.HELD and one.due_at > now)]
    if len(still) >= rules.OPEN_AT_MOST and all(one.id != mine for one in still):
        raise Refused(say('refused.too_many', most=rules.OPEN_AT_MOST))


def _contact(booking: Booking, where: Where, item: 'Item') -> Contact:
    """Raises `Refused` for what is missing, too long, or no telephone number."""
    said = where.tidied()
    for name, most in rules.CONTACT_MOST.items():
        if len(getattr(said, name)) > most:
            raise Refused(say('refused.too_long', field=say(f'field.{name}'), most=most))
    needed = ('phone', 'address') if item.where == 'home' else ('phone',)
    if missing := [say(f'field.{name}') for name in needed if not getattr(said, name)]:
        raise Refused(say('refused.missing', fields='、'.join(missing)))
    if not PHONE.fullmatch(said.phone):
        raise Refused(say('refused.no_phone'))
    return Contact(booking.id, conversation=booking.conversation, **said._asdict())
