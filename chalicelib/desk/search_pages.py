"""The page that finds: one box. What is looked for may be a resident's name, and stands in no address and no log.

A form brings the words; the browser keeps them for half an hour in a cookie that only this page is sent, bound to the
session, and asks for the page itself. So reload and the way back from a conversation show the finds again without
asking whether to send a form anew, and nothing is stored here that would have to be forgotten.
"""

import base64
import binascii
import hmac
import json
from datetime import timedelta
from hashlib import sha256

from chalice.app import Response

from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import access, frame, search_view
from chalicelib.desk.routes import pages
from chalicelib.desk.rules import Unclear
from chalicelib.desk.search_view import Asked, Finds
from chalicelib.web import render, request, session

_PATH = '/desk/search'
_LASTS = timedelta(minutes=30)
NOT_DONE = 422


@gate.staff(pages)
def search(admitted: Admitted) -> Response:
    form = admitted.form
    try:
        unit = access.chosen_unit(admitted.member, form.get('unit', ''), admitted.now)
        words = search_view.checked(form.get('words', ''))
    except access.NotYours:
        return frame.not_yours(admitted)
    except Unclear as reason:
        typed = form.get('words', '')[: search_view.WORDS_LENGTH * 2]
        blank = search_view.blank(admitted.member, unit, admitted.now, typed, str(reason))
        return _page(admitted._replace(path=_PATH), blank, NOT_DONE)
    value = _sealed(admitted.csrf, words, unit)
    return render.redirect(f'{_PATH}#main', cookies=[session.cookie(session.SEARCH, value, _LASTS, only=_PATH)])


@gate.staff(pages)
def shown(admitted: Admitted) -> Response:
    """An empty box where a unit is named, as the links to here do; else what was looked for last."""
    query, member, now = admitted.query, admitted.member, admitted.now
    kept = None if 'unit' in query else _kept(admitted)
    try:
        unit = access.chosen_unit(member, kept[1] if kept else query.get('unit', ''), now)
    except access.NotYours:
        return frame.not_yours(admitted)
    if kept is None or not unit:
        return _page(admitted, search_view.blank(member, unit, now))
    people, lines = (search_view.moment(query.get(part, ''), now) for part in ('people', 'lines'))
    return _page(admitted, search_view.found(member, Asked(kept[0], unit, people, lines), now))


def _page(admitted: Admitted, finds: Finds, status: int = 200) -> Response:
    around = frame.of(admitted, finds.unit)
    return render.page('desk/search.html', status, visitor=admitted, frame=around, finds=finds)


def _mark(csrf: str) -> str:
    """Of the session whose search it is: whoever signs in next at this browser does not see it."""
    return sha256(f'search#{csrf}'.encode()).hexdigest()[:16]


def _sealed(csrf: str, words: str, unit: str) -> str:
    said = json.dumps([words, unit], ensure_ascii=False).encode()
    return f'{_mark(csrf)}.{base64.urlsafe_b64encode(said).decode().rstrip("=")}'


def _kept(admitted: Admitted) -> tuple[str, str] | None:
    """The words and the unit of this session's last search."""
    mark, _, said = request.cookies(pages.current_request).get(session.SEARCH, '').partition('.')
    if not hmac.compare_digest(mark.encode(), _mark(admitted.csrf).encode()):
        return None
    try:
        words, unit = json.loads(base64.urlsafe_b64decode(said + '=' * (-len(said) % 4)))
        return search_view.checked(words), str(unit)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        return None
