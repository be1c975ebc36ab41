"""One booking's page: where to come, its state, another time, giving it up, a price to answer, a rating, its date."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.bookings import (
    actions,
    appointments,
    booking_view,
    contact_form,
    ics,
    rules,
    steps,
    telling,
    times_view,
)
from chalicelib.bookings.actions import Refused, TimeGone
from chalicelib.bookings.offers import as_seen, offer
from chalicelib.bookings.visiting import CONFLICT, OK, REFUSED, Visit, looks, posts
from chalicelib.bookings.words import say
from chalicelib.services import actions as services
from chalicelib.web import render

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.bookings.keeping import Planned
    from chalicelib.bookings.records import Booking

# What a redirect may say has just happened, as long as it is how things stand.
_SAID = {
    'booked': rules.OFFERED,
    'moved': rules.OFFERED,
    'cancelled': rules.CANCELLED,
    'rated': rules.RATED,
    'agreed': rules.CONFIRMED,
    'refused': rules.CANCELLED,
}


@looks
def booking(visit: Visit, number: str) -> 'Response':
    return _page(visit, steps.own(number, visit.booker))


@looks
def other_times(visit: Visit, number: str) -> 'Response':
    found = steps.own(number, visit.booker)
    if not booking_view.can(found, visit).move:
        return visit.go(f'/b/{found.id}')
    return _other_times(visit, found)


@posts
def move(visit: Visit, number: str) -> 'Response':
    at = times_view.moment(visit.form.get('at', ''))
    if at is None:
        return _other_times(visit, steps.own(number, visit.booker), REFUSED, say('refused.no_time'))
    try:
        moved = actions.do(lambda: steps.move(number, at, visit.booker, visit.now))
    except TimeGone as gone:
        return _other_times(visit, steps.own(number, visit.booker), CONFLICT, str(gone), gone.nearest)
    except Refused as refused:
        return _page(visit, steps.own(number, visit.booker), REFUSED, trouble=str(refused))
    except rules.NotNow:
        return visit.go(f'/b/{number}')
    return visit.go(f'/b/{moved.id}?said=moved')


@looks
def ask_cancel(visit: Visit, number: str) -> 'Response':
    found = steps.own(number, visit.booker)
    if not booking_view.can(found, visit).cancel:
        return visit.go(f'/b/{found.id}')
    rule = booking_view.cancel_words(found, services.item(found.item), visit)
    return visit.show(
        'cancel.html', at=f'/b/{found.id}/cancel', booking=found, what=telling.what(found),
        when=telling.when(found), rule=rule,
    )  # fmt: skip


@posts
def cancel(visit: Visit, number: str) -> 'Response':
    return _step(visit, number, lambda: steps.cancel(number, visit.booker, visit.now), 'cancelled')


@posts
def rate(visit: Visit, number: str) -> 'Response':
    said = visit.form.get('rating', '')
    rating = int(said) if said in {str(one) for one in rules.RATINGS} else 0
    return _step(visit, number, lambda: steps.rate(number, rating, visit.booker, visit.now), 'rated')


@posts
def answer_price(visit: Visit, number: str) -> 'Response':
    """Yes or no to a company's price: the one that stood on the page she tapped."""
    seen = visit.form.get('mark', '')
    if visit.form.get('answer') != 'yes':
        return _step(visit, number, lambda: as_seen(steps.cancel(number, visit.booker, visit.now), seen), 'refused')
    return _step(visit, number, lambda: as_seen(steps.agree(number, visit.booker, visit.now), seen), 'agreed')


@looks
def calendar(visit: Visit, number: str) -> 'Response':
    found = steps.own(number, visit.booker)
    if not booking_view.can(found, visit).calendar:
        return visit.missing()
    event = appointments.event(found, visit.now)
    return render.calendar(ics.calendar([event], telling.what(found)), f'{found.id}.ics')


def _step(visit: Visit, number: str, plan: 'Callable[[], Planned]', said: str) -> 'Response':
    """Take it; what is not its turn any more, a second tap for example, leads to how things stand."""
    try:
        actions.do(plan)
    except Refused as refused:
        return _page(visit, steps.own(number, visit.booker), REFUSED, trouble=str(refused))
    except rules.NotNow:
        return visit.go(f'/b/{number}')
    return visit.go(f'/b/{number}?said={said}')


def _page(visit: Visit, found: 'Booking', status: int = OK, *, trouble: str = '') -> 'Response':
    if found.state in (rules.HELD, rules.EXPIRED):
        return contact_form.show(visit, found, status, trouble=trouble)
    item, asked = services.item(found.item), visit.query.get('said', '')
    said = say(f'said.{asked}') if _SAID.get(asked) == found.state else ''
    return visit.show(
        'booking.html', status, at=f'/b/{found.id}', booking=found, what=telling.what(found), trouble=trouble,
        state=say(f'state.{found.state}'), next_words=booking_view.next_words(found), said=said,
        facts=booking_view.facts(found, item), can=booking_view.can(found, visit), offer=offer(found),
        ratings=rules.RATINGS, contact=_contact(visit, found), phone=telling.phone(found.partner or ''),
        partner=telling.name(found.partner or ''),
        mine=visit.guest.conversation_id == found.conversation, again=bool(item and item.state == 'offered'),
        rule=booking_view.cancel_words(found, item, visit),
    )  # fmt: skip


def _contact(visit: Visit, found: 'Booking') -> list[tuple[str, str]]:
    """What she wrote down herself, where WeChat says that it is she."""
    if not visit.guest.shows_stored or visit.guest.conversation_id != found.conversation:
        return []
    stored = actions.contact(found)
    if stored is None:
        return []
    return [(say(f'field.{name}'), text) for name in actions.Where._fields if (text := getattr(stored, name))]


def _other_times(
    visit: Visit, found: 'Booking', status: int = OK, trouble: str = '', nearest: Sequence[datetime] = ()
) -> 'Response':
    item = services.item_now(found.item)
    option = services.option(item, found.option) if item else None
    if item is None or option is None:
        return _page(visit, found, REFUSED, trouble=say('refused.withdrawn'))
    first = times_view.first_day(visit.query.get('from', ''), item, visit.now)
    return visit.show(
        'move.html', status, at=f'/b/{found.id}/move', booking=found, what=telling.what(found),
        when=telling.when(found), price=telling.price(found), trouble=trouble, nearest=list(nearest),
        fortnight=times_view.fortnight(item, option, first, visit.now),
        rule=booking_view.cancel_words(found, item, visit),
    )  # fmt: skip
