"""Pages on which a clerk books for a resident: what is offered to her, free times, requests."""

from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import rules
from chalicelib.bookings.actions import Changed, Refused, TimeGone, Where, Wish, Withdrawn
from chalicelib.desk import access, booking, frame, words
from chalicelib.desk import booking_view as view
from chalicelib.desk.conversation_pages import NOT_DONE, of_conversation
from chalicelib.desk.routes import pages
from chalicelib.inbox import forms
from chalicelib.services import actions as services
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation
    from chalicelib.services.records import Item


@gate.staff(pages)
@of_conversation
def offered(admitted: Admitted, found: 'Conversation') -> Response:
    return _offered(admitted, found)


def _offered(admitted: Admitted, found: 'Conversation', status: int = 200, trouble: str = '') -> Response:
    access.log_read(admitted.member, found, admitted.now)
    path = f'/desk/c/{found.ref}/book'
    visitor = admitted._replace(path=path)
    hers = [one for one in bookings.of_person(found.id, admitted.now) if one.state in _SHOWN]
    return render.page(
        'desk/booking_items.html', status, visitor=visitor, frame=_frame(visitor, found), path=path, who=found.label,
        ref=found.ref, back=f'/desk/c/{found.ref}', shelves=view.shelves(found.home_unit), trouble=trouble,
        hers=[view.row(one, admitted.now) for one in hers],
    )  # fmt: skip


_SHOWN = rules.TO_COME | {rules.HELD, rules.UNSERVED, rules.MISSED, rules.NO_SHOW}


@gate.staff(pages)
@of_conversation
def offered_item(admitted: Admitted, found: 'Conversation', item: str) -> Response:
    there = _item(found, item)
    if there is None:
        return frame.not_found(admitted)
    return _item_page(admitted, found, there)


@gate.staff(pages)
@of_conversation
def book(admitted: Admitted, found: 'Conversation', item: str) -> Response:
    """Hold the time whose button was pressed; a request is made at once."""
    there, form = _item(found, item), admitted.form
    if there is None:
        return _offered(admitted, found, NOT_DONE, str(Withdrawn()))
    wish = Wish(there.id, form.get('o', ''), booking.moment(form.get('at', '')), form.get('mark', ''))
    written = booking.where(form)
    try:
        if there.form == rules.BY_REQUEST:
            made = booking.request(admitted.member, found, wish, written, form.get('form', ''), admitted.now)
        else:
            made = booking.hold(admitted.member, found, wish, form.get('form', ''), admitted.now)
    except Withdrawn as refused:
        return _offered(admitted, found, NOT_DONE, str(refused))
    except forms.Stale:
        return _item_page(admitted, found, there, NOT_DONE, trouble=words.STALE_RARE_FORM, written=written)
    except Refused as refused:
        return _item_page(
            admitted, found, there, NOT_DONE, trouble=view.for_clerk(str(refused)), written=written, refused=refused
        )
    return render.redirect(f'/desk/c/{found.ref}/b/{made.id}')


def _item(found: 'Conversation', item: str) -> 'Item | None':
    there = services.item(item)
    served = there is not None and there.state == 'offered' and services.serves(there, found.home_unit)
    return there if served else None


def _item_page(
    admitted: Admitted, found: 'Conversation', item: 'Item', status: int = 200, *, trouble: str = '',
    written: Where | None = None, refused: Exception | None = None,
) -> Response:  # fmt: skip
    """Free times, or what a request needs; what was typed stays, and the price is the one that holds now."""
    access.log_read(admitted.member, found, admitted.now)
    if isinstance(refused, Changed):
        item = refused.item
    now, asked = admitted.now, admitted.form or admitted.query
    option = view.chosen(item, asked.get('o', ''))
    path = f'/desk/c/{found.ref}/book/{item.id}'
    visitor = admitted._replace(path=f'{path}?o={option.id}')
    wanted = item.form == rules.BY_REQUEST
    return render.page(
        'desk/booking_item.html', status, visitor=visitor, frame=_frame(visitor, found), path=path, who=found.label,
        back=f'/desk/c/{found.ref}/book', item=item, option=option, price=services.price_words(option), trouble=trouble,
        times=None if wanted else view.free(item, option, view.since(admitted.query), now),
        lines=view.last_said(found, now) if wanted else (),
        form=view.Form(
            view.typed(written) if written else view.prefilled(found, now), item.where == 'home', wanted,
            forms.new(now), view.mark(option), view.near(refused.nearest) if isinstance(refused, TimeGone) else (),
        ),
    )  # fmt: skip


def _frame(visitor: Admitted, found: 'Conversation') -> frame.Frame:
    return frame.of(visitor, access.own_unit(visitor.member, found, visitor.now))
