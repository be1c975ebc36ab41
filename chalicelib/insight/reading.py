"""Every night: what each account has published, by WeChat's own list.

It can be cut off anywhere: each account is stored by itself, and those read longest ago come first the next time.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chalicelib import logs
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import credentials
from chalicelib.insight import publishing, records, rules
from chalicelib.wechat import publications
from chalicelib.wechat.client import client_for
from chalicelib.wechat.errors import Failed, Refused

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account
    from chalicelib.insight.records import Activity

log = logging.getLogger('weilin')

NOT_GRANTED, REFUSED, FAILED = 'not_granted', 'refused', 'failed'

_LEAVE_SECONDS = 30.0  # before the function's timeout no further account is begun: a call may take 20 s with its tries
_LEAVE_PART = 3  # or a third of the time, where there is little
_ACCOUNTS_APART = 0.2  # seconds
_NOT_GRANTED_CODES = frozenset({48001, 48004, 61007})
_NEVER = datetime.min.replace(tzinfo=UTC)

Pause = Callable[[float], object]


def read(
    now: datetime, seconds: float, monotonic: Callable[[], float] = time.monotonic, pause: Pause = time.sleep
) -> None:
    """All accounts whose list WeChat may give us, with `seconds` left until the function is stopped."""
    stop_at = monotonic() + seconds - min(_LEAVE_SECONDS, seconds / _LEAVE_PART)
    known = records.everything().by_account
    accounts = [account for account in alliance.accounts() if alliance.may_send(account)]
    accounts.sort(key=lambda account: (_read_at(known.get(account.id)), account.id))
    for done, account in enumerate(accounts):
        if monotonic() >= stop_at:
            log.warning('publications left for the next night accounts=%s', len(accounts) - done)
            return
        _try(account, now, pause)
        pause(_ACCOUNTS_APART)


def _read_at(row: 'Activity | None') -> datetime:
    return (row.read_at if row else None) or _NEVER


def _try(account: 'Account', now: datetime, pause: Pause) -> None:
    try:
        latest, trouble = _asked(account, pause)
        publishing.change(account, lambda row: _take(row, latest, trouble, now), now)
    except Exception as error:  # the others are read all the same
        reason = error if logs.is_loggable(error) else type(error).__name__
        log.error('publications not read account=%s reason=%s', account.id, reason)


def _asked(account: 'Account', pause: Pause) -> tuple[datetime | None, str]:
    """The last publication on the list, and why it was not given."""
    try:
        latest = publications.latest(client_for(credentials.credentials(account.id)), pause)
    except (Failed, credentials.Unknown) as error:
        log.warning('publications not given account=%s reason=%s', account.id, error)
        return None, _trouble(error)
    log.info('publications read account=%s', account.id)
    return latest, ''


def _trouble(error: Exception) -> str:
    if not isinstance(error, Refused):
        return FAILED
    return NOT_GRANTED if error.code in _NOT_GRANTED_CODES else REFUSED


def _take(row: 'Activity', latest: datetime | None, trouble: str, now: datetime) -> bool:
    """An empty list says nothing: mass messages sent from the console may not be on it."""
    row.read_at, row.trouble = now, trouble
    if latest is not None and latest <= now and (row.published_at is None or row.published_at < latest):
        row.published_at, row.source, row.told = latest, rules.LIST, 0
    return True
