"""WeChat refuses our address (40164): the log, an operator's notice once an hour, and the page 系统 say which.

It never fails whoever was sending.
"""

import logging
import time
from datetime import datetime

from chalicelib import aws, settings
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import credentials
from chalicelib.platform import actions

log = logging.getLogger('weilin')

_QUIET_SECONDS = 3600.0
_SUBJECT = 'Weilin {stage}: WeChat refuses our address {address}'  # SNS: ASCII, under 100 characters
_WORDS = """\
WeChat refuses our calls (40164): {address} is not on the list of addresses of the Official Account {name} ({account}).
Until it is there nothing goes out for this account: no answer, no reminder. Messages that come in are kept.

What to do: in the account's console (公众号后台 → 设置与开发 → 基本配置 → IP 白名单) add {address}.
Or, if the stack's fixed address has changed, see to that first: the other accounts are refused as well then.
It is mended within minutes, without a deployment. Answers that were tried meanwhile are marked 没有发出 on the desk:
clerks send them with 再发一次. Photos and voices are fetched again by themselves; after an hour they are dead letters.
"""

_told: dict[str, float] = {}  # address: when, by the monotonic clock


def address_refused(app_id: str, address: str, now: datetime) -> None:
    account = credentials.account_of(app_id) or app_id
    log.error('WeChat refuses our address ip=%s account=%s', address, account)
    told_at = _told.get(address)
    if told_at is not None and time.monotonic() - told_at < _QUIET_SECONDS:
        return
    _told[address] = time.monotonic()
    for way, tell in (('topic', _publish), ('page', actions.keep_refused_address)):
        try:
            tell(account, address, now)
        except Exception as error:
            kind = type(error).__name__
            log.error('operators not told of our refused address ip=%s way=%s error=%s', address, way, kind)


def forget() -> None:
    """Tell again at once: for tests."""
    _told.clear()


def _publish(account: str, address: str, now: datetime) -> None:
    topic = settings.alarm_topic()
    if topic is None:
        return
    words = _WORDS.format(address=address or 'our address', name=_name(account), account=account)
    subject = _SUBJECT.format(stage=settings.stage(), address=address)
    aws.client('sns').publish(TopicArn=topic, Subject=subject.strip(), Message=words)


def _name(account: str) -> str:
    try:
        found = alliance.account(account)
    except Exception:  # the store fails as well: the notice goes out all the same
        return ''
    return found.name if found else ''
