"""Why a resident's page does not open, and what she does then."""

from typing import TYPE_CHECKING

from chalicelib.alliance import actions as alliance
from chalicelib.residents import guests
from chalicelib.web import render
from chalicelib.web import request as web
from chalicelib.web.session import BIG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalice.app import Response

    from chalicelib.web.request import Request

FORBIDDEN, MISSING, CONFLICT, GONE, BUSY = 403, 404, 409, 410, 503


def over(pass_: str, purpose: str, request: 'Request', *, posted: bool) -> 'Response':
    """The pass opens nothing (any more). Whom WeChat can name is sent there, where nothing is lost by it."""
    account = alliance.account(guests.account_of(pass_))
    if account is None:
        return _link_over(purpose, request)
    if not posted:
        return render.redirect(f'/go/{account.id}/{purpose}')
    return render.error(
        GONE, '请重新打开', '这一页打开得太久，或者已在别处作废，这次没有办。', big=_big(request),
        next_step='重新打开后请再办一次。', back=(f'/go/{account.id}/{purpose}', '重新打开'),
    )  # fmt: skip


def foreign(purpose: str, request: 'Request') -> 'Response':
    return render.error(
        CONFLICT, '这个链接已经在另一台手机上用过',
        '为了不让别人替您办事，一个链接只在一台手机上有效，这次没有办。', big=_big(request),
        next_step=_new_link(purpose),
    )  # fmt: skip


def snapshot(purpose: str, request: 'Request', cookies: 'Sequence[str]') -> 'Response':
    """A virtual user of WeChat's 快照页."""
    return render.error(
        FORBIDDEN, '还差一步', f'微信现在给您看的是快照，不知道您是谁，所以还不能{guests.PURPOSES[purpose]}。',
        big=_big(request), next_step='请点右下角「使用完整服务」，页面会重新打开。', cookies=cookies,
    )  # fmt: skip


def not_following(name: str, account: str, purpose: str, request: 'Request', cookies: 'Sequence[str]') -> 'Response':
    return render.error(
        FORBIDDEN, '请先关注公众号', f'关注公众号「{name}」以后，才能{guests.PURPOSES[purpose]}，也才收得到通知。',
        big=_big(request), back=(f'/go/{account}/{purpose}', '已经关注，重新打开'), cookies=cookies,
        next_step='在微信里搜索这个名称，点「关注」。早就关注的，请先在公众号里发一条消息。',
    )  # fmt: skip


def by_chat(name: str, purpose: str, request: 'Request') -> 'Response':
    """The account cannot learn who opens a page: the chat can."""
    return render.error(
        FORBIDDEN, f'请在公众号里发「{guests.PURPOSES[purpose]}」', f'公众号「{name}」从这里认不出您是谁。',
        big=_big(request), next_step=f'在公众号里发「{guests.PURPOSES[purpose]}」，我们把您的链接发给您。',
    )  # fmt: skip


def strange_way(account: str, request: 'Request', purpose: str = 'book') -> 'Response':
    """She comes from WeChat, but not as we sent her: an old page, a lost cookie, somebody else's address."""
    return render.error(
        FORBIDDEN, '请重新打开', '这一页打开得太久，或者不是从我们这里打开的。', big=_big(request),
        next_step='请点下面的按钮重新打开；还不行，请在公众号里重新进入。',
        back=(f'/go/{account}/{purpose}', '重新打开'),
    )  # fmt: skip


def no_word(account: str, purpose: str, request: 'Request', cookies: 'Sequence[str]') -> 'Response':
    """WeChat did not say who she is."""
    return render.error(
        BUSY, '暂时打不开', '微信没有告诉我们您是谁，不是您操作有误。', big=_big(request), cookies=cookies,
        next_step=f'请过一分钟再打开；急的话，在公众号里发「{guests.PURPOSES[purpose]}」。',
        back=(f'/go/{account}/{purpose}', '重新打开'),
    )  # fmt: skip


def no_page(request: 'Request') -> 'Response':
    return render.error(MISSING, '这里没有页面', '地址不对，或者已经不用了。', big=_big(request))


def _link_over(purpose: str, request: 'Request') -> 'Response':
    return render.error(
        GONE, '这个链接已经失效', f'链接{guests.LINK_SPOKEN}内有效，这次没有办。', big=_big(request),
        next_step=_new_link(purpose),
    )  # fmt: skip


def _new_link(purpose: str) -> str:
    return f'要新的链接：在公众号里发「{guests.PURPOSES[purpose]}」。'


def _big(request: 'Request') -> bool:
    return BIG in web.cookies(request)
