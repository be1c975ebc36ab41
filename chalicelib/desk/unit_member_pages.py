"""The page of one member: leave, stand-in, number, roles, suspension. All have their own; leads those they manage."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib.alliance import gate, managing, roles
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import unit_forms, unit_pages, unit_view
from chalicelib.desk.conversation_pages import NOT_DONE
from chalicelib.desk.routes import pages
from chalicelib.desk.unit_forms import Wrong
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member


@gate.staff(pages)
def person(admitted: Admitted, member: str) -> Response:
    found = _visible(admitted, member)
    if found is None:
        return unit_pages.not_managed(admitted)
    return _show(admitted, found, done=unit_view.done(admitted.query.get('done', '')))


@gate.staff(pages)
def change_person(admitted: Admitted, member: str) -> Response:
    found = _visible(admitted, member)
    if found is None:
        return unit_pages.not_managed(admitted)
    act = _ACTS.get(admitted.form.get('do', ''))
    if act is None:
        return render.redirect(_path(member))
    try:
        done = act(admitted, found)
    except Wrong as wrong:
        return _show(admitted, found, NOT_DONE, wrong=wrong.fields, typed=admitted.form)
    except managing.NotAllowed as reason:
        return _show(admitted, found, NOT_DONE, wrong={'form': str(reason)}, typed=admitted.form)
    return render.redirect(f'{_path(member)}?done={done}#main')


def _visible(admitted: Admitted, id: str) -> 'Member | None':
    found = managing.current_member(id)
    return found if found and managing.is_seen(admitted.member, found) else None


def _show(admitted: Admitted, found: 'Member', status: int = 200, **shown: Any) -> Response:
    managed = managing.units_managed(admitted.member)
    unit = next((unit for unit in found.units if unit in managed), next(iter(found.units), ''))
    shown.setdefault('typed', {})
    sheet = unit_view.person(admitted.member, found, unit, admitted.now)
    shown['typed'] = shown['typed'] or sheet.leave
    back = f'/desk/unit?unit={unit}' if unit in managed else '/desk'
    return unit_pages.page(
        admitted, 'unit_member', unit, status, person=sheet, path=_path(found.id), back=back,
        role_boxes_now=_boxes(sheet, shown['typed']), **shown,
    )  # fmt: skip


def _boxes(sheet: unit_view.Person, typed: Any) -> list[tuple[roles.Role, bool]]:
    """As they are, or as they were just ticked."""
    if typed.get('do') != 'roles':
        return list(sheet.roles)
    return [(role, bool(typed.get(f'role.{role.id}'))) for role, _ in sheet.roles]


def _path(id: str) -> str:
    return f'/desk/unit/m/{id}'


def _leave(admitted: Admitted, found: 'Member') -> str:
    wanted = unit_forms.leave(admitted.form, managing.stand_ins(admitted.member, found), admitted.now)
    as_it_is = (found.leave_from, found.leave_until, found.stand_in)
    if as_it_is == (wanted.first, wanted.last, wanted.stand_in.id if wanted.stand_in else None):
        return 'same'
    managing.change_leave(admitted.member, found.id, wanted.first, wanted.last, wanted.stand_in, admitted.now)
    return 'leave'


def _no_leave(admitted: Admitted, found: 'Member') -> str:
    managing.end_leave(admitted.member, found.id, admitted.now)
    return 'no-leave'


def _mobile(admitted: Admitted, found: 'Member') -> str:
    managing.change_mobile(admitted.member, found.id, unit_forms.mobile(admitted.form), admitted.now)
    return 'mobile'


def _roles(admitted: Admitted, found: 'Member') -> str:
    given = unit_forms.roles(admitted.form, sorted(roles.gives(admitted.member)))
    if set(given) == set(found.roles):
        return 'same'
    managing.change_roles(admitted.member, found.id, given, admitted.now)
    return 'roles'


def _suspend(admitted: Admitted, found: 'Member') -> str:
    managing.suspend(admitted.member, found.id, admitted.now)
    return 'suspended'


def _restore(admitted: Admitted, found: 'Member') -> str:
    managing.restore(admitted.member, found.id, admitted.now)
    return 'restored'


_ACTS: dict[str, Callable[[Admitted, 'Member'], str]] = {
    'leave': _leave,
    'no-leave': _no_leave,
    'mobile': _mobile,
    'roles': _roles,
    'suspend': _suspend,
    'restore': _restore,
}
