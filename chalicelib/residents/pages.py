"""A resident's own page: how to address her, building and door, phone. Opened by a link from her chat."""

from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib import clock, retention
from chalicelib.alliance import actions as alliance
from chalicelib.inbox import actions as inbox
from chalicelib.inbox.changing import Refused
from chalicelib.residents import actions, links, rules
from chalicelib.residents.routes import pages
from chalicelib.web import render, request
from chalicelib.web.session import BIG

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation

NOT_DONE, GONE = 422, 410


def me(token: str) -> Response:
    """Her page, with what is known; looking uses nothing up."""
    found = _whose(token)
    return _show(token, found) if found else _gone()


def tell(token: str) -> Response:
    """No other proof than the link: whoever has it can write the same form. The same twice is once."""
    found = _whose(token)
    if found is None:
        return _gone()
    values = rules.read(request.form(pages.current_request))
    try:
        stored = actions.tell(found, values, None, clock.now())
    except Refused as refused:
        return _show(token, found, NOT_DONE, typed=values, trouble=str(refused))
    return _show(token, stored, typed=values, done=True)


def _whose(token: str) -> 'Conversation | None':
    """One who has left, or was forgotten, has no page."""
    conversation_id = links.read(token, clock.now())
    found = inbox.conversation(conversation_id) if conversation_id else None
    return found if found and found.followed else None


def _show(
    token: str, found: 'Conversation', status: int = 200, *, typed: dict[str, str] | None = None, trouble: str = '',
    done: bool = False,
) -> Response:  # fmt: skip
    values = typed
    if values is None:
        known = actions.of(found, clock.now())
        said = {field.name: actions.said(known, field.name) for field in rules.FIELDS}
        values = {name: one['text'] if one else '' for name, one in said.items()}
    unit = alliance.unit(found.home_unit)
    return render.page(
        'residents/me.html', status, big=BIG in request.cookies(pages.current_request), token=token, values=values,
        fields=rules.FIELDS, trouble=trouble, done=done, unit=unit, days=retention.RESIDENTS.lasts.days,
    )  # fmt: skip


def _gone() -> Response:
    big = BIG in request.cookies(pages.current_request)
    return render.error(
        GONE, '这个链接已经失效', f'链接{links.SPOKEN}内有效，这次没有保存。', big=big,
        next_step='要新的链接：在公众号里发「我的称呼」。',
    )  # fmt: skip
