"""「我的预约」: what she has booked or come to, by digits to another time or away; and words with a number."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.bookings import actions, chat_times, keeping, records, rules, steps, telling
from chalicelib.bookings.chat_asked import CANCEL, MINE, ONE, Asked
from chalicelib.bookings.chat_saying import booker, doing, done, say, told
from chalicelib.bookings.words import say as say_of
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.bookings.records import Booking
    from chalicelib.chat.visit import Visit
    from chalicelib.inbox.receiving import Answer

_SHOWN = 9
_MOVED, _CANCELLED = ('1', '改时间', '改期'), ('2', '取消')
_STILL = (rules.ARRIVED, *sorted(rules.OPEN))
_FAILURES = 5  # OURS: wrong numbers of one resident on one day


def listed(visit: 'Visit') -> 'Answer':
    """Those to come, the next one first; then what was, the latest first."""
    found = [one for one in actions.of_person(visit.conversation.id, visit.now) if one.state != rules.HELD]
    to_come = [one for one in found if one.state in _STILL]
    shown = [*to_come, *reversed([one for one in found if one not in to_come])][:_SHOWN]
    if not shown:
        return told(visit, say('mine.none'))
    asked = Asked(MINE, tuple(one.id for one in shown))
    return told(visit, say('mine.ask'), *(_row(digit, one) for digit, one in enumerate(shown, 1)), asks=asked)


def picked(visit: 'Visit', asked: Asked, said: str) -> 'Answer | None':
    """One of the list, with what can be done about it."""
    booking_id = asked.pick(said)
    return _with(visit, lambda: one(visit, steps.own(booking_id, booker(visit)))) if booking_id else None


def one(visit: 'Visit', booking: 'Booking') -> 'Answer':
    words = say(
        'mine.one', what=telling.what(booking), when=telling.when(booking), price=telling.price(booking),
        state=_state(booking), id=booking.id,
    )  # fmt: skip
    phone = telling.phone(booking.partner or '')
    ring = say('mine.phone', partner=telling.name(booking.partner or ''), phone=phone) if phone else ''
    rows = [say('mine.move')] if _may(booking, 'move', visit.now) and booking.starts_at else []
    rows += [say('mine.cancel')] if _may(booking, 'cancel', visit.now) else []
    return told(visit, words + ring, *rows, say('mine.back'), asks=Asked(ONE, booking=booking.id))


def chosen(visit: 'Visit', asked: Asked, said: str) -> 'Answer | None':
    """Another time, away with it, or back to the list."""
    if said == '0':
        return listed(visit)
    if said not in (*_MOVED, *_CANCELLED):
        return None
    return _with(visit, lambda: _chosen(visit, steps.own(asked.booking, booker(visit)), said))


def _chosen(visit: 'Visit', booking: 'Booking', said: str) -> 'Answer':
    wanted = 'move' if said in _MOVED else 'cancel'
    if not _may(booking, wanted, visit.now):
        return told(visit, say('mine.not_now', state=_state(booking)))
    if wanted == 'move':
        return chat_times.ask_move(visit, booking)
    words = say('mine.cancel_ask', what=telling.what(booking), when=telling.when(booking))
    asked = Asked(CANCEL, booking=booking.id)
    return told(visit, words + _late(booking, visit.now), say('mine.cancel_yes'), say('mine.cancel_no'), asks=asked)


def cancel(visit: 'Visit', asked: Asked, said: str) -> 'Answer | None':
    """Asked once; anything else leaves it as it is."""
    if said in ('1', '取消', '是', '确认'):
        return _with(visit, lambda: done(visit, steps.cancel(asked.booking, booker(visit), visit.now)))
    return told(visit, say('leave.kept')) if said in ('0', '2', '不取消') else None


def with_number(visit: 'Visit', verb: str, number: str) -> 'Answer':
    """「加入」, 「同意」, 「不要」 and a number: what there is not, and what is not hers, is answered alike."""
    if verb == 'join':
        return _join(visit, number)
    step = steps.agree if verb == 'agree' else steps.cancel
    return _with(visit, lambda: done(visit, step(number, booker(visit), visit.now)))


def _join(visit: 'Visit', number: str) -> 'Answer':
    wrong = records.guesses(visit.conversation.id, visit.now)
    if wrong >= _FAILURES:
        return told(visit, say('join.too_many'))
    try:
        planned = steps.join(number, visit.conversation.id, visit.now)
    except (keeping.Gone, keeping.Refused):
        count = records.guessed(visit.conversation.id, visit.now)
        return told(visit, say('join.no_such'))._replace(writes=(count,))
    booking = planned.booking
    return doing(visit, planned, say('join.done', what=telling.what(booking), when=telling.when(booking)))


def _with(visit: 'Visit', step: 'Callable[[], Answer]') -> 'Answer':
    try:
        return step()
    except keeping.Gone:
        return told(visit, say_of('refused.no_such'))
    except keeping.Refused as refused:
        return told(visit, str(refused))
    except rules.NotNow:
        return told(visit, say('leave.moved_on'))


def _may(booking: 'Booking', step: str, now: datetime) -> bool:
    begun = booking.starts_at is not None and now >= booking.starts_at
    return rules.may(booking.state, step, rules.RESIDENT) and not begun


def _late(booking: 'Booking', now: datetime) -> str:
    """The item's own rule, where it has one."""
    item = services.item(booking.item)
    hours = item.cancel_hours if item else 0
    if booking.starts_at is None or rules.free_of_charge(booking.starts_at, hours, now):
        return ''
    return say('mine.cancel_late', hours=int(hours))


def _row(digit: int, booking: 'Booking') -> str:
    row = 'mine.row' if booking.starts_at else 'mine.row_wish'
    return say(row, digit=digit, when=telling.when(booking), what=telling.what(booking), state=_state(booking))


def _state(booking: 'Booking') -> str:
    return say_of(f'state.{booking.state}')
