"""One booking of a resident, for her clerk: held while he asks her, then all that can be done with it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib import storage
from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.bookings import rules
from chalicelib.bookings.actions import Changed, Gone, Refused, TimeGone, Wish, Withdrawn
from chalicelib.bookings.words import say
from chalicelib.desk import access, booked_view, booking, frame, untold, words
from chalicelib.desk import booking_view as view
from chalicelib.desk.conversation_pages import CONFLICT, NOT_DONE, of_conversation
from chalicelib.desk.routes import pages
from chalicelib.inbox import forms
from chalicelib.outreach import actions as outreach
from chalicelib.services import actions as services
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.bookings.records import Booking
    from chalicelib.inbox.records import Conversation


def _of_booking(page: Callable[..., Response]) -> Callable[..., Response]:
    """Put below `of_conversation`: the view gets the booking, if it is this resident's."""

    @wraps(page)
    def opened(admitted: Admitted, found: 'Conversation', number: str) -> Response:
        try:
            return page(admitted, found, booking.of(found, number))
        except Gone:
            return frame.not_found(admitted)

    return opened


@gate.staff(pages)
@of_conversation
@_of_booking
def booked(admitted: Admitted, found: 'Conversation', number: 'Booking') -> Response:
    return _show(admitted, found, number, done=booked_view.DONE.get(admitted.query.get('done', ''), ''))


@gate.staff(pages)
@of_conversation
@_of_booking
def other_times(admitted: Admitted, found: 'Conversation', number: 'Booking') -> Response:
    """Free times for a booking that is to be moved."""
    return _times(admitted, found, number)


@gate.staff(pages)
@of_conversation
@_of_booking
def change_booked(admitted: Admitted, found: 'Conversation', number: 'Booking') -> Response:
    """What one of its buttons does."""
    does = _DOES.get(admitted.form.get('do', ''))
    if does is None:
        return render.redirect(_path(found, number))
    try:
        return does(admitted, found, number)
    except rules.NotNow:
        now_is = booking.of(found, number.id)
        return _show(admitted, found, now_is, CONFLICT, trouble=_not_now(now_is))
    except forms.Stale:
        return _show(admitted, found, number, NOT_DONE, trouble=words.STALE_RARE_FORM, written=True)
    except Refused as refused:
        return _show(admitted, found, number, NOT_DONE, trouble=view.for_clerk(str(refused)), written=True)
    except storage.Conflict:
        return _show(admitted, found, number, CONFLICT, trouble=booked_view.BUSY)


def _confirm(admitted: Admitted, found: 'Conversation', held: 'Booking') -> Response:
    """Twice is once. A time that is gone leads to the nearest, with all that was typed."""
    form = admitted.form
    args = (admitted.member, found, held, booking.where(form), form.get('mark', ''), form.get('form', ''), admitted.now)
    try:
        booking.confirm(*args)
    except TimeGone as gone:
        return _held_again(admitted, found, held, str(gone), gone.nearest)
    except Changed as changed:
        new = view.mark(changed.option)
        return _show(admitted, found, held, CONFLICT, trouble=str(changed), written=True, mark=new)
    except rules.NotNow:
        fresh = booking.of(found, held.id)
        if fresh.state != rules.CANCELLED:
            other = booked_view.other_than_kept(fresh, booking.where(form))
            return _show(admitted, found, fresh, CONFLICT, trouble=other) if other else _to(found, held, 'booked')
        return _held_again(admitted, found, fresh, booked_view.LET_GO, booked_view.about(fresh, admitted.now))
    return _to(found, held, 'booked')


def _held_again(
    admitted: Admitted, found: 'Conversation', held: 'Booking', trouble: str, nearest: Iterable[datetime],
    mark: str = '',
) -> Response:  # fmt: skip
    near = view.near(nearest)
    return _show(admitted, found, held, CONFLICT, trouble=trouble, written=True, near=near, mark=mark)


def _hold(admitted: Admitted, found: 'Conversation', held: 'Booking') -> Response:
    """Another time instead of the one that is gone, what was typed still in its place."""
    at, token, mark = (admitted.form.get(name, '') for name in ('at', 'form', 'mark'))
    wish = Wish(held.item, held.option, booking.moment(at), mark)
    try:
        new = booking.hold(admitted.member, found, wish, token, admitted.now)
    except TimeGone as gone:
        return _held_again(admitted, found, held, str(gone), gone.nearest)
    except Changed as changed:
        again, new_mark = [wish.at] if wish.at else [], view.mark(changed.option)
        return _held_again(admitted, found, held, str(changed), again, new_mark)
    return _show(admitted, found, new, written=True)


def _cancel(admitted: Admitted, found: 'Conversation', there: 'Booking') -> Response:
    booking.cancel(admitted.member, found, there, admitted.form.get('form', ''), admitted.now)
    if there.state == rules.HELD:
        return render.redirect(f'/desk/c/{found.ref}/book')
    return _to(found, there, 'cancelled')


