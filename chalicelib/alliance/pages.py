"""The doors of the staff pages: the code to send, the link from the chat, the way out, and 大字."""

import logging
from datetime import datetime, timedelta
from functools import wraps
from typing import NamedTuple

from chalice.app import Response

from chalicelib import clock
from chalicelib.alliance import codes, gate, proofs, sessions, signin
from chalicelib.alliance.gate import Admitted
from chalicelib.alliance.routes import SIGNED_IN, pages
from chalicelib.web import render, request
from chalicelib.web.session import BIG, BROWSER, SESSION, cookie, no_cookie

log = logging.getLogger('weilin')

_BROWSER_KNOWN = timedelta(minutes=15)  # after that a page opened anew shows a new code at once
_BIG_KEPT = timedelta(days=365)


class Stranger(NamedTuple):
    """Whoever stands at the door: a browser, which may hold cookies of ours."""

    session: str
    browser: str
    name: str
    form: dict[str, str]
    next: str
    now: datetime
    big: bool

    @property
    def has_code(self) -> bool:
        return '.' in self.browser

    @property
    def form_is_ours(self) -> bool:
        return proofs.csrf_matches(self.browser, self.form.get('csrf', ''))


def _stranger() -> Stranger:
    asked = pages.current_request
    cookies, form = request.cookies(asked), request.form(asked) if asked.method == 'POST' else {}
    wanted = form.get('next') or request.query(asked).get('next', '')
    return Stranger(
        session=cookies.get(SESSION, ''),
        browser=cookies.get(BROWSER, ''),
        name=signin.browser_name(asked.headers.get('user-agent', '')),
        form=form,
        next=gate.our_path(wanted),
        now=clock.now(),
        big=BIG in cookies,
    )


def _calm(view: gate.View) -> gate.View:
    """A door that fails says so in words."""

    @wraps(view)
    def calm(**parts: str) -> Response:
        try:
            return view(**parts)
        except Exception:
            log.exception('a login page failed page=%s', view.__name__)
            return render.error(
                503, '暂时不能登录', '系统这边出了问题，不是您操作有误。', next_step='请过一分钟再打开登录页。',
                back=('/login', '打开登录页'), big=BIG in request.cookies(pages.current_request),
            )  # fmt: skip

    return calm


@_calm
def login() -> Response:
    """Show the code of this browser, or go on where it was confirmed."""
    who = _stranger()
    if signin.session(who.session, who.now):
        return render.redirect(who.next)
    if not who.has_code:
        return _new_code(who)
    state = signin.resume(who.browser, who.now)
    if state.status == 'confirmed':
        entered = signin.enter(who.browser, who.now)
        return _entered(who, entered) if entered else _show(who, signin.State('gone'))
    return _show(who, state)


@_calm
def another_code() -> Response:
    """Draw a new code when the old one has expired or was refused."""
    who = _stranger()
    if not who.browser:  # a page left open for long; the login page has a new code for it
        return render.redirect(gate.login_path(who.next))
    if not who.form_is_ours:
        return _not_our_form(who)
    drawn = signin.ask(who.name, who.now)
    return render.redirect(gate.login_path(who.next), cookies=[cookie(BROWSER, drawn.cookie, _BROWSER_KNOWN)])


@_calm
def login_link(token: str) -> Response:
    """The page behind a link: nothing is used up until its button is pressed."""
    who = _stranger()
    return _show_link(who, token, signin.look_at_link(token, who.now))


@_calm
def use_login_link(token: str) -> Response:
    who = _stranger()
    if not who.form_is_ours:
        return _not_our_form(who)
    entered = signin.use_link(token, who.name, who.now)
    if entered is None:
        link = signin.look_at_link(token, who.now)
        return _show_link(who, token, link if link.status == 'used' else signin.Link('gone'))
    _tell(entered, who)
    return _entered(who, entered)


@gate.staff(pages)
def logout(admitted: Admitted) -> Response:
    signin.end_session(request.cookies(pages.current_request)[SESSION])
    return render.redirect('/login', cookies=[no_cookie(SESSION)])


def big() -> Response:
    """Switch 大字 on or off in this browser."""
    asked = pages.current_request
    line = no_cookie(BIG) if BIG in request.cookies(asked) else cookie(BIG, '1', _BIG_KEPT)
    return render.redirect(gate.our_path(request.query(asked).get('to', '')), cookies=[line])


def _new_code(who: Stranger) -> Response:
    drawn = signin.ask(who.name, who.now)
    state = signin.State('waiting', drawn.code, who.name, drawn.asked_at, drawn.expires_at)
    return _show(who, state, drawn.cookie)


def _show(who: Stranger, state: signin.State, new_cookie: str = '') -> Response:
    return render.page(
        'alliance/login.html', big=who.big, state=state, next=who.next, now=who.now,
        csrf=proofs.csrf(new_cookie or who.browser), minutes=codes.LASTS.seconds // 60,
        cookies=[cookie(BROWSER, new_cookie, _BROWSER_KNOWN)] if new_cookie else [],
    )  # fmt: skip


def _show_link(who: Stranger, token: str, link: signin.Link) -> Response:
    browser = who.browser or proofs.new()
    return render.page(
        'alliance/login_link.html', 200 if link.status == 'fresh' else 410, big=who.big, link=link, token=token,
        csrf=proofs.csrf(browser), browser=who.name, hours=sessions.LASTS.seconds // 3600,
        cookies=[] if who.browser else [cookie(BROWSER, browser, _BROWSER_KNOWN)],
    )  # fmt: skip


def _entered(who: Stranger, session_cookie: str) -> Response:
    cookies = [cookie(SESSION, session_cookie, sessions.LASTS), no_cookie(BROWSER)]
    return render.redirect(who.next, cookies=cookies)


def _not_our_form(who: Stranger) -> Response:
    return render.error(
        403, '没有登录', '这个页面放得太久，或者不是我们的页面，不能用它登录。', big=who.big,
        next_step='请重新打开登录页。', back=('/login', '打开登录页'),
    )  # fmt: skip


def _tell(session_cookie: str, who: Stranger) -> None:
    """Tell the member; whatever goes wrong there must not keep him out."""
    session = signin.session(session_cookie, who.now)
    if session is None:
        return
    for tell in SIGNED_IN:
        try:
            tell(session.member, who.name, who.now)
        except Exception:
            log.exception('a member was not told of a sign-in')
