"""What the page of one booking shows: facts, whom to ring, what can be done, who has not been told."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.alliance import gate
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import offers, rules, telling, times
from chalicelib.desk import booking_view, untold
from chalicelib.desk.conversation_view import Fact
from chalicelib.inbox import actions as inbox
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.bookings.actions import Where
    from chalicelib.bookings.records import Booking, Contact
    from chalicelib.inbox.records import Conversation
    from chalicelib.outreach.records import Telling

UNFINISHED = (rules.HELD, rules.EXPIRED)
LET_GO = '这个时间已经放开：同事或居民另选了时间，或点了不订。您写的都在，要订请再选一个时间。'
BUSY = '系统正在发这一条，刚才没有记下。请过一会儿再按一次。'
DONE = {
    'booked': '已订好，等公司确认；确认以后会告诉居民。',
    'cancelled': '已取消，时间已经放开，公司会收到通知。',
    'agreed': '已替她同意报价，公司开始办。',
    'moved': '已改期，原来的时间已经放开。公司会重新确认。',
    'phoned': '已记下由您打电话告诉。',
    'resent': '已再发一次。没有送到的话，这里还会留着。',
}


class Sheet(NamedTuple):
    what: str
    facts: tuple[Fact, ...]
    held: str  # until when, '' where nothing is held
    lapsed: bool  # it was held, and is not any more
    contact: 'Contact | None'
    kept_from: bool  # there is one, and it is not for this member
    cancel: bool
    move: bool
    agree: bool
    offer: str  # what he reads to her when she agrees
    free: str  # what cancelling costs, in words


class Person(NamedTuple):
    """Somebody who has not been told."""

    mark: str
    who: str
    words: str
    since: str
    why: str
    seen: str
    resend: bool


def sheet(member: 'Member', booking: 'Booking', now: datetime) -> Sheet:
    open_ = booking.state in rules.TO_COME
    hers = gate.may_handle(member, booking.unit, now=now)
    begun = booking.starts_at is not None and now >= booking.starts_at
    return Sheet(
        what=telling.what(booking),
        facts=tuple(booking_view.facts(booking, now)),
        held=_until(booking, now),
        lapsed=booking.state == rules.EXPIRED or (booking.state == rules.HELD and booking.due_at <= now),
        contact=bookings.contact(booking) if open_ and hers else None,
        kept_from=open_ and not hers,
        cancel=rules.may(booking.state, 'cancel', rules.CLERK) and not begun,
        move=rules.may(booking.state, 'move', rules.CLERK) and not begun and booking.starts_at is not None,
        agree=rules.may(booking.state, 'agree', rules.CLERK),
        offer=offers.offer(booking),
        free=_free(booking, now),
    )


def _until(booking: 'Booking', now: datetime) -> str:
    return f'{clock.beijing(booking.due_at):%H:%M}' if booking.state == rules.HELD and booking.due_at > now else ''


def _free(booking: 'Booking', now: datetime) -> str:
    item = services.item(booking.item)
    if item is None or booking.starts_at is None or rules.free_of_charge(booking.starts_at, item.cancel_hours, now):
        return ''
    return f'离开始不到 {int(item.cancel_hours)} 小时，公司可能已经出发，请先给公司打电话。'


def about(booking: 'Booking', now: datetime) -> list[datetime]:
    """The time that was held, and the free ones nearest to it."""
    item = services.item(booking.item)
    option = services.option(item, booking.option) if item else None
    if item is None or option is None or booking.starts_at is None:
        return []
    return sorted({booking.starts_at, *times.nearest(item, option, booking.starts_at, now)})


def other_than_kept(booking: 'Booking', typed: 'Where') -> str:
    """What to say to a clerk who confirms what a colleague has confirmed with other words; '' where it is the same."""
    kept = bookings.contact(booking)
    said = typed.tidied()
    if kept is None or said == (kept.name, kept.phone, kept.address, kept.note):
        return ''
    return (
        f'同事刚刚已经订好，您写的没有用上。请核对下面的电话和地址。您写的是：{"，".join(one for one in said if one)}'
    )


def people(
    booking: 'Booking', pending: 'Iterable[untold.Pending]', found: 'Conversation', now: datetime
) -> list[Person]:
    return [_person(booking, one, found, now) for one in pending]


def _person(booking: 'Booking', one: untold.Pending, found: 'Conversation', now: datetime) -> Person:
    row: Telling = one.tellings[0]
    theirs = found if one.person == found.id else inbox.conversation(one.person)
    who = '居民' if one.person == booking.conversation else '一起收提醒的家人'
    return Person(
        one.mark, who, row.words, clock.spoken_time(row.made_at, now), untold.why(row, theirs),
        ' '.join(each.what for each in one.tellings), theirs is not None and untold.may_resend(row, theirs),
    )  # fmt: skip
