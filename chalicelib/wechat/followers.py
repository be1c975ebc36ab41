"""Who follows an account, as WeChat lists it, and what it says about one of them."""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.wechat import limits
from chalicelib.wechat.errors import OutcomeUnknown

if TYPE_CHECKING:
    from chalicelib.wechat.api import Client

PAGES_APART = 1.0  # seconds. OURS: no page states a limit by the minute, and nobody waits for this
_MOST_PAGES = limits.DAILY_QUOTAS['user/get'].calls // 2


class Incomplete(Exception):
    """The list is not whole: nothing may be concluded from who is missing in it."""

    loggable = True


class Page(NamedTuple):
    """Part of a list; `total` is how many follow, by what WeChat says with this very page."""

    openids: list[str]
    total: int


def pages(client: 'Client', pause: Callable[[float], object] = time.sleep) -> Iterator[Page]:
    """The whole list, a page at a time; raises `errors.Failed` where WeChat refuses or does not answer.

    The last page names a next one all the same: the list ends with its total, or with a page that is empty.
    """
    after, received = '', 0
    for number in range(_MOST_PAGES):
        if number:
            pause(PAGES_APART)
        page, after = _page(client.user.get_followers(after or None))
        received += len(page.openids)
        yield page
        if not page.openids or not after or received >= page.total:
            return


def everybody(client: 'Client', pause: Callable[[float], object] = time.sleep) -> frozenset[str]:
    """All who follow; raises `Incomplete` where it is not as many as WeChat itself has counted."""
    listed: set[str] = set()
    total = received = 0
    for page in pages(client, pause):
        listed |= set(page.openids)
        received, total = received + len(page.openids), page.total
    if not len(listed) == received == total:
        raise Incomplete(f'{received} of {total} came, {len(listed)} different ones')
    return frozenset(listed)


def follows(client: 'Client', openid: str) -> bool:
    """Whether this one does, asked by name."""
    said = client.user.get(openid).get('subscribe')
    if said not in (0, 1):
        raise OutcomeUnknown('the answer does not say whether she follows')
    return bool(said == 1)


def _page(answer: dict[str, Any]) -> tuple[Page, str]:
    try:
        openids = answer['data']['openid'] if answer.get('data') else []
        total, count = int(answer['total']), int(answer['count'])
        if not isinstance(openids, list) or not all(isinstance(openid, str) and openid for openid in openids):
            raise TypeError
    except (KeyError, TypeError, ValueError):
        raise OutcomeUnknown('the answer is not a list of followers') from None
    if count != len(openids):
        raise Incomplete(f'a page of {count} had {len(openids)}')
    return Page(openids, total), str(answer.get('next_openid') or '')
