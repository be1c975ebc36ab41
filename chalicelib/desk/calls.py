"""The day's phone list: residents of a unit who have not been told of what has become of their bookings."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.alliance import gate
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import rules as booking_rules
from chalicelib.bookings import telling
from chalicelib.desk import access, booking_view, untold
from chalicelib.desk.booking_view import Booked
from chalicelib.inbox import actions as inbox
from chalicelib.outreach import actions as outreach
from chalicelib.residents import actions as residents

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.bookings.records import Booking, Contact
    from chalicelib.inbox.records import Conversation
    from chalicelib.residents.records import Resident

DAYS = 2  # this one and the next
ASKED_AT_MOST = 60  # bookings whose tellings are read for one page
_AHEAD = timedelta(days=60)  # the farthest horizon of an item
_BACK = timedelta(days=30)  # a request stands where it was made
_CHANGED = timedelta(days=7)  # so long `bookings.telling` says a change that has no time of its own
_AT_ONCE = 100  # conversations in one request
_LISTED_AT_MOST = 500  # by `bookings.records`


class Call(NamedTuple):
    """One person to telephone."""

    number: str
    what: str
    when: str
    who: str
    phones: tuple[str, ...]
    words: str
    since: str
    why: str
    person: str
    seen: str
    ref: str  # of her conversation, where this member may open it


class Day(NamedTuple):
    words: str
    rows: tuple[Booked, ...]


class List(NamedTuple):
    unit: str
    path: str
    day: str
    at: str
    calls: tuple[Call, ...]
    days: tuple[Day, ...]
    more: int  # bookings that were not asked about
    cut: bool  # there are more bookings than one question gives
    own: bool  # whether the member telephones: units above only look
    before: str
    after: str


class _Found(NamedTuple):
    booking: 'Booking'
    who: untold.Pending


def listed(member: 'Member', unit: str, first: date, now: datetime) -> List:
    """Everybody who has to be called; where phones are shown, that they were is written down before."""
    today, own = clock.day(now), gate.may_handle(member, unit, now=now)
    first = min(max(first, today - _BACK), today + _AHEAD)
    ahead = bookings.of_unit(unit, min(first, today), today + _AHEAD)
    back = bookings.of_unit(unit, today - _BACK, min(first, today) - timedelta(days=1))
    here = [one for one in ahead if first <= clock.day(one.when) < first + timedelta(days=DAYS)]
    asked, more = _asked(here, [*ahead, *back], now)
    found, people = _missing(asked, now)
    calls = [_call(member, one, people[one.who.person], own, now) for one in found]
    return List(
        unit=unit,
        path=f'/desk/calls?unit={unit}&day={first.isoformat()}',
        day=first.isoformat(),
        at=f'{clock.beijing(now):%H:%M}',
        calls=tuple(calls),
        days=tuple(_days(here, first, now)),
        more=more,
        cut=max(len(ahead), len(back)) >= _LISTED_AT_MOST,
        own=own,
        before=(first - timedelta(days=1)).isoformat(),
        after=(first + timedelta(days=1)).isoformat(),
    )


def one(unit: str, number: str, mark: str, now: datetime) -> '_Found | None':
    """The row of a person of a booking of this unit, as it stands now."""
    booking = bookings.find(number)
    if booking.unit != unit:
        raise bookings.Gone
    found, _ = _missing([booking], now)
    return next((one for one in found if one.who.mark == mark), None)


def words(found: _Found, now: datetime) -> str:
    """What to say: what could not be brought to her, or the appointment itself."""
    if found.who.tellings:
        return str(found.who.tellings[0].words)
    booking = found.booking
    parts = (telling.what(booking), telling.when(booking), telling.name(booking.partner or ''))
    return f'提醒：{"，".join(part for part in parts if part)}。预约号 {booking.id}。'


def _asked(here: 'Sequence[Booking]', others: 'Sequence[Booking]', now: datetime) -> 'tuple[list[Booking], int]':
    """Those of the two days first, then what was changed last; and how many there is no room for."""
    near = {one.id for one in here}
    changed = [one for one in others if one.id not in near and _may_be_untold(one, now)]
    changed.sort(key=_last_step, reverse=True)
    wanted = [*here, *changed]
    return wanted[:ASKED_AT_MOST], max(0, len(wanted) - ASKED_AT_MOST)


def _may_be_untold(booking: 'Booking', now: datetime) -> bool:
    return booking.state in booking_rules.OPEN or _last_step(booking) >= now - _CHANGED


def _last_step(booking: 'Booking') -> datetime:
    return max((step.at for step in booking.steps), default=booking.made_at)


def _missing(asked: 'Iterable[Booking]', now: datetime) -> 'tuple[list[_Found], dict[str, Conversation]]':
    """Who has not been told, with their conversations; whoever was forgotten is nobody to telephone."""
    read = [(booking, outreach.of(untold.about(booking))) for booking in asked]
    found = [_Found(booking, who) for booking, rows in read for who in untold.pending(booking, rows, now)]
    soon = [(booking, rows) for booking, rows in read if _is_near(booking, now)]
    wanted = {who for booking, _ in soon for who in booking.people} | {one.who.person for one in found}
    people = _people(sorted(wanted))
    known = {(one.booking.id, one.who.person) for one in found}
    for booking, rows in soon:
        for who in booking.people:
            left = who in people and not people[who].followed
            hers = [row for row in rows if row.conversation == who]
            if left and (booking.id, who) not in known and not untold.was_phoned(booking, hers):
                found.append(_Found(booking, untold.Pending(who, ())))
    there = [one for one in found if one.who.person in people]
    return sorted(there, key=lambda one: (one.booking.when, one.booking.id)), people


def _people(ids: 'Sequence[str]') -> 'dict[str, Conversation]':
    found: dict[str, Conversation] = {}
    for first in range(0, len(ids), _AT_ONCE):
        found |= inbox.listed(ids[first : first + _AT_ONCE])
    return found


def _is_near(booking: 'Booking', now: datetime) -> bool:
    """No reminder will reach whoever has left: today and tomorrow she is telephoned."""
    if booking.state not in booking_rules.OPEN or booking.starts_at is None or booking.starts_at <= now:
        return False
    return clock.day(booking.starts_at) <= clock.day(now) + timedelta(days=1)


def _call(member: 'Member', found: _Found, person: 'Conversation', own: bool, now: datetime) -> Call:
    booking, who = found.booking, found.who
    if own:
        access.log_read(member, person, now)
    known = residents.of(person, now) if own else None
    contact = bookings.contact(booking) if own else None
    row = who.tellings[0] if who.tellings else None
    return Call(
        number=booking.id,
        what=telling.what(booking),
        when=telling.when(booking),
        who=_name(booking, person, known, contact),
        phones=_phones(booking, person, known, contact),
        words=words(found, now),
        since=clock.spoken_time(row.made_at, now) if row else '',
        why=untold.why(row, person),
        person=who.mark,
        seen=' '.join(one.what for one in who.tellings),
        ref=person.ref if access.may_act(member, person, now) else '',
    )


def _name(booking: 'Booking', person: 'Conversation', known: 'Resident | None', contact: 'Contact | None') -> str:
    said = residents.said(known, 'name')
    hers = contact.name if contact and person.id == booking.conversation else ''
    name = (said['text'] if said else '') or hers or person.label
    return name if person.id == booking.conversation else f'{name}（一起收提醒的家人）'


def _phones(
    booking: 'Booking', person: 'Conversation', known: 'Resident | None', contact: 'Contact | None'
) -> tuple[str, ...]:
    """That of the booking first for whoever booked, their own first for whoever has come to it."""
    said = residents.said(known, 'phone')
    own, booked = said['text'] if said else '', contact.phone if contact else ''
    both = (booked, own) if person.id == booking.conversation else (own, booked)
    return tuple(dict.fromkeys(one for one in both if one))


def _days(here: 'Sequence[Booking]', first: date, now: datetime) -> Iterable[Day]:
    for number in range(DAYS):
        day = first + timedelta(days=number)
        found = [booking_view.row(one, now) for one in here if clock.day(one.when) == day]
        yield Day(spoken_day(day, now), tuple(found))


def spoken_day(day: date, now: datetime) -> str:
    said = {0: '今日 ', 1: '明日 ', -1: '昨日 '}.get((day - clock.day(now)).days, '')
    return f'{said}{day.month}月{day.day}日 周{clock.WEEKDAYS[day.weekday()]}'
