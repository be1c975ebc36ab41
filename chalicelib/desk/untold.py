"""Who has not been told of a booking, why, and what is left to do about it."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock, storage
from chalicelib.outreach import actions as outreach
from chalicelib.outreach import rules

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.bookings.records import Booking
    from chalicelib.inbox.records import Conversation
    from chalicelib.outreach.records import Telling

# OURS: nobody is rung up to be asked how it was, or that somebody stands at her door.
_NOT_WORTH_A_CALL = ('ask', 'arrived')
_ALONE = 'joined'  # no later word says it again
_REMINDERS = ('tomorrow', 'soon')
_UNDER_WAY = (rules.PLANNED, rules.CALLED, rules.LINE)
_GIVE_IT = timedelta(minutes=5)  # OURS: so long what is under way is nobody's to telephone
_RESENT = (rules.FAILED, rules.UNKNOWN)
_PHONED = 'phoned'


class Pending(NamedTuple):
    """One person, and what she has not been told, the latest first; nothing in it: she has to be reminded by phone."""

    person: str
    tellings: 'tuple[Telling, ...]'

    @property
    def mark(self) -> str:
        """Stands for the person on a page."""
        return mark(self.person)


def mark(person: str) -> str:
    return sha256(person.encode()).hexdigest()[:16]


def about(booking: 'Booking') -> str:
    return f'booking#{booking.id}'


def pending(booking: 'Booking', tellings: 'Iterable[Telling]', now: datetime) -> list[Pending]:
    """By person. What was said before the latest word that reached her is moot, and what is over."""
    rows = sorted(tellings, key=_order, reverse=True)
    each = ((who, [row for row in rows if row.conversation == who]) for who in booking.people)
    found = (Pending(who, tuple(_unreached(booking, mine, now))) for who, mine in each)
    return [one for one in found if one.tellings]


def _order(row: 'Telling') -> tuple[datetime, list[int]]:
    return row.made_at, [int(number) for number in re.findall(r'\d+', row.what)]


def _unreached(booking: 'Booking', rows: 'list[Telling]', now: datetime) -> 'Iterable[Telling]':
    reached = False
    reminded = was_phoned(booking, rows)
    for row in rows:
        what = _kind(row)
        if what in _NOT_WORTH_A_CALL or row.until <= now or (reached and what != _ALONE):
            continue
        if (what in _REMINDERS and reminded) or (row.state in _UNDER_WAY and _is_fresh(row, now)):
            continue
        if outreach.untold([row], now):
            yield row
        else:
            reached = True


def _kind(row: 'Telling') -> str:
    found = re.match('[a-z_]+', row.what)  # confirmed3, confirmed3.again
    return found[0].strip('_') if found else row.what


def _is_fresh(row: 'Telling', now: datetime) -> bool:
    return row.channel != rules.NEXT and now - row.made_at < _GIVE_IT


def was_phoned(booking: 'Booking', rows: 'Iterable[Telling]') -> bool:
    """Whether a clerk has told her the day before, or on the day itself: she needs no reminder."""
    if booking.starts_at is None:
        return False
    eve = clock.day(booking.starts_at) - timedelta(days=1)
    return any(row.state == rules.TOLD and row.told_at and clock.day(row.told_at) >= eve for row in rows)


def why(row: 'Telling | None', found: 'Conversation | None') -> str:
    """Why she has not been told, in a clerk's words."""
    if found is not None and not found.followed:
        return '已取消关注，微信发不到'
    if row is None or row.state == rules.FAILED:
        return '微信没有送到'
    if row.state == rules.UNKNOWN:
        return '结果未知，可能没有收到'
    if row.channel == rules.NEXT:
        return '等她下次来信才能发'
    return '微信还没有送到'


def may_resend(row: 'Telling', found: 'Conversation') -> bool:
    return row.state in _RESENT and bool(found.followed)


def resend(who: Pending, now: datetime) -> bool:
    """The latest word once more, by whatever channel is open now; a second tap is the same word."""
    row = next((one for one in who.tellings if one.state in _RESENT), None)
    if row is None:
        return False
    again = f'{row.what}.again'
    told: list[str] = []

    def write(tx: storage.Transaction) -> None:
        told[:] = [
            outreach.tell(
                tx, row.conversation, row.about, again, row.words, row.unit, row.until, now, row.values, row.url
            )
        ]  # fmt: skip

    storage.commit(write)
    outreach.deliver(told, now)
    return True


def phoned(booking: 'Booking', who: Pending, seen: str, words: str, member: 'Member', now: datetime) -> None:
    """A clerk has told her what the page showed, `seen`; what came since then stays. Raises `storage.Conflict`."""
    shown = set(seen.split())
    for row in who.tellings:
        if row.what in shown:
            outreach.mark_told(row.id, member, now)
    if not who.tellings and not shown:
        outreach.mark_told(_reminder(booking, who.person, words, now), member, now)


def _reminder(booking: 'Booking', person: str, words: str, now: datetime) -> str:
    """What is only said by telephone is written down like all that is told."""
    made: list[str] = []

    def write(tx: storage.Transaction) -> None:
        what = f'{_PHONED}{len(booking.steps)}.{clock.day(now):%Y%m%d}'
        made[:] = [outreach.tell(tx, person, about(booking), what, words, booking.unit, booking.ends_at, now)]

    storage.commit(write)
    return made[0]
