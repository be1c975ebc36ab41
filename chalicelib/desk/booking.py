"""What a clerk books for a resident: each step, with a line on her conversation where colleagues have to see it."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import making, offers, rules, steps, telling
from chalicelib.bookings.actions import Booker, Gone, Where, Wish
from chalicelib.inbox import acting, forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.alliance.records import Member
    from chalicelib.bookings.keeping import Planned
    from chalicelib.bookings.records import Booking
    from chalicelib.inbox.records import Conversation

LINE = 'booked'  # kind of the lines on the conversation
_MINUTE = 60


def of(found: 'Conversation', number: str) -> 'Booking':
    """Her booking by its number. Raises `Gone` for anybody else's."""
    booking = bookings.find(number)
    if found.id not in booking.people:
        raise Gone
    return booking


def booker(member: 'Member', found: 'Conversation') -> Booker:
    return Booker(found.id, found.home_unit, member.id)


def for_her(member: 'Member', found: 'Conversation', booking: 'Booking') -> Booker:
    """Whoever may act on her conversation may act on her booking, also where she has moved since."""
    return Booker(found.id, booking.unit, member.id)


def where(form: 'Mapping[str, str]') -> Where:
    return Where(*(form.get(field, '').strip() for field in Where._fields))


def moment(text: str) -> datetime | None:
    """A time as its button says it: minutes since 1970."""
    return clock.from_epoch(int(text) * _MINUTE) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def as_value(at: datetime) -> str:
    return str(int(at.timestamp()) // _MINUTE)


def hold(member: 'Member', found: 'Conversation', wish: Wish, form: str, now: datetime) -> 'Booking':
    """The same button of the same page holds once; what it held and was given up since is held anew."""
    forms.check(form, now)
    once = f'desk#{found.id}#{form}#{wish.item}#{wish.option}#{wish.at}'
    held = bookings.hold(wish, booker(member, found), once, now)
    if held.state in (rules.CANCELLED, rules.EXPIRED):
        held = bookings.hold(wish, booker(member, found), f'{once}#{forms.new(now)}', now)
    return held


def confirm(
    member: 'Member', found: 'Conversation', booking: 'Booking', where: Where, agreed: str, form: str, now: datetime
) -> 'Booking':
    forms.check(form, now)
    by = for_her(member, found, booking)
    return bookings.do(
        lambda: _said(making.confirm(booking.id, where, agreed, by, now), '代订', member, found, form, now)
    )


def request(
    member: 'Member', found: 'Conversation', wish: Wish, where: Where, form: str, now: datetime
) -> 'Booking':  # fmt: skip
    forms.check(form, now)
    by, once = booker(member, found), f'desk#{found.id}#{form}#{wish.item}#{wish.option}'
    return bookings.do(lambda: _said(making.request(wish, by, where, once, now), '代订', member, found, form, now))


def move(member: 'Member', found: 'Conversation', booking: 'Booking', at: datetime, form: str, now: datetime) -> None:
    """Where it stands at that time already, nothing is written."""
    forms.check(form, now)
    by = for_her(member, found, booking)
    if of(found, booking.id).starts_at != at:
        bookings.do(lambda: _said(steps.move(booking.id, at, by, now), '代改期', member, found, form, now))


def cancel(member: 'Member', found: 'Conversation', booking: 'Booking', form: str, now: datetime) -> None:
    """Twice is once. Giving up what was only held needs no line."""
    forms.check(form, now)
    by = for_her(member, found, booking)

    def plan() -> 'Planned':
        was_held = of(found, booking.id).state == rules.HELD
        planned = steps.cancel(booking.id, by, now)
        return planned if was_held else _said(planned, '代取消预约', member, found, form, now)

    if of(found, booking.id).state != rules.CANCELLED:
        bookings.do(plan)


def agree(
    member: 'Member', found: 'Conversation', booking: 'Booking', seen: str, form: str, now: datetime
) -> None:  # fmt: skip
    """`seen`: the offer on the page he read to her, as `offers.offer` says it."""
    forms.check(form, now)
    by = for_her(member, found, booking)

    def plan() -> 'Planned':
        planned = offers.as_seen(steps.agree(booking.id, by, now), seen)
        return _said(planned, '代她同意报价', member, found, form, now)

    bookings.do(plan)


def _said(
    planned: 'Planned', did: str, member: 'Member', found: 'Conversation', form: str, now: datetime
) -> 'Planned':  # fmt: skip
    """With a line for colleagues: what, when and which, and nothing of whom to ring or where to come."""
    booking = planned.booking
    when = f'，{telling.when(booking)}' if booking.starts_at else ''
    words = f'{did}：{telling.what(booking)}{when}，预约号 {booking.id}'
    planned.writes.append(acting.beside(found, member, LINE, words, form, now))
    return planned
