"""Who a resident is and where she lives, for a clerk to note or correct: a page of its own, since few need it."""

from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import access, frame, resident_view, words
from chalicelib.desk.conversation_pages import NOT_DONE, back_to, of_conversation
from chalicelib.desk.routes import pages
from chalicelib.inbox import forms, homes
from chalicelib.inbox.changing import FormUsed, Refused
from chalicelib.residents import actions as residents
from chalicelib.residents import rules
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation


@gate.staff(pages)
@of_conversation
def resident(admitted: Admitted, found: 'Conversation') -> Response:
    return _show(admitted, found)


@gate.staff(pages)
@of_conversation
def note_resident(admitted: Admitted, found: 'Conversation') -> Response:
    """What a clerk notes is marked 未核实 until she says the same herself."""
    values = rules.read(admitted.form)
    try:
        residents.tell(found, values, admitted.member, admitted.now)
    except Refused as refused:
        return _show(admitted, found, NOT_DONE, typed=values, trouble=str(refused))
    return back_to(found, 'resident')


@gate.staff(pages)
@of_conversation
def correct_home(admitted: Admitted, found: 'Conversation') -> Response:
    unit_id = admitted.form.get('unit', '')
    try:
        homes.correct(
            found, admitted.member, unit_id, lambda fresh: residents.lives(fresh, unit_id, admitted.now),
            admitted.form.get('form', ''), admitted.now,
        )  # fmt: skip
    except forms.Stale:
        return _show(admitted, found, NOT_DONE, trouble=words.STALE_RARE_FORM)
    except FormUsed:
        return _show(admitted, found, NOT_DONE, trouble=words.USED_RARE_FORM)
    except Refused as refused:
        return _show(admitted, found, NOT_DONE, trouble=str(refused))
    return back_to(found, 'home')


def _show(
    admitted: Admitted, found: 'Conversation', status: int = 200, *, typed: dict[str, str] | None = None,
    trouble: str = '',
) -> Response:  # fmt: skip
    access.log_read(admitted.member, found, admitted.now)
    path = f'/desk/c/{found.ref}/resident'
    visitor = admitted._replace(path=path)
    known, around = (
        residents.of(found, admitted.now),
        frame.of(visitor, access.own_unit(admitted.member, found, admitted.now)),
    )
    return render.page(
        'desk/resident.html', status, visitor=visitor, frame=around,
        path=path, back=f'/desk/c/{found.ref}', who=found.label, home=found.home_unit,
        rows=resident_view.rows(known, typed), groups=resident_view.communities(), trouble=trouble,
        form=forms.new(admitted.now),
    )  # fmt: skip
