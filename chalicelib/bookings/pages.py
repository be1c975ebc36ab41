"""The catalogue for a resident who is known, her bookings, and booking: a time that is held, or a wish."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.alliance import actions as alliance
from chalicelib.bookings import actions, booking_view, catalogue_view, contact_form, making, rules, taking, times_view
from chalicelib.bookings.actions import Changed, Refused, TimeGone, Wish
from chalicelib.bookings.visiting import CONFLICT, OK, REFUSED, Visit, looks, posts
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.services.records import Item


@looks
def shop(visit: Visit) -> 'Response':
    """What she can book, below what she has booked."""
    account, offered = visit.guest.account, catalogue_view.served(visit.booker.unit)
    return visit.show(
        'catalogue.html', account=alliance.account(account), by_oauth=False, shelves=catalogue_view.shelves(offered),
        popular=catalogue_view.popular(offered), items=visit.path('/i/'), mine=booking_view.upcoming(visit),
    )  # fmt: skip


@looks
def mine(visit: Visit) -> 'Response':
    return visit.show('mine.html', at='/mine', rows=booking_view.rows(visit))


@looks
def item(visit: Visit, item: str) -> 'Response':
    """One item with its free times, or with a form for her wish."""
    found = services.item(item)
    if found is None:
        return visit.missing()
    return _show(visit, found, visit.query.get('o', ''))


@posts
def hold(visit: Visit, item: str) -> 'Response':
    """A time is tapped: it is hers for ten minutes."""
    found, option, mark = services.item(item), visit.form.get('o', ''), visit.form.get('mark', '')
    if found is None:
        return visit.missing()
    at = times_view.moment(visit.form.get('at', ''))
    try:
        booking = taking.take(visit, Wish(item, option, at, mark))
    except TimeGone as gone:
        return _show(visit, found, option, CONFLICT, trouble=str(gone), nearest=gone.nearest)
    except Changed as changed:
        return _show(visit, changed.item, option, CONFLICT, trouble=taking.both_prices(changed, mark), at=at)
    except Refused as refused:
        return _show(visit, services.item_now(item) or found, option, REFUSED, trouble=str(refused))
    return visit.go(f'/b/{booking.id}')


@posts
def wish(visit: Visit, item: str) -> 'Response':
    """A wish for which no time is needed: it is sent at once."""
    found, (option, _, mark) = services.item(item), visit.form.get('o', '').partition('~')
    if found is None:
        return visit.missing()
    where = contact_form.read(visit.form)
    once = f'{visit.once}#{item}#{option}#{where.note}'
    wanted = Wish(item, option, None, mark)
    try:
        booking = actions.do(lambda: making.request(wanted, visit.booker, where, once, visit.now))
    except Changed as changed:
        trouble = taking.both_prices(changed, mark)
        return _show(visit, changed.item, option, CONFLICT, trouble=trouble, typed=visit.form)
    except Refused as refused:
        current = services.item_now(item) or found
        return _show(visit, current, option, REFUSED, trouble=str(refused), typed=visit.form)
    return visit.go(f'/b/{booking.id}?said=booked')


def _show(
    visit: Visit, item: 'Item', option_id: str, status: int = OK, *, trouble: str = '',
    nearest: Sequence[datetime] = (), at: datetime | None = None, typed: Mapping[str, str] | None = None,
) -> 'Response':  # fmt: skip
    """`nearest`: instead of a time that is gone; `at`: the one she wants, at another price."""
    option = catalogue_view.chosen(item, option_id)
    shown = {
        'item': item, 'option': catalogue_view.choice(option), 'facts': catalogue_view.facts(item), 'trouble': trouble,
        'choices': [catalogue_view.choice(one) for one in item.options],
        'offered': item.state == 'offered' and services.serves(item, visit.booker.unit),
    }  # fmt: skip
    if item.form == rules.BY_REQUEST:
        fields, values = contact_form.fields(item), contact_form.values(visit, typed)
        return visit.show(
            'wish.html', status, at=f'/i/{item.id}', fields=fields, values=values,
            note_most=contact_form.NOTE_AT_MOST, kept_days=rules.CONTACT_KEPT.days, **shown,
        )  # fmt: skip
    first = times_view.first_day(visit.query.get('from', ''), item, visit.now)
    fortnight = times_view.fortnight(item, option, first, visit.now) if shown['offered'] else None
    wanted = [at] if at else list(nearest)
    return visit.show('times.html', status, at=f'/i/{item.id}', fortnight=fortnight, nearest=wanted, **shown)
