"""Where to come is written down, and what was held is booked; with another time where that one is gone."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.bookings import actions, contact_form, making, rules, steps, taking, times_view
from chalicelib.bookings.actions import Changed, Refused, TimeGone, Wish
from chalicelib.bookings.visiting import CONFLICT, REFUSED, Visit, posts

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.bookings.keeping import Planned
    from chalicelib.bookings.records import Booking


@posts
def confirm(visit: Visit, number: str) -> 'Response':
    """With `at`: another time, since the one that was held is gone."""
    found = steps.own(number, visit.booker)
    if 'at' in visit.form:
        return _instead(visit, found, times_view.moment(visit.form['at']))
    return _confirm(visit, found)


def _instead(visit: Visit, found: 'Booking', at: datetime | None) -> 'Response':
    """Hold another time and book it at once, with what she has typed."""
    try:
        taken = taking.take(visit, Wish(found.item, found.option, at, visit.form.get('mark', '')))
    except TimeGone as gone:
        return contact_form.show(visit, found, CONFLICT, trouble=str(gone), nearest=gone.nearest)
    except Changed as changed:
        return _dearer(visit, found, changed, at)
    except Refused as refused:
        return contact_form.show(visit, found, REFUSED, trouble=str(refused))
    return _confirm(visit, taken)


def _confirm(visit: Visit, found: 'Booking') -> 'Response':
    where, mark = contact_form.read(visit.form), visit.form.get('mark', '')
    try:
        actions.do(lambda: _own_confirmed(visit, found.id, where, mark))
    except TimeGone as gone:
        return contact_form.show(visit, found, CONFLICT, trouble=str(gone), nearest=gone.nearest)
    except Changed as changed:
        return _dearer(visit, found, changed)
    except Refused as refused:
        return contact_form.show(visit, found, REFUSED, trouble=str(refused))
    except rules.NotNow:
        return visit.go(f'/b/{found.id}')
    return visit.go(f'/b/{found.id}?said=booked')


def _own_confirmed(visit: Visit, number: str, where: actions.Where, mark: str) -> 'Planned':
    steps.own(number, visit.booker)
    return making.confirm(number, where, mark, visit.booker, visit.now)


def _dearer(visit: Visit, found: 'Booking', changed: Changed, at: datetime | None = None) -> 'Response':
    trouble = taking.both_prices(changed, visit.form.get('mark', ''))
    return contact_form.show(
        visit, found, CONFLICT, trouble=trouble, mark=making.mark(changed.option), nearest=[at] if at else ()
    )
