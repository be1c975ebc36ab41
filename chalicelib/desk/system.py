"""What the operator sees: what WeChat sent that we could not read, and what it says about the accounts."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.alliance import actions as alliance
from chalicelib.desk import rules
from chalicelib.platform import actions as account_events

if TYPE_CHECKING:
    from chalicelib.platform.records import AccountEvent

LISTED = 20
RAW_SHOWN = 2500  # characters; the row in the table has all of it
_WORDS = {
    'MASSSENDJOBFINISH': '群发结束',
    'TEMPLATESENDJOBFINISH': '模板消息发送结束',
    'PUBLISHJOBFINISH': '发布结束',
    'subscribe_msg_popup_event': '居民处理了订阅弹窗',
    'subscribe_msg_change_event': '居民改了订阅设置',
    'subscribe_msg_sent_event': '订阅通知发送结束',
    'user_authorization_revoke': '居民撤回了授权',
    'qualification_verify_success': '资质认证通过',
    'qualification_verify_fail': '资质认证没有通过',
    'naming_verify_success': '名称认证通过',
    'naming_verify_fail': '名称认证没有通过',
    'annual_renew': '认证该年审了',
    'verify_expired': '认证已过期',
    account_events.ADDRESS_REFUSED: '微信拒绝本系统的 IP 地址，本号的消息发不出去',
}


class Event(NamedTuple):
    ref: str
    when: str
    account: str
    words: str


class Events(NamedTuple):
    """The newest of one kind, and how many they are."""

    events: tuple[Event, ...]
    heading: str


class Opened(NamedTuple):
    """One of them, as it was sent."""

    event: Event
    raw: str
    cut: str


class Shown(NamedTuple):
    unreadable: Events
    platform: Events
    opened: Opened | None


def shown(ref: str, now: datetime) -> Shown:
    """Both lists, and the event of `ref` in full if it is among them."""
    unreadable = account_events.latest(account_events.UNREADABLE, LISTED)
    platform = account_events.latest(account_events.PLATFORM, LISTED)
    wanted = next((event for event in [*unreadable, *platform] if _ref(event) == ref), None)
    return Shown(_listed(unreadable, now), _listed(platform, now), _opened(wanted, now) if wanted else None)


def _ref(event: 'AccountEvent') -> str:
    return f'{event.account}.{event.key}'.replace('#', '.')


def _listed(events: 'Sequence[AccountEvent]', now: datetime) -> Events:
    count = f'最近 {LISTED} 条' if len(events) >= LISTED else f'{len(events)} 条'
    return Events(tuple(_event(event, now) for event in events), count if events else '')


def _event(event: 'AccountEvent', now: datetime) -> Event:
    account = alliance.account(event.account)
    unread = event.kind == account_events.UNREADABLE
    words = '读不懂的来信' if unread else _WORDS.get(event.event, event.event or '没有名称的事件')
    return Event(_ref(event), rules.on_day(event.at, now), account.name if account else event.account, words)


def _opened(event: 'AccountEvent', now: datetime) -> Opened:
    raw = event.raw if event.raw is not None else json.dumps(event.fields or {}, ensure_ascii=False, indent=1)
    cut = f'一共 {len(raw)} 个字，只显示开头。' if len(raw) > RAW_SHOWN else ''
    return Opened(_event(event, now), raw[:RAW_SHOWN], cut)
