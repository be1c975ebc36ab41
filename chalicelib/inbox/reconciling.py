"""Every night: who follows, by WeChat's own list, against what we have heard of. Events are lost; residents are not.

Whoever is missing in the list is asked after by name before she is let go, since with her goes all that is kept of her:
a list that is wrong must not erase anybody.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock, logs
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import credentials
from chalicelib.inbox import following
from chalicelib.wechat import errors, followers
from chalicelib.wechat.client import client_for
from chalicelib.wechat.errors import Action

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account
    from chalicelib.wechat.api import Client

log = logging.getLogger('weilin')

_LEAVE_SECONDS = 60.0  # before the function's timeout no further account is begun, nor any further resident
_LEAVE_PART = 3  # or a third of the time, where there is little
_ASKED_APART = 0.05  # seconds between questions about one resident
_GOLDEN = 0.618034  # so that on any nights each account comes to stand early about as often

Pause = Callable[[float], object]


class _Run(NamedTuple):
    """One night's work. Nothing is decided by a moment later than `now`: whatever happens meanwhile is younger."""

    now: datetime
    out_of_time: Callable[[], bool]
    pause: Pause
    doubts: bool = True  # whether many who leave at once are taken for a list that is wrong

    @property
    def sure(self) -> datetime:
        return following.sure(self.now)

    def as_long_as_there_is_time(self, openids: Iterable[str]) -> Iterator[str]:
        for openid in openids:
            if self.out_of_time():
                return
            yield openid


def reconcile(
    now: datetime, seconds: float, monotonic: Callable[[], float] = time.monotonic, pause: Pause = time.sleep
) -> None:
    """All accounts whose list WeChat gives us, with `seconds` left until the function is stopped."""
    stop_at = monotonic() + seconds - min(_LEAVE_SECONDS, seconds / _LEAVE_PART)
    run = _Run(now, lambda: monotonic() >= stop_at, pause)
    accounts = in_turn([account for account in alliance.accounts() if alliance.may_send(account)], now)
    for done, account in enumerate(accounts):
        if not run.out_of_time():
            _try(run, account)
        if run.out_of_time():
            log.warning('followers left for the next night accounts=%s', len(accounts) - done)
            return


def reconcile_one(account: 'Account', now: datetime, pause: Pause = time.sleep) -> None:
    """For an operator who has seen that many have left indeed. Each is asked after by name all the same."""
    _reconcile(_Run(now, lambda: False, pause, doubts=False), account)


def in_turn(accounts: Sequence['Account'], now: datetime) -> list['Account']:
    """Each night they begin elsewhere, so that a night too short for all does not always miss the same."""
    first = int(clock.day(now).toordinal() * _GOLDEN % 1 * len(accounts))
    return [*accounts[first:], *accounts[:first]]


def _try(run: _Run, account: 'Account') -> None:
    try:
        _reconcile(run, account)
    except Exception as error:  # the others' lists are right all the same
        reason = error if logs.is_loggable(error) else type(error).__name__
        log.error('followers not reconciled account=%s reason=%s', account.id, reason)


def _reconcile(run: _Run, account: 'Account') -> None:
    client = client_for(credentials.credentials(account.id))
    listed = followers.everybody(client, run.pause)
    known = following.known(account)
    came = sum(
        following.take_in(account, openid, run.sure, run.now)
        for openid in run.as_long_as_there_is_time(sorted(listed - known))
    )
    gone = sorted(known - listed)
    if run.doubts:
        following.check(len(known), len(listed), len(gone))
    left = sum(
        following.let_go(account, openid, run.sure, run.now)
        for openid in run.as_long_as_there_is_time(gone)
        if _has_left(run, client, account, openid)
    )
    log.info('followers reconciled account=%s listed=%s came=%s left=%s', account.id, len(listed), came, left)


def _has_left(run: _Run, client: 'Client', account: 'Account', openid: str) -> bool:
    """Asked by name. One whom WeChat does not know at all may be one of ours whose name has changed: she stays."""
    run.pause(_ASKED_APART)
    try:
        follows = followers.follows(client, openid)
    except errors.Refused as refused:
        if refused.reaction.action is not Action.RESIDENT_GONE:
            raise
        log.warning('a follower is not known to WeChat account=%s code=%s', account.id, refused.code)
        return False
    if follows:
        log.warning('a follower was missing in the list account=%s', account.id)
    return not follows
