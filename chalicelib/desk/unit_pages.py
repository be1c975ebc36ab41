"""Pages of 本单位 for its lead: people and an invitation, working hours, the duty list."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import gate, invitations, managing, roles
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import frame, unit_forms, unit_view, week, week_view
from chalicelib.desk.conversation_pages import CONFLICT, NOT_DONE
from chalicelib.desk.routes import pages
from chalicelib.desk.unit_forms import Wrong
from chalicelib.inbox import forms
from chalicelib.storage import Conflict
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.alliance.records import Unit

_STALE = '这个页面打开得太久，请核对后再按一次。'
_OVERTAKEN = {'form': '您打开这一页以后，有同事刚改过。下面是您填的；请先看「最近的改动」，再决定是否保存。'}
_SENT_BEFORE = '这份邀请刚才已经发出过，名单里有这位同事。邀请码只显示一次；没有记下的话，请把那一位停用，再邀请一次。'


def of_unit(view: Callable[..., Response]) -> Callable[..., Response]:
    """Put below `gate.staff`: the view gets the unit that was asked for, if the member manages it."""

    @wraps(view)
    def opened(admitted: Admitted) -> Response:
        managed = managing.units_managed(admitted.member)
        asked = admitted.form.get('unit') or admitted.query.get('unit') or next(iter(managed), '')
        unit = managing.current(asked) if asked in managed else None
        return view(admitted, unit) if unit else not_managed(admitted)

    return opened


def not_managed(admitted: Admitted) -> Response:
    return render.error(
        403, '这一页不归您管理', '人员、工作时间和值班表由各单位的负责人管理。', visitor=admitted,
        next_step='要改的话，请告诉本单位的负责人。', back=('/desk', '回到等待列表'),
    )  # fmt: skip


def page(admitted: Admitted, name: str, unit: str, status: int = 200, /, **shown: Any) -> Response:
    """One of these pages. After a form that could not be used it stands at the form's address, as a page to open."""
    path = shown.pop('path', admitted.path)
    visitor = admitted._replace(path=path) if admitted.form else admitted
    around = frame.of(visitor)._replace(place=frame.unit_name(unit)) if unit else frame.of(visitor)
    shown = {'wrong': {}, 'typed': {}, 'done': ''} | shown
    return render.page(f'desk/{name}.html', status, visitor=visitor, frame=around, **shown)


@gate.staff(pages)
@of_unit
def people(admitted: Admitted, unit: 'Unit') -> Response:
    return _people(admitted, unit, done=unit_view.done(admitted.query.get('done', '')))


def _people(admitted: Admitted, unit: 'Unit', status: int = 200, **shown: Any) -> Response:
    found = unit_view.shown(admitted.member, unit, admitted.now)
    return page(
        admitted, 'unit_people', unit.id, status, shown=found, form=forms.new(admitted.now),
        path=f'/desk/unit?unit={unit.id}', **shown,
    )  # fmt: skip


@gate.staff(pages)
@of_unit
def invite(admitted: Admitted, unit: 'Unit') -> Response:
    """The code stands on this one page and nowhere else; the same form sent again makes no second member."""
    form, by = admitted.form, admitted.member
    try:
        forms.check(form.get('form', ''), admitted.now)
        wanted = unit_forms.invited(form, sorted(roles.gives(by)))
        member, code = managing.invite(
            by, unit.id, wanted.name, wanted.roles, wanted.mobile, unit_forms.member_id(form['form']), admitted.now
        )
    except forms.Stale:
        return _people(admitted, unit, NOT_DONE, wrong={'invite': _STALE}, typed=form)
    except Wrong as wrong:
        return _people(admitted, unit, NOT_DONE, wrong=wrong.fields, typed=form)
    except Conflict:
        return _people(admitted, unit, CONFLICT, wrong={'invite': _SENT_BEFORE})
    until = clock.spoken_date_time(admitted.now + invitations.LASTS)
    return page(
        admitted, 'unit_invited', unit.id, name=member.name, code=code, until=until,
        account=alliance.account_of(unit.id), path=f'/desk/unit?unit={unit.id}', back=f'/desk/unit?unit={unit.id}',
    )  # fmt: skip


