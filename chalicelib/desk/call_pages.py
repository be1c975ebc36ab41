"""The day's phone list of a unit, and a unit's bookings for whoever wants to see how companies serve its residents."""

from datetime import date
from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib import clock, storage
from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.bookings.actions import Gone
from chalicelib.desk import access, booked_view, calls, frame, served_view, untold
from chalicelib.desk import actions as desk
from chalicelib.desk.conversation_pages import CONFLICT
from chalicelib.desk.routes import pages
from chalicelib.web import render

if TYPE_CHECKING:
    from datetime import datetime


@gate.staff(pages)
def to_call(admitted: Admitted) -> Response:
    try:
        unit = access.chosen_unit(admitted.member, admitted.query.get('unit', ''), admitted.now)
    except access.NotYours:
        return frame.not_yours(admitted)
    done = '已记下由您打电话告诉。' if admitted.query.get('done') else ''
    return _list(admitted, unit, _day(admitted.query, admitted.now), done=done)


@gate.staff(pages)
def called(admitted: Admitted) -> Response:
    """Told by telephone: only by whoever works for the unit; twice is once."""
    form, member, now = admitted.form, admitted.member, admitted.now
    unit, first = form.get('unit', ''), _day(form, now)
    if not gate.may_handle(member, unit, now=now):
        return frame.not_yours(admitted)
    try:
        found = calls.one(unit, form.get('number', ''), form.get('person', ''), now)
        if found is not None:
            said = calls.words(found, now)
            untold.phoned(found.booking, found.who, form.get('seen', ''), said, member, now)
    except Gone:
        return frame.not_found(admitted)
    except storage.Conflict:
        return _list(admitted, unit, first, CONFLICT, trouble=booked_view.BUSY)
    return render.redirect(f'/desk/calls?unit={unit}&day={first.isoformat()}&done=1#main')


def _list(
    admitted: Admitted, unit: str, first: date, status: int = 200, *, done: str = '', trouble: str = ''
) -> Response:
    shown = calls.listed(admitted.member, unit, first, admitted.now) if unit else None
    visitor = admitted._replace(path=shown.path if shown else '/desk/calls')
    return render.page(
        'desk/calls.html', status, visitor=visitor, frame=frame.of(visitor, unit), list=shown, done=done,
        trouble=trouble, below=desk.below(unit), above=access.is_above_others(unit), place=access.unit_name(unit),
    )  # fmt: skip


@gate.staff(pages)
def served(admitted: Admitted) -> Response:
    query = admitted.query
    try:
        unit = access.chosen_unit(admitted.member, query.get('unit', ''), admitted.now)
    except access.NotYours:
        return frame.not_yours(admitted)
    first = _day(query, admitted.now)
    shown = served_view.listed(unit, first, bool(query.get('week')), admitted.now)
    visitor = admitted._replace(path=shown.path)
    return render.page(
        'desk/served.html', visitor=visitor, frame=frame.of(visitor, unit), list=shown, below=desk.below(unit),
        above=access.is_above_others(unit),
    )  # fmt: skip


def _day(query: dict[str, str], now: 'datetime') -> date:
    """The day asked for, if it is within a year of today."""
    today = clock.day(now)
    try:
        day = date.fromisoformat(query.get('day', ''))
    except ValueError:
        return today
    return day if abs((day - today).days) <= 366 else today