def _agree(admitted: Admitted, found: 'Conversation', there: 'Booking') -> Response:
    if there.state != rules.CONFIRMED:
        seen, token = admitted.form.get('offer', ''), admitted.form.get('form', '')
        booking.agree(admitted.member, found, there, seen, token, admitted.now)
    return _to(found, there, 'agreed')


def _move(admitted: Admitted, found: 'Conversation', there: 'Booking') -> Response:
    at = booking.moment(admitted.form.get('at', ''))
    if at is None:
        return _times(admitted, found, there, NOT_DONE, trouble=say('refused.no_time'))
    try:
        booking.move(admitted.member, found, there, at, admitted.form.get('form', ''), admitted.now)
    except TimeGone as gone:
        return _times(admitted, found, there, CONFLICT, trouble=str(gone), nearest=gone.nearest)
    except forms.Stale:
        return _times(admitted, found, there, NOT_DONE, trouble=words.STALE_RARE_FORM)
    return _to(found, there, 'moved')


def _phoned(admitted: Admitted, found: 'Conversation', there: 'Booking') -> Response:
    for who in _pending(there, admitted.now):
        if who.mark == admitted.form.get('person', ''):
            untold.phoned(there, who, admitted.form.get('seen', ''), '', admitted.member, admitted.now)
    return _to(found, there, 'phoned')


def _resend(admitted: Admitted, found: 'Conversation', there: 'Booking') -> Response:
    for who in _pending(there, admitted.now):
        if who.mark == admitted.form.get('person', ''):
            untold.resend(who, admitted.now)
    return _to(found, there, 'resent')


_DOES: dict[str, Callable[[Admitted, 'Conversation', 'Booking'], Response]] = {
    'confirm': _confirm, 'hold': _hold, 'cancel': _cancel, 'agree': _agree, 'move': _move, 'phoned': _phoned,
    'resend': _resend,
}  # fmt: skip


def _pending(there: 'Booking', now: datetime) -> list[untold.Pending]:
    return untold.pending(there, outreach.of(untold.about(there)), now)


def _not_now(there: 'Booking') -> str:
    return view.for_clerk(say('refused.not_now', state=say(f'state.{there.state}')))


def _path(found: 'Conversation', there: 'Booking') -> str:
    return f'/desk/c/{found.ref}/b/{there.id}'


def _to(found: 'Conversation', there: 'Booking', done: str) -> Response:
    return render.redirect(f'{_path(found, there)}?done={done}#main')


def _show(
    admitted: Admitted, found: 'Conversation', there: 'Booking', status: int = 200, *, trouble: str = '',
    done: str = '', written: bool = False, mark: str = '', near: Any = (),
) -> Response:  # fmt: skip
    """The page of a booking; `written`: with what stands in the form that was sent."""
    member, now = admitted.member, admitted.now
    access.log_read(member, found, now)
    visitor = admitted._replace(path=_path(found, there))
    waits = there.state in booked_view.UNFINISHED or near
    known = view.prefilled(found, now) if waits else {}
    fields = view.typed(booking.where(admitted.form)) if written else known
    item = services.item(there.item)
    return render.page(
        'desk/booked.html', status, visitor=visitor, frame=frame.of(visitor, access.own_unit(member, found, now)),
        path=visitor.path, back=f'/desk/c/{found.ref}', who=found.label, sheet=booked_view.sheet(member, there, now),
        trouble=trouble, done=done, phone=known.get('phone', ''), lines=view.last_said(found, now) if waits else (),
        people=booked_view.people(there, _pending(there, now), found, now) if not waits else (),
        form=view.Form(
            fields, bool(item and item.where == 'home'), False,
            forms.new(now), mark or view.mark(there), near,
        ),
    )  # fmt: skip


def _times(
    admitted: Admitted, found: 'Conversation', there: 'Booking', status: int = 200, *, trouble: str = '',
    nearest: tuple[datetime, ...] = (),
) -> Response:  # fmt: skip
    access.log_read(admitted.member, found, admitted.now)
    item, now, path = services.item(there.item), admitted.now, _path(found, there)
    option = services.option(item, there.option) if item else None
    if item is None or option is None or there.starts_at is None:
        return _show(admitted, found, there, NOT_DONE, trouble=str(Withdrawn()))
    visitor = admitted._replace(path=f'{path}/move')
    return render.page(
        'desk/booking_move.html', status, visitor=visitor,
        frame=frame.of(visitor, access.own_unit(admitted.member, found, now)), path=path, back=path, who=found.label,
        sheet=booked_view.sheet(admitted.member, there, now), trouble=trouble, token=forms.new(now),
        times=view.free(item, option, view.since(admitted.query), now), near=view.near(nearest),
    )  # fmt: skip
