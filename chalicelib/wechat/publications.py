"""What an account has published, as WeChat lists it (freepublish/batchget).

Mass messages sent from the console may not be on the list (doubt: pages differ), so an empty one proves no silence.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib import clock
from chalicelib.wechat import limits
from chalicelib.wechat.errors import OutcomeUnknown

if TYPE_CHECKING:
    from chalicelib.wechat.api import Client

PAGES_APART = 1.0  # seconds. OURS, as for followers
_WITHOUT_CONTENT = 1


class Page(NamedTuple):
    """Part of the list; `total` is how many publications there are."""

    published_at: list[datetime]
    total: int


def latest(client: 'Client', pause: Callable[[float], object] = time.sleep) -> datetime | None:
    """When it last published; None where the list is empty. Raises `errors.Failed`.

    Doubt: no page says how the list is ordered, so its first and its last page are read: two calls at most.
    """
    first = page(client, 0)
    found = first.published_at
    if first.total > len(found) > 0:
        pause(PAGES_APART)
        found = found + page(client, max(0, first.total - limits.PUBLICATIONS_A_PAGE)).published_at
    return max(found, default=None)


def page(client: 'Client', offset: int) -> Page:
    return _page(client.freepublish.batchget(offset, limits.PUBLICATIONS_A_PAGE, _WITHOUT_CONTENT))


def _page(answer: dict[str, Any]) -> Page:
    try:
        items = answer.get('item') or []
        return Page([clock.from_epoch(int(item['update_time'])) for item in items], int(answer['total_count']))
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, OSError):
        raise OutcomeUnknown('the answer is not a list of publications') from None
