"""The page of the accounts: which of them fall silent; and the clerk's word that something was published."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import accounts_view as view
from chalicelib.desk import frame, words
from chalicelib.desk.routes import pages
from chalicelib.insight import actions as insight
from chalicelib.insight import publishing
from chalicelib.insight.publishing import NotOnThatDay
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account, Member

_NOT_DONE = 422


@gate.staff(pages)
def accounts(admitted: Admitted) -> Response:
    theirs = _of(admitted.member, admitted.now)
    chosen = next((one for one in theirs if one.id == admitted.query.get('tick', '')), None)
    if chosen is None and len(theirs) == 1:
        chosen = theirs[0]
    today = clock.day(admitted.now).isoformat()
    tick = view.Tick(chosen.id, chosen.name, today, today) if chosen else None
    return _show(admitted, theirs, tick, words.done(admitted.query.get('done', '')))


@gate.staff(pages)
def tick(admitted: Admitted) -> Response:
    """已在后台发布."""
    form, theirs, now = admitted.form, _of(admitted.member, admitted.now), admitted.now
    account = next((one for one in theirs if one.id == form.get('account', '')), None)
    if account is None:
        return frame.not_yours(admitted)
    typed = form.get('on', '')
    try:
        new = publishing.tick(account, _day(typed), admitted.member, now)
    except NotOnThatDay as reason:
        again = view.Tick(account.id, account.name, typed, clock.day(now).isoformat(), str(reason))
        return _show(admitted._replace(path='/desk/accounts'), theirs, again, status=_NOT_DONE)
    return render.redirect(f'/desk/accounts?done={"published" if new else "published_before"}#main')


def _show(
    admitted: Admitted, theirs: list['Account'], tick: view.Tick | None, done: str = '', status: int = 200
) -> Response:
    sheet = view.sheet(theirs, insight.known(), tick, done, admitted.now)
    return render.page('desk/accounts.html', status, visitor=admitted, frame=frame.of(admitted), sheet=sheet)


def _of(member: 'Member', now: datetime) -> list['Account']:
    """The accounts of the member's units and of those below them."""
    return [one for one in alliance.accounts() if gate.may_handle(member, one.unit, *_above(one.unit), now=now)]


def _above(unit_id: str) -> list[str]:
    return [unit.id for unit in alliance.above(unit_id)]


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NotOnThatDay('请填写发布的日期。') from None
