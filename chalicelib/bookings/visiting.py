"""A resident at a page: who it is, what was asked, and one way to answer where it cannot be done."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib import clock
from chalicelib.bookings.keeping import Gone
from chalicelib.bookings.making import Booker
from chalicelib.bookings.routes import pages
from chalicelib.residents import guests, refusals
from chalicelib.residents.guests import Foreign, Guest
from chalicelib.web import render
from chalicelib.web import request as web
from chalicelib.web.session import BIG

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.web.request import Request

    View = Callable[..., Response]

log = logging.getLogger('weilin')

PURPOSE = 'book'
OK, MISSING, CONFLICT, REFUSED, FAILED = 200, 404, 409, 422, 500
TYPED = ('note', 'name', 'phone', 'address')


class Visit(NamedTuple):
    """`once`: of the page she posts from, so that two taps on it are one thing."""

    guest: Guest
    request: 'Request'
    now: datetime
    cookies: tuple[str, ...] = ()
    form: Mapping[str, str] = {}
    once: str = ''

    @property
    def booker(self) -> Booker:
        return Booker(self.guest.conversation_id, self.guest.conversation.home_unit, self.guest.by)

    @property
    def query(self) -> dict[str, str]:
        return web.query(self.request)

    def path(self, more: str = '') -> str:
        return f'/s/{self.guest.pass_}{more}'

    def show(self, template: str, status: int = OK, *, at: str = '', **context: Any) -> 'Response':
        """A page; `at` is where 大字 leads back to."""
        return render.page(
            f'bookings/{template}', status, big=_big(self.request), cookies=self.cookies, path=self.path(at),
            home=self.path(), form=guests.form_token(self.guest, self.now), **context,
        )  # fmt: skip

    def go(self, more: str) -> 'Response':
        return render.redirect(self.path(more), cookies=self.cookies)

    def missing(self) -> 'Response':
        return render.error(
            MISSING, '没有找到', '没有这个预约或这项服务，或者已经不用了。', big=_big(self.request),
            cookies=self.cookies, back=(self.path(), '看看可以预约什么'),
        )  # fmt: skip


def looks(view: 'View') -> 'View':
    """A page that only shows: the view gets a `Visit` in place of the pass."""
    return _view(view, posted=False)


def posts(view: 'View') -> 'View':
    """A form: the browser that posts first owns the link from then on."""
    return _view(view, posted=True)


def _view(view: 'View', *, posted: bool) -> 'View':
    def answer(pass_: str, **parts: str) -> 'Response':
        asked, now = pages.current_request, clock.now()
        try:
            return _answer(view, pass_, asked, parts, now, posted=posted)
        except Foreign:
            return refusals.foreign(PURPOSE, asked, _typed(web.form(asked)))
        except Exception:
            log.exception('a page of bookings failed page=%s', view.__name__)
            return _failed(pass_, asked)

    asks = signature(view)
    rest = list(asks.parameters.values())[1:]
    answer.__name__, answer.__module__ = view.__name__, view.__module__
    answer.__signature__ = asks.replace(  # type: ignore[attr-defined]  # the rule-test holds it against the route
        parameters=[Parameter('pass_', Parameter.POSITIONAL_OR_KEYWORD), *rest]
    )
    return answer


def _answer(
    view: 'View', pass_: str, asked: 'Request', parts: Mapping[str, str], now: datetime, *, posted: bool
) -> 'Response':
    guest = guests.of(pass_, asked, PURPOSE, now)
    if guest is None:
        return refusals.over(pass_, PURPOSE, asked, posted=posted, typed=_typed(web.form(asked)))
    visit = Visit(guest, asked, now)
    if posted:
        form = web.form(asked)
        once = guests.checked(form, guest, now)
        if once is None:
            return _stale(visit, form)
        visit = visit._replace(cookies=tuple(guests.bind(guest, asked, now)), form=form, once=once)
    try:
        return view(visit, **parts)
    except Gone:
        return visit.missing()


def _stale(visit: Visit, form: Mapping[str, str]) -> 'Response':
    return render.error(
        CONFLICT, '请再办一次', '这一页打开得太久，这次没有办。', big=_big(visit.request), typed=_typed(form),
        back=(visit.path(), '重新打开'),
    )  # fmt: skip


def _failed(pass_: str, asked: 'Request') -> 'Response':
    return render.error(
        FAILED, '这一步没有办成', '系统这边出了问题，不是您操作有误。', big=_big(asked), typed=_typed(web.form(asked)),
        next_step='请过一分钟先看看「我的预约」里有没有，没有再试一次。',
        back=(f'/s/{pass_}/mine', '我的预约'),
    )  # fmt: skip


def _typed(form: Mapping[str, str]) -> list[str]:
    return [form[name] for name in TYPED if form.get(name)]


def _big(asked: 'Request') -> bool:
    return BIG in web.cookies(asked)
