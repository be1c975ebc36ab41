"""Who follows without our having heard of it, and who has left unheard: lost events, followers from before us.

What WeChat's list says is believed up to `sure`, a moment before it was asked for; whatever came later than that by
the callback stands. A row made here says that somebody follows, and nothing else: nobody waits, nobody is greeted. The
ledger of what was erased is not asked: of one who is forgotten and still follows such an empty row is left anyway.
"""

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.inbox import leaving, records
from chalicelib.inbox.changing import Gone, change
from chalicelib.inbox.records import Conversation
from chalicelib.storage import Write

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account

# OURS: how far behind WeChat's list may be. Nothing says so; what is younger is left to the next night.
STALE = timedelta(minutes=10)
# OURS: as many may leave unheard between two nights; more at once is rather a list that is wrong.
_LEAVE_AT_MOST = 5
_LEAVE_SHARE = 5  # or a fifth of those we know
_TRIES = 6
_JITTER_SECONDS = 0.05


class Implausible(Exception):
    """More would have left than is likely."""

    loggable = True


class _AsItIs(Exception):
    """The row says already what it should, or something younger than the list."""


def sure(asked_at: datetime) -> datetime:
    """Up to when a list is believed that was asked for then."""
    return asked_at - STALE


def known(account: 'Account') -> frozenset[str]:
    """The openids of those who follow it, as far as we know."""
    return frozenset(id.partition('#')[2] for id in records.following(account.id))


def check(known: int, listed: int, gone: int) -> None:
    """Refuse to let so many go at once; an empty list would erase everybody."""
    most = max(_LEAVE_AT_MOST, known // _LEAVE_SHARE) if listed else 1
    if gone > most:
        raise Implausible(f'{gone} of {known} would have left, {listed} are listed')


def take_in(account: 'Account', openid: str, sure: datetime, now: datetime) -> bool:
    """She follows: whether that was news. A row that is there changes only where it says otherwise."""
    row = Conversation(
        f'{account.id}#{openid}', unit=account.unit, home_unit=account.unit, label='', last_at=sure,
        followed_at=sure, followed_account=account.id,
    )  # fmt: skip
    return _put(row) or _came_back(row.id, sure, now)


def let_go(account: 'Account', openid: str, sure: datetime, now: datetime) -> bool:
    """She has left: the same as if her unsubscribing had been heard, so she is forgotten when nothing is open."""

    def decide(fresh: Conversation) -> list[Write]:
        if not fresh.followed or _heard(fresh, sure):
            raise _AsItIs
        fresh.followed, fresh.followed_at = False, sure
        return leaving.leave(fresh, now)

    return _change(f'{account.id}#{openid}', decide, now)


def _came_back(id: str, sure: datetime, now: datetime) -> bool:
    found = records.conversation(id)
    if found and found.followed:
        if found.followed_account is None:  # from before there was the index
            _change(id, lambda fresh: [], now)
        return False

    def decide(fresh: Conversation) -> list[Write]:
        if fresh.followed or _later(fresh.followed_at, sure):
            raise _AsItIs
        fresh.followed, fresh.followed_at = True, sure
        leaving.come_back(fresh)
        return []

    return _change(id, decide, now)


def _heard(found: Conversation, sure: datetime) -> bool:
    """Whether she has followed, written or tapped since."""
    return any(_later(at, sure) for at in (found.followed_at, found.window_from, found.last_in_at))


def _later(at: datetime | None, sure: datetime) -> bool:
    return at is not None and at >= sure


def _change(id: str, decide: Callable[[Conversation], list[Write]], now: datetime) -> bool:
    found = records.conversation(id)
    if found is None:
        return False
    try:
        change(found, decide, now)
    except (_AsItIs, Gone):
        return False
    return True


def _put(row: Conversation) -> bool:
    for _ in range(_TRIES):
        try:
            return records.put_new(row)
        except storage.Conflict:  # throttled
            time.sleep(random.uniform(0, _JITTER_SECONDS))
    raise storage.Unavailable('throttled without end')
