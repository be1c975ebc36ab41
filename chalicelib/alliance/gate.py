"""The gate of every staff page: who is signed in, whether the form is ours, and whose units these are."""

import logging
import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import NamedTuple
from urllib.parse import quote, urlencode

from chalice.app import Blueprint, ChaliceViewError, Request, Response

from chalicelib import clock
from chalicelib.alliance import leave, proofs, sessions
from chalicelib.alliance.records import Member
from chalicelib.web import render, request
from chalicelib.web.session import BIG, SESSION

log = logging.getLogger('weilin')

View = Callable[..., Response]

_HOME = '/desk'
# Printable ASCII only, one slash first: browsers read '/\evil.cn' and '/<tab>/evil.cn' as '//evil.cn', another site.
_OUR_PATH = r'/(?![/\\])[!-\[\]-~]{0,500}'
# What forms carry for us; everything else somebody typed, and he sees it again when it could not be used. So do fields
# with a dot in their names, boxes and times of a table.
_NOT_TYPED = frozenset(
    {
        'at',
        'canned',
        'csrf',
        'day',
        'do',
        'file',
        'form',
        'how',
        'key',
        'mark',
        'next',
        'number',
        'o',
        'other',
        'person',
        'photo',
        'seen',
        'to',
        'unit',
        'until',
        'until_typed',
    }
)


class Admitted(NamedTuple):
    """A member at a page, and what he brought."""

    member: Member
    csrf: str
    query: dict[str, str]
    form: dict[str, str]
    now: datetime
    path: str
    big: bool


def staff(blueprint: Blueprint) -> Callable[[View], View]:
    """Put below `@blueprint.route`: the view runs for signed-in members only and gets `Admitted` first."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(**parts: str) -> Response:
            return _serve(view, blueprint.current_request, parts, clock.now())

        guarded.guarded = 'staff'  # type: ignore[attr-defined]  # the rule-test looks for it
        return guarded

    return guard


def may_handle(member: Member, *unit_ids: str | None, now: datetime) -> bool:
    """Whether one of these units is the member's own, or that of somebody he stands in for at this moment."""
    wanted = {unit_id for unit_id in unit_ids if unit_id}
    return bool(wanted) and (not wanted.isdisjoint(member.units) or not wanted.isdisjoint(leave.units_of(member, now)))


def our_path(text: str) -> str:
    """A path to go to next, if it is one of ours."""
    return text if re.fullmatch(_OUR_PATH, text) else _HOME


def login_path(back_to: str) -> str:
    return f'/login?next={quote(back_to, safe="")}'


def _serve(view: View, asked: Request, parts: dict[str, str], now: datetime) -> Response:
    """The view's answer; where anything fails, a page that gives back what was typed."""
    form = request.form(asked) if asked.method == 'POST' else {}
    try:
        return _let_in(view, asked, form, parts, now)
    except ChaliceViewError:
        raise
    except Exception:
        log.exception('a staff page failed page=%s', view.__name__)
        return render.error(
            500, '这一步没有办成', '系统这边出了问题，不是您操作有误。', big=BIG in request.cookies(asked),
            typed=_typed(form), kept=_kept(form), back=(_HOME, '回到等待列表'),
            next_step='请过一分钟先看看是否已经办成，没有再试一次；仍然不行，请告诉管理员。',
        )  # fmt: skip


def _let_in(view: View, asked: Request, form: dict[str, str], parts: dict[str, str], now: datetime) -> Response:
    cookies, path = request.cookies(asked), _path(asked)
    session = sessions.session(cookies.get(SESSION, ''), now)
    if session is None:
        return _sign_in_first(asked, path, form, BIG in cookies)
    admitted = Admitted(session.member, session.csrf, request.query(asked), form, now, path, BIG in cookies)
    if asked.method == 'POST' and not proofs.csrf_matches(cookies[SESSION], form.get('csrf', '')):
        return _foreign_form(admitted)
    return view(admitted, **parts)


def _sign_in_first(asked: Request, path: str, form: dict[str, str], big: bool) -> Response:
    if asked.method != 'POST':
        return render.redirect(login_path(path))
    return render.error(
        403, '请重新登录', '登录已过期或已退出，这一步没有办。', big=big, typed=_typed(form), kept=_kept(form),
        next_step='登录后请再提交一次。', back=(login_path(_HOME), '去登录'),
    )  # fmt: skip


def _foreign_form(admitted: Admitted) -> Response:
    return render.error(
        403, '没有提交成功', '这个页面是早先一次登录时打开的，不能再用它提交。', visitor=admitted,
        typed=_typed(admitted.form), kept=_kept(admitted.form), next_step='请从等待列表重新打开，再提交一次。',
        back=(_HOME, '回到等待列表'),
    )  # fmt: skip


def _typed(form: dict[str, str]) -> list[str]:
    return [text for name, text in form.items() if not _is_ours(name) and text.strip()]


def _is_ours(name: str) -> bool:
    return name in _NOT_TYPED or '.' in name


def _kept(form: dict[str, str]) -> str:
    return '您写的内容在下面，可以复制。' if _typed(form) else ''


def _path(asked: Request) -> str:
    """The page as it was asked for, without the stage: Chalice's own `path` is the route's pattern."""
    path, query = asked.path.format(**(asked.uri_params or {})), request.query(asked)
    return f'{path}?{urlencode(query)}' if query else path
