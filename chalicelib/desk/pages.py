"""Pages of the lists, of the operator's page, and the guarded way to photos, voice and video."""

from chalice.app import Response

from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import access, actions, frame, system, words
from chalicelib.desk.list_view import Listing
from chalicelib.desk.routes import pages
from chalicelib.inbox import media
from chalicelib.inbox.changing import Gone
from chalicelib.web import render


@gate.staff(pages)
def waiting(admitted: Admitted) -> Response:
    if not admitted.query and access.only_serves(admitted.member, admitted.now):
        return render.redirect('/jobs')
    skip = admitted.query.get('skip', '')
    first = int(skip[:4]) if skip.isascii() and skip.isdigit() else 0
    return _list(admitted, first, recent=False, mine=bool(admitted.query.get('mine')))


@gate.staff(pages)
def recent(admitted: Admitted) -> Response:
    return _list(admitted, 0, recent=True)


def _list(admitted: Admitted, skip: int, recent: bool, mine: bool = False) -> Response:
    member, now = admitted.member, admitted.now
    try:
        unit = access.chosen_unit(member, admitted.query.get('unit', ''), now)
    except access.NotYours:
        return frame.not_yours(admitted)
    shown: Listing
    if recent:
        shown = actions.recent_list(member, unit, now)
    else:
        shown = actions.waiting_list(member, unit, skip, now, mine)
    return render.page(
        'desk/waiting.html', visitor=admitted, frame=frame.of(admitted, unit), list=shown,
        done=words.done(admitted.query.get('done', '')), residents=access.has_residents(unit),
    )  # fmt: skip


@gate.staff(pages)
def medium(admitted: Admitted, ref: str) -> Response:
    """To a fresh link of five minutes; a page links here, never to the bucket."""
    try:
        line, original = access.find_line(admitted.member, ref, admitted.now)
    except access.NotYours:
        return frame.not_yours(admitted)
    except Gone:
        return frame.not_found(admitted)
    if address := actions.medium_link(line, original, admitted.now):
        return render.send_to(address)
    asked_again = media.fetch_again(line.conversation, line.key, admitted.now)
    return frame.no_medium(admitted, line, asked_again)


@gate.staff(pages)
def operator(admitted: Admitted) -> Response:
    if not frame.is_operator(admitted):
        return frame.not_yours(admitted)
    shown = system.shown(admitted.query.get('event', ''), admitted.now)
    return render.page('desk/system.html', visitor=admitted, frame=frame.of(admitted), system=shown)
