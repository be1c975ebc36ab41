"""Pages of the catalogue of services, for a publisher of the district."""

from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib.alliance import audit, gate
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import frame, service_access, service_forms, service_view
from chalicelib.desk.conversation_pages import CONFLICT, NOT_DONE
from chalicelib.desk.routes import pages
from chalicelib.services import changing
from chalicelib.services.rules import TIME
from chalicelib.storage import Conflict
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.services.records import Item

OVERTAKEN = {'form': '您打开这一页以后，有同事刚改过。下面是您填的；请先看「最近的改动」，再决定是否保存。'}


@gate.staff(pages)
def services(admitted: Admitted) -> Response:
    theirs = service_access.districts(admitted.member)
    if not theirs:
        return _not_publisher(admitted)
    return render.page(
        'desk/services.html', visitor=admitted, frame=frame.of(admitted), shelves=service_view.shelves(),
        changes=service_view.changes(theirs, service_view.CATALOGUE, admitted.now),
    )  # fmt: skip


@gate.staff(pages)
def service(admitted: Admitted, item: str) -> Response:
    if not service_access.districts(admitted.member):
        return _not_publisher(admitted)
    found = changing.current_item(item)
    if found is None:
        return frame.not_found(admitted)
    done = service_view.done(admitted.query.get('done', ''))
    return _show(admitted, found, service_forms.shown_item(found), done=done)


@gate.staff(pages)
def put_service(admitted: Admitted, item: str) -> Response:
    form, theirs = admitted.form, service_access.districts(admitted.member)
    if not theirs:
        return _not_publisher(admitted)
    found = changing.current_item(item)
    if found is None:
        return frame.not_found(admitted)
    if form.get('seen') != str(found.version):
        return _show(admitted, found, form, CONFLICT, wrong=OVERTAKEN)
    before = service_forms.shown_item(found)
    name, options = found.name, {option.id: option.name for option in found.options}
    if wrong := service_forms.put_item(found, form):
        return _show(admitted, found, form, NOT_DONE, wrong=wrong)
    did = service_view.changed(before, service_forms.shown_item(found), options)
    if did:
        try:
            said = f'{service_view.CATALOGUE}{name}：{did}'
            changing.put(found, theirs, audit.by(admitted.member), said, admitted.now)
        except Conflict:
            return _overtaken(admitted, item)
    return render.redirect(f'/desk/services/{item}?done={"saved" if did else "same"}#main')


def _overtaken(admitted: Admitted, item: str) -> Response:
    """Somebody saved between our reading and our writing."""
    found = changing.current_item(item)
    return _show(admitted, found, admitted.form, CONFLICT, wrong=OVERTAKEN) if found else frame.not_found(admitted)


def _show(admitted: Admitted, item: 'Item', typed: Any, status: int = 200, **shown: Any) -> Response:
    shown = {'wrong': {}, 'done': ''} | shown
    path = f'/desk/services/{item.id}'
    visitor = admitted._replace(path=path)
    theirs = service_access.districts(admitted.member)
    return render.page(
        'desk/service.html', status, visitor=visitor, frame=frame.of(visitor), item=item, typed=typed, path=path,
        by_time=item.form == TIME, offered_by=service_view.offered_by(item),
        changes=service_view.changes(theirs, service_view.CATALOGUE, admitted.now), **shown,
    )  # fmt: skip


def _not_publisher(admitted: Admitted) -> Response:
    return render.error(
        403, '这一页不归您管理', '服务目录由区里的发布员修改。', visitor=admitted,
        next_step='有需要改的地方，请告诉区里的发布员。', back=('/desk', '回到等待列表'),
    )  # fmt: skip
