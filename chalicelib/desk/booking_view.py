"""What the pages of booking for a resident show, as plain words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.bookings import making, telling, times
from chalicelib.bookings import rules as booking_rules
from chalicelib.bookings.words import say
from chalicelib.desk import booking as desk_booking
from chalicelib.desk import rules, talk_view
from chalicelib.desk.conversation_view import Fact
from chalicelib.desk.job_days import day_of
from chalicelib.desk.rules import Choice, Due
from chalicelib.inbox import actions as inbox
from chalicelib.residents import actions as residents
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.bookings.actions import Where
    from chalicelib.bookings.records import Booking
    from chalicelib.bookings.times import Time
    from chalicelib.inbox.records import Conversation
    from chalicelib.services.records import Item, Option

LINES = 3  # the last she said, beside the form
_AMONG = 30
ROW_BYTES = 420  # of HTML: a page with bookings shows so much less of the talk
TIMES_AT_MOST = 260  # buttons a page bears
_SAID = ('text', 'voice', 'image', 'video', 'shortvideo', 'location')


class Booked(NamedTuple):
    """A booking as a row."""

    number: str
    what: str
    when: str
    state: Due
    company: str = ''
    ref: str = ''  # of the conversation


class Offer(NamedTuple):
    item: str
    name: str
    price: str
    more: str


class Shelf(NamedTuple):
    name: str
    offers: tuple[Offer, ...]


class Day(NamedTuple):
    """The free times of a day: the value of each button, and its words."""

    words: str
    times: tuple[Choice, ...]


class Times(NamedTuple):
    days: tuple[Day, ...]
    earlier: str  # where the page before and the one after begin
    later: str


_TONES = {
    booking_rules.CONFIRMED: rules.OK, booking_rules.ARRIVED: rules.OK, booking_rules.DONE: rules.OK,
    booking_rules.RATED: rules.OK, booking_rules.UNSERVED: rules.LATE, booking_rules.MISSED: rules.LATE,
    booking_rules.NO_SHOW: rules.LATE, booking_rules.OFFERED: rules.SOON, booking_rules.PRICED: rules.SOON,
    booking_rules.HELD: rules.SOON,
}  # fmt: skip


def for_clerk(words: str) -> str:
    """What is said to residents, to whoever acts for one: 您还没办完的预约 are hers."""
    return words.replace('您', '她')


def state(booking: 'Booking', now: datetime) -> Due:
    words = say(f'state.{booking.state}')
    if booking.state == booking_rules.HELD:
        words = f'为她保留到 {clock.beijing(booking.due_at):%H:%M}'
    elif booking.state == booking_rules.PRICED:
        words = f'已报价，等她答复（{rules.by(booking.due_at, now)}）'
    elif booking.state == booking_rules.OFFERED:
        words = f'{words}（{rules.by(booking.due_at, now)}）'
    return Due(words, _TONES.get(booking.state, ''))


def row(booking: 'Booking', now: datetime) -> Booked:
    company = telling.name(booking.partner or '')
    ref = booking.conversation.replace('#', '.')
    return Booked(booking.id, telling.what(booking), telling.when(booking), state(booking, now), company, ref)


def shelves(unit: str) -> list[Shelf]:
    """What is offered to the residents of a unit, by category."""
    found = [item for item in services.items() if services.serves(item, unit)]
    each = ((one.name, [_offer(item) for item in found if item.category == one.id]) for one in services.categories())
    return [Shelf(name, tuple(offers)) for name, offers in each if offers]


def _offer(item: 'Item') -> Offer:
    prices = [f'{one.name} {services.price_words(one)}' for one in item.options]
    more = '按需办理' if item.form == booking_rules.BY_REQUEST else ''
    return Offer(item.id, item.name, '；'.join(prices[:2]) + (f' 等 {len(prices)} 种' if len(prices) > 2 else ''), more)


def chosen(item: 'Item', asked: str) -> 'Option':
    return services.option(item, asked) or item.options[0]


def free(item: 'Item', option: 'Option', since: date | None, now: datetime) -> Times:
    """Two weeks of them, or as many days as a page bears."""
    first = max(since or clock.day(now), clock.day(now))
    found = list(times.free_times(item, option, now, first).items())
    after = first + timedelta(days=times.DAYS)
    shown: list[Day] = []
    count = 0
    for day, free in found:
        count += len(free)
        if count > TIMES_AT_MOST and shown:
            after = day
            break
        shown.append(_day(item, day, free))
    before = max(clock.day(now), first - timedelta(days=times.DAYS))
    earlier = before.isoformat() if before < first else ''
    return Times(tuple(shown), earlier, after.isoformat() if after <= times.window(item, now)[1] else '')


def since(query: Mapping[str, str]) -> date | None:
    """From which day on free times are asked for."""
    return day_of(query.get('from', ''))


def _day(item: 'Item', day: date, free: 'Sequence[Time]') -> Day:
    words = f'{day.month}月{day.day}日 周{clock.WEEKDAYS[day.weekday()]}'
    return Day(words, tuple(Choice(desk_booking.as_value(one.at), _spoken(item, one)) for one in free))


def _spoken(item: 'Item', one: 'Time') -> str:
    return f'{clock.beijing(one.at):%H:%M}' + (f' 余 {one.seats}' if item.where == 'venue' else '')


def near(moments: Iterable[datetime]) -> tuple[Choice, ...]:
    return tuple(Choice(desk_booking.as_value(at), clock.spoken_date_time(at)) for at in moments)


def facts(booking: 'Booking', now: datetime) -> list[Fact]:
    said = state(booking, now)
    found = [
        Fact('时间', telling.when(booking)),
        Fact('价格', telling.price(booking)),
        Fact('公司', ' '.join(part for part in _company(booking) if part)),
        Fact('现在', said.words, said.tone),
        Fact('预约号', booking.id),
    ]
    if booking.reason:
        found.append(Fact('原因', booking.reason))
    if booking.rating:
        low = booking.rating <= booking_rules.LOW_RATING
        found.append(Fact('评价', booking_rules.RATINGS[int(booking.rating)], rules.LATE if low else ''))
    return [fact for fact in found if fact.value]


def _company(booking: 'Booking') -> tuple[str, ...]:
    partner, crew = booking.partner or '', services.crew(booking.crew or '')
    settled = booking.state in (booking_rules.CONFIRMED, booking_rules.ARRIVED)
    return telling.name(partner), crew.name if crew and settled else '', telling.phone(partner)


def prefilled(found: 'Conversation', now: datetime) -> dict[str, str]:
    """What is known of her already, for the form."""
    known = residents.of(found, now)
    said = {name: residents.said(known, name) for name in ('name', 'phone', 'building', 'door')}
    words = {name: one['text'] if one else '' for name, one in said.items()}
    address = ' '.join(part for part in (words['building'], words['door']) if part)
    return {'name': words['name'], 'phone': words['phone'], 'address': address, 'note': ''}


def typed(where: 'Where') -> dict[str, str]:
    return dict(where._asdict())


def last_said(found: 'Conversation', now: datetime) -> tuple[talk_view.Bubble, ...]:
    """The last she said, so that a voice can be heard again."""
    talk = inbox.talk(found.id, None, _AMONG, now).messages
    hers = sorted((line for line in talk if line.way == 'in' and line.kind in _SAID), key=lambda line: line.at)
    shown = talk_view.bubbles(hers[-LINES:], now, None, MappingProxyType({}))
    return tuple(line._replace(answer='') for line in shown)


def mark(priced: 'Option | Booking') -> str:
    """The price that is shown, as it is agreed to."""
    return making.mark(priced)  # a booking has a price and a ceiling like an option


class Form(NamedTuple):
    """Where to come, as it stands in the form, and what is shown beside it."""

    fields: Mapping[str, str]
    at_home: bool
    by_request: bool
    token: str
    mark: str
    near: tuple[Choice, ...] = ()
