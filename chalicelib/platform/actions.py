"""What WeChat says about an account itself, and what it sent that we could not read."""

import hashlib
import logging
from datetime import datetime, timedelta

from chalicelib.inbox.rules import bounded
from chalicelib.platform import records
from chalicelib.platform.records import AccountEvent
from chalicelib.wechat.message import Inbound

log = logging.getLogger('weilin')

PLATFORM, UNREADABLE = 'platform', 'unreadable'
ADDRESS_REFUSED = 'address_refused'  # ours: WeChat sends no event for it
KEPT = timedelta(days=180)
RAW_CHARACTERS = 90_000


def keep(account: str, inbound: Inbound, now: datetime) -> None:
    """Store a platform event once; WeChat's repeats change nothing."""
    event = AccountEvent(
        account,
        inbound.key,
        at=inbound.at,
        kind=PLATFORM,
        event=inbound.event,
        fields=bounded(inbound.fields),
        forget_at=now + KEPT,
    )
    if records.keep(event):
        log.info('platform event kept account=%s event=%s', account, inbound.event)


def keep_unreadable(account: str, xml: bytes, now: datetime) -> None:
    """Store what was sent as it is, once, for the operator to look at."""
    event = AccountEvent(
        account,
        f'unreadable#{hashlib.sha256(xml).hexdigest()}',
        at=now,
        kind=UNREADABLE,
        raw=xml.decode('utf-8', 'backslashreplace')[:RAW_CHARACTERS],
        forget_at=now + KEPT,
    )
    if records.keep(event):
        log.error('unreadable message kept account=%s', account)


def keep_refused_address(account: str, address: str, now: datetime) -> None:
    """Store that WeChat refuses our address, once an hour."""
    records.keep(
        AccountEvent(
            account,
            f'address#{now:%Y-%m-%dT%H}#{address}',
            at=now,
            kind=PLATFORM,
            event=ADDRESS_REFUSED,
            fields={'ip': address, 'errcode': 40164},
            forget_at=now + KEPT,
        )
    )


def latest(kind: str, limit: int = 50) -> list[AccountEvent]:
    """The newest events of a kind over all accounts."""
    return records.latest(kind, limit)