@gate.staff(pages)
@of_unit
def hours(admitted: Admitted, unit: 'Unit') -> Response:
    filled = week.read(unit.work or alliance.USUAL_WORK)
    typed = {
        'off_days': '\n'.join(unit.off_days),
        'extra_days': '\n'.join(unit.extra_days),
        'phone': unit.phone or '',
        'responsible': unit.responsible or '',
    }
    return _hours(admitted, unit, filled, typed)


def _hours(
    admitted: Admitted, unit: 'Unit', filled: week.Week, typed: Any, status: int = 200, **shown: Any
) -> Response:
    return page(
        admitted, 'unit_hours', unit.id, status, unit=unit, days=week_view.work_days(filled), typed=typed,
        seen=unit_forms.seen(unit, unit_forms.HOURS_FIELDS), people=managing.active_people_of(unit.id),
        path=f'/desk/unit/hours?unit={unit.id}', back=f'/desk/unit?unit={unit.id}', **shown,
    )  # fmt: skip


@gate.staff(pages)
@of_unit
def put_hours(admitted: Admitted, unit: 'Unit') -> Response:
    form = admitted.form
    try:
        changed = unit_forms.hours(form, unit, managing.active_people_of(unit.id))
        return _put(admitted, unit, changed, unit_forms.HOURS_FIELDS, 'hours')
    except Wrong as wrong:
        return _hours(admitted, unit, unit_forms.slots(form, 'w'), form, NOT_DONE, wrong=wrong.fields)
    except Conflict:
        return _hours(admitted, unit, unit_forms.slots(form, 'w'), form, CONFLICT, wrong=_OVERTAKEN)


@gate.staff(pages)
@of_unit
def duty(admitted: Admitted, unit: 'Unit') -> Response:
    return _duty(admitted, unit, week.read(unit.duty or ''), {})


def _duty(
    admitted: Admitted, unit: 'Unit', filled: week.Week, typed: Any, status: int = 200, **shown: Any
) -> Response:  # fmt: skip
    there = week_view.duty_people(unit)
    days = week_view.duty_days(filled, len(there), week_view.duty_notes(unit, admitted.now))
    return page(
        admitted, 'unit_duty', unit.id, status, unit=unit, days=days, people=there, typed=typed,
        seen=unit_forms.seen(unit, ('duty',)), path=f'/desk/unit/duty?unit={unit.id}',
        back=f'/desk/unit?unit={unit.id}', **shown,
    )  # fmt: skip


@gate.staff(pages)
@of_unit
def put_duty(admitted: Admitted, unit: 'Unit') -> Response:
    form = admitted.form
    try:
        return _put(admitted, unit, unit_forms.duty(form, unit, week_view.duty_people(unit)), ('duty',), 'duty')
    except Wrong as wrong:
        return _duty(admitted, unit, unit_forms.slots(form, 'd'), form, NOT_DONE, wrong=wrong.fields)
    except Conflict:
        return _duty(admitted, unit, unit_forms.slots(form, 'd'), form, CONFLICT, wrong=_OVERTAKEN)


def _put(admitted: Admitted, unit: 'Unit', changed: Any, shown: tuple[str, ...], done: str) -> Response:
    """Store what differs, if the unit is still as the form showed it."""
    if unit_forms.seen(unit, shown) != admitted.form.get('seen'):
        raise Conflict('changed since the page was made')
    if changed:
        did = unit_view.hours_words(unit, changed)
        managing.change_unit(admitted.member, unit, changed, did, admitted.now)
    return render.redirect(f'/desk/unit?unit={unit.id}&done={done if changed else "same"}#main')
