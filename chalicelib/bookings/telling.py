"""What residents are told at each change of a booking: the notes of a step, in the words of words.toml."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.bookings import rules, times
from chalicelib.bookings.keeping import STEPS_KEPT, Note
from chalicelib.bookings.records import Booking
from chalicelib.bookings.words import say
from chalicelib.inbox import actions as inbox
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.bookings.making import Booker

# OURS: what is not about an appointed time is worth telling for so long.
_WORTH_TELLING = timedelta(days=7)


def requested(booking: Booking, made_by: str, now: datetime) -> list[Note]:
    """She has it in writing; what a link brought, she may take back."""
    words = 'requested' if booking.starts_at else 'requested_wish'
    more = say('told.not_me') if made_by == 'link' else ''
    return _notes(booking, words, now, more=more)


def accepted(booking: Booking, now: datetime, more: str = '') -> list[Note]:
    if booking.state == rules.ACCEPTED:
        return _notes(booking, 'accepted', now)
    item = services.item(booking.item)
    if booking.starts_at is None:
        words = 'confirmed_wish'
    else:
        words = 'confirmed_venue' if item and item.where == 'venue' else 'confirmed'
    return _notes(booking, words, now, more)


def agreed(booking: Booking, made_by: str, now: datetime) -> list[Note]:
    """What a link has agreed to, she may take back."""
    return accepted(booking, now, say('told.not_me') if made_by == 'link' else '')


def priced(booking: Booking, now: datetime) -> list[Note]:
    return _notes(booking, 'priced', now)


def passed_on(booking: Booking, now: datetime) -> list[Note]:
    """Away from a company that had said yes, or nobody is left; from one that only never answered, it goes silently."""
    if booking.state == rules.UNSERVED:
        return _notes(booking, 'unserved', now)
    last = booking.passed[-1]
    return _notes(booking, 'passed_on', now) if last.why == 'gave_up' else []


def moved(booking: Booking, by: 'Booker', now: datetime) -> list[Note]:
    return _to_each(booking, 'moved', 'moved_by', by, now)


def cancelled(booking: Booking, by: 'Booker', now: datetime) -> list[Note]:
    return _to_each(booking, 'cancelled', 'cancelled_by', by, now)


def plain(booking: Booking, words: str, now: datetime) -> list[Note]:
    """The notes called `told.<words>`, to everybody whose it is."""
    return _notes(booking, words, now)


def joined(booking: Booking, now: datetime) -> list[Note]:
    """To the one who booked: somebody has come to it."""
    return [_note(booking, who, 'joined', now) for who in _told(booking) if who == booking.conversation]


def what(booking: Booking) -> str:
    """日常保洁（2 小时）."""
    return say('what.item', item=booking.item_name, option=booking.option_name)


def when(booking: Booking) -> str:
    if booking.starts_at is None:
        return say('what.by_request')
    return say('what.when', at=clock.spoken_date_time(booking.starts_at))


def price(booking: Booking) -> str:
    """As it was agreed to, not as the catalogue says it today."""
    return services.price_words(booking)


def _notes(booking: Booking, words: str, now: datetime, more: str = '') -> list[Note]:
    return [_note(booking, who, words, now, more) for who in _told(booking)]


def _to_each(booking: Booking, own: str, others: str, by: 'Booker', now: datetime) -> list[Note]:
    """To whoever did it in one way, to the others in another; whose link did it hears what to do if it was not she."""
    herself = by.conversation if by.kind == rules.RESIDENT else ''
    who = say('who.family') if herself else say('who.clerk', unit=name(booking.unit))
    not_me = say('told.not_me_done') if by.made_by == 'link' else ''
    return [
        _note(booking, person, own, now, not_me, who)
        if person == herself
        else _note(booking, person, others, now, '', who)
        for person in _told(booking)
    ]


def _told(booking: Booking) -> list[str]:
    """Whose it is, but for one who was forgotten and has left: nothing is written about her any more."""
    left = booking.erased and inbox.conversation(booking.conversation) is None
    return [who for who in booking.people if not (left and who == booking.conversation)]


def _note(booking: Booking, person: str, words: str, now: datetime, more: str = '', who: str = '') -> Note:
    said = say(f'told.{words}', who=who, **_values(booking, now)) + more
    return Note(person, f'{words}{_turn(booking)}', said, _until(booking, now), _template(booking))


def _turn(booking: Booking) -> str:
    """Which of its steps is told of; once its history is cut short, its version tells them apart."""
    steps = len(booking.steps)
    return str(steps) if steps < STEPS_KEPT else f'{steps}.{booking.version}'


def _values(booking: Booking, now: datetime) -> dict[str, str]:
    starts, crew = booking.starts_at, services.crew(booking.crew or '')
    item, passed = services.item(booking.item), booking.passed
    return {
        'what': what(booking),
        'when': when(booking),
        'price': price(booking),
        'id': booking.id,
        'by': clock.spoken_date_time(booking.due_at) if booking.due_at else '',
        'clock': f'{clock.beijing(starts):%H:%M}' if starts else '',
        'partner': name(booking.partner or ''),
        'call': _call(booking),
        'crew': crew.name if crew else '',
        'venue': (item.venue if item else '') or '',
        'prepare': f'{item.prepare.rstrip("。")}。' if item and item.prepare else '',
        'unit': name(booking.unit),
        'words': booking.quote_words,
        'old': name(passed[-1].unit) if passed else '',
        'reason': f'（{passed[-1].reason}）' if passed and passed[-1].reason else '',
        'nearest': _nearest(booking, now) if booking.state == rules.UNSERVED else '',
    }


def _call(booking: Booking) -> str:
    number = phone(booking.partner or '')
    return say('told.call', phone=number) if number else ''


def _nearest(booking: Booking, now: datetime) -> str:
    item = services.item(booking.item)
    option = services.option(item, booking.option) if item else None
    found = times.nearest(item, option, booking.starts_at, now) if item and option and booking.starts_at else []
    return say('told.nearest', times=spoken(found)) if found else say('told.no_nearest')


def spoken(moments: 'Iterable[datetime]') -> str:
    return '、'.join(clock.spoken_date_time(at) for at in moments)


def name(unit_id: str) -> str:
    unit = alliance.unit(unit_id)
    return unit.name if unit else ''


def phone(unit_id: str) -> str:
    unit = alliance.unit(unit_id)
    return (unit.phone if unit else '') or ''


def _until(booking: Booking, now: datetime) -> datetime:
    """After that nobody needs to hear it: what was to come is over."""
    later = now + _WORTH_TELLING
    if booking.state in rules.OVER or booking.ends_at is None:
        return later
    return max(booking.ends_at, now + timedelta(hours=1))


def _template(booking: Booking) -> dict[str, str | datetime]:
    """For a template or a notification, by the names of `outreach.rules.PURPOSES`; none of them may be empty."""
    item = services.item(booking.item)
    return {
        'what': what(booking),
        'when': booking.starts_at or booking.made_at,
        'where': (item.venue if item else None) or say('what.at_home'),
        'state': say(f'state.{booking.state}'),
        'note': say('what.number', id=booking.id),
    }
