"""Pages of crews: when they work and who belongs to them, for the lead or the dispatcher of their company."""

from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib.alliance import audit, gate, managing
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import frame, service_access, service_forms, service_view
from chalicelib.desk.conversation_pages import CONFLICT, NOT_DONE
from chalicelib.desk.routes import pages
from chalicelib.desk.service_pages import OVERTAKEN
from chalicelib.services import changing
from chalicelib.storage import Conflict
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.services.records import Crew


@gate.staff(pages)
def crews(admitted: Admitted) -> Response:
    units = service_access.crew_units(admitted.member)
    if not units:
        return _not_managed(admitted)
    return render.page(
        'desk/crews.html', visitor=admitted, frame=frame.of(admitted), rows=service_view.crew_rows(units),
        several=len(units) > 1,
    )  # fmt: skip


@gate.staff(pages)
def crew(admitted: Admitted, crew: str) -> Response:
    found = _own(admitted, crew)
    if found is None:
        return _not_managed(admitted)
    done = service_view.done(admitted.query.get('done', ''))
    return _show(admitted, found, service_forms.shown_crew(found), done=done)


@gate.staff(pages)
def put_crew(admitted: Admitted, crew: str) -> Response:
    form, found = admitted.form, _own(admitted, crew)
    if found is None:
        return _not_managed(admitted)
    if form.get('seen') != str(found.version):
        return _show(admitted, found, form, CONFLICT, wrong=OVERTAKEN)
    before = service_forms.shown_crew(found)
    if wrong := service_forms.put_crew(found, form, managing.active_people_of(found.unit)):
        return _show(admitted, found, form, NOT_DONE, wrong=wrong)
    did = service_view.changed(before, service_forms.shown_crew(found))
    if did:
        try:
            said = f'{service_view.CREWS}{found.name}：{did}'
            changing.put(found, [found.unit], audit.by(admitted.member), said, admitted.now)
        except Conflict:
            now = _own(admitted, crew)
            return _show(admitted, now, form, CONFLICT, wrong=OVERTAKEN) if now else _not_managed(admitted)
    return render.redirect(f'/desk/crews/{crew}?done={"saved" if did else "same"}#main')


def _own(admitted: Admitted, crew: str) -> 'Crew | None':
    """The crew as it is now, if it is of a unit the member looks after."""
    units = service_access.crew_units(admitted.member)
    found = changing.current_crew(crew) if units else None
    return found if found and found.unit in units else None


def _show(admitted: Admitted, crew: 'Crew', typed: Any, status: int = 200, **shown: Any) -> Response:
    shown = {'wrong': {}, 'done': ''} | shown
    path = f'/desk/crews/{crew.id}'
    visitor = admitted._replace(path=path)
    around = frame.of(visitor)._replace(place=frame.unit_name(crew.unit))
    return render.page(
        'desk/crew.html', status, visitor=visitor, frame=around, crew=crew, typed=typed, path=path,
        people=managing.active_people_of(crew.unit),
        changes=service_view.changes([crew.unit], f'{service_view.CREWS}{crew.name}', admitted.now), **shown,
    )  # fmt: skip


def _not_managed(admitted: Admitted) -> Response:
    return render.error(
        403, '这一页不归您管理', '班组的时间和人员由本公司的负责人和调度员安排。', visitor=admitted,
        next_step='要改的话，请告诉本公司的负责人。', back=('/desk', '回到等待列表'),
    )  # fmt: skip
