"""What other rooms and the pages ask of bookings: to find and list them, and to do a step, told and stored at once.

A step is decided by a function of `making` or `steps`, which returns what is to be written; `do` writes it:
`do(lambda: serving.accept(number, unit, crew, member, now))`. The chat puts the same into its own transaction.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from chalicelib.bookings import cells, keeping, making, records, rules, steps
from chalicelib.bookings.keeping import Gone, Refused
from chalicelib.bookings.making import Booker, Changed, TimeGone, Where, Wish, Withdrawn
from chalicelib.bookings.records import Booking, Contact
from chalicelib.clock import BEIJING

__all__ = ['Booker', 'Changed', 'Gone', 'Refused', 'TimeGone', 'Where', 'Wish', 'Withdrawn', 'do']

do = keeping.do
_NEAR = timedelta(hours=10)  # the longest job and the way home
_UNDONE_WITHIN = timedelta(hours=24)  # OURS: 「不是我」 takes back what links have booked since


def find(booking_id: str) -> Booking:
    """Raises `Gone`."""
    return keeping.load(booking_id)


def contact(booking: Booking) -> Contact | None:
    """Whom it is for and where to come; None once it is forgotten. Whoever shows it to staff writes the look down."""
    return records.contact(booking.id)


def hold(wish: Wish, booker: Booker, once: str, now: datetime) -> Booking:
    """Hold this slot instead of those she holds already: one at a time, and the old one until the new one is hers."""
    others = [one for one in open_of(booker.conversation, now) if one.state == rules.HELD]
    others = [one for one in others if one.id != making.number(once)]
    for other in others:
        if wish.at and abs(other.starts_at - wish.at) < _NEAR:  # it may be in the way of the new one
            _let_go(other.id, booker, now)
    held = do(lambda: making.hold(wish, booker, once, now))
    for other in others:
        _let_go(other.id, booker, now)
    return held


def _let_go(booking_id: str, booker: Booker, now: datetime) -> None:
    with suppress(Gone, rules.NotNow):  # confirmed or over meanwhile
        do(lambda: steps.cancel(booking_id, booker, now))


def of_person(conversation: str, now: datetime) -> list[Booking]:
    """What is to come, and what was within the last month, by when it is. Up to a second old."""
    found = records.of_person(conversation, now - rules.CONTACT_KEPT)
    return [one for one in found if _still_held(one, now) or (one.was_booked and one.state != rules.HELD)]


def open_of(conversation: str, now: datetime) -> list[Booking]:
    """What she has booked herself and is still to come, holds included: one request. Up to a second old."""
    found = records.of_booker(conversation, now - rules.CONTACT_KEPT)
    return [one for one in found if one.state in rules.TO_COME or _still_held(one, now)]


def _still_held(booking: Booking, now: datetime) -> bool:
    return booking.state == rules.HELD and booking.due_at > now


def count_of(conversation: str) -> int:
    """How many bookings are kept of her, with those she has come to."""
    return sum(1 for _ in records.all_of(conversation))


def of_company(unit: str, first: date, last: date) -> list[Booking]:
    """What a company has on these days, both included, by when it is. Without holds: they are nobody's yet."""
    return _confirmed(records.of_partner(unit, _begins(first), _begins(last + timedelta(days=1))))


def passed_away(unit: str, first: date, last: date) -> list[str]:
    """Why a company has bookings of these days no more: declined, timed_out, gave_up, one for each."""
    return [str(row.why) for row in records.passings(unit, first, last)]


def of_unit(unit: str, first: date, last: date) -> list[Booking]:
    """What the residents of a community have on these days, both included."""
    return _confirmed(records.of_unit(unit, _begins(first), _begins(last + timedelta(days=1))))


def of_crew(crew: str, first: date, last: date) -> list[Booking]:
    """What a crew has on these days, both included: out of its cells, two requests."""
    found = {cells.whose(value) for day in records.days(crew, first, last).values() for value in day.values()}
    there = _confirmed(records.listed(sorted(found)[:100])) if found else []
    return sorted((one for one in there if one.crew == crew and one.starts_at), key=lambda one: one.starts_at)


def undo_by_link(conversation: str, now: datetime) -> list[Booking]:
    """「不是我」: cancel what links have booked or agreed to since yesterday, and send away who has come to a booking.

    She is told by the answer to her word.
    """
    undone = []
    for one in records.of_booker(conversation, now - rules.CONTACT_KEPT):  # of a request, since it was made
        with suppress(Gone, Refused, rules.NotNow):  # over, or begun: nothing to take back
            undone += _undo(one, conversation, now)
    return undone


def _undo(one: Booking, conversation: str, now: datetime) -> list[Booking]:
    booker = Booker(conversation, one.unit, 'chat')
    if one.state in {rules.HELD, *rules.OPEN} and _is_by_link(one, now - _UNDONE_WITHIN):
        return [do(lambda: steps.cancel(one.id, booker, now).without(conversation))]
    return [do(lambda: steps.leave(one.id, now))] if one.joined else []


def _is_by_link(booking: Booking, since: datetime) -> bool:
    """Whether a link has booked it, or agreed to its price."""
    agreed = any(taken.step == 'agree' and taken.by == 'link' and taken.at >= since for taken in booking.steps)
    return agreed or (booking.made_by == 'link' and booking.made_at >= since)


def _confirmed(found: Iterable[Booking]) -> list[Booking]:
    return [one for one in found if one.state != rules.HELD and one.was_booked]


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)
