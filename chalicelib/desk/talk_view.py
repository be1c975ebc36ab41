"""What a line of talk shows: who said it when, what it holds, and how its sending fares."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

from chalicelib import clock, retention
from chalicelib.desk import rules
from chalicelib.inbox import rules as inbox_rules

if TYPE_CHECKING:
    from chalicelib.inbox.records import Message

MAP = 'https://uri.amap.com/marker?position={longitude},{latitude}&name={name}'  # GCJ-02, as WeChat sends it


class Media(NamedTuple):
    """A photo, voice or video as the page offers it: `href` is empty while there is nothing to fetch."""

    href: str
    original: str
    plays: bool
    length: str
    trouble: str
    retry: bool


class Sending(NamedTuple):
    """How one of our messages fares, and what a clerk can do about it."""

    words: str
    tone: str
    can: tuple[tuple[str, str], ...] = ()  # (what is done, words of the button)


class Bubble(NamedTuple):
    ref: str
    key: str
    side: str  # '' the resident, 'we', 'note', 'line'
    shape: str  # text | image | voice | video | location | link | unsupported
    day: str
    time: str
    stamp: str
    by: str
    text: str
    href: str = ''
    title: str = ''
    media: Media | None = None
    answer: str = ''
    sending: Sending | None = None
    first_open: bool = False
    hint: str = ''  # for whoever reads it: whose place this is


_SHAPES = {'shortvideo': 'video'}
_PRIVATE = 'private'
# What a resident did rather than said, and what is nobody else's to read.
_DONE = {
    'follow': '关注了本号', 'unfollow': '取消了关注', 'scan': '扫了海报上的二维码', 'click': '点了菜单',
    _PRIVATE: '与系统的对话，内容不在这里显示',
}  # fmt: skip
_SHOWN = frozenset({'text', 'image', 'voice', 'video', 'location', 'link'})
_GONE = '微信只保留三天，这一份没能取回。可以请居民再发一次。'
_PAST = f'已过保存期（{retention.MEDIA.lasts.days} 天），已经删除。'
_TROUBLE = {
    'pending': '正在取回，请稍后再看。',
    'expired': _GONE,
    'refused': '太大，或不是它所称的类型，没有保存。可以请居民换一种方式再发。',
}


def bubbles(
    lines: Iterable['Message'], now: datetime, waiting_since: datetime | None, confirmed: Mapping[str, datetime],
    hints: Mapping[str, str] = MappingProxyType({}),
) -> list[Bubble]:  # fmt: skip
    """The talk, oldest first. `confirmed`: when each message still kept was last said to be valid. `hints`: by key."""
    shown: list[Bubble] = []
    day, opened, before = '', False, None
    for line in lines:
        opens = not opened and _opens(line, waiting_since)
        opened = opened or opens
        today = day_of(line.at, now)
        bubble = _bubble(line, now, confirmed, today if today != day else '', opens)
        bubble = bubble._replace(hint=hints.get(line.key, ''))
        said_by = (bubble.side, bubble.time, bubble.by, today)
        shown.append(bubble._replace(time='', by='') if said_by == before else bubble)
        day, before = today, None if bubble.answer else said_by
    return shown


def _opens(line: 'Message', waiting_since: datetime | None) -> bool:
    return waiting_since is not None and line.at >= waiting_since and _side(line) == ''


def _bubble(line: 'Message', now: datetime, confirmed: Mapping[str, datetime], day: str, first_open: bool) -> Bubble:
    kind = _SHAPES.get(line.kind, line.kind)
    shape = 'text' if _side(line) in _INSIDE else kind if kind in _SHOWN else 'unsupported'
    href, title, text = _SPECIAL.get(shape, _plain)(line)
    return Bubble(
        ref=line.ref,
        key=line.key.replace('#', '.'),
        side=_side(line),
        shape=shape,
        day=day,
        time=f'{clock.beijing(line.at):%H:%M}',
        stamp=clock.beijing(line.at).isoformat(timespec='minutes'),
        by=line.by_name or '',
        text=_DONE.get(line.kind, text) if line.way == 'in' else text,
        href=href,
        title=title,
        media=_media(line, now),
        answer=_told(line),
        sending=_sending(line, now, confirmed.get(line.key)) if line.way == 'out' else None,
        first_open=first_open,
    )


def _told(line: 'Message') -> str:
    """What she was told at once; never in a dialogue about signing in: that may hold a link which lets in anybody."""
    return line.answer if line.way == 'in' and line.kind != _PRIVATE else ''


_INSIDE = ('note', 'line')


def _side(line: 'Message') -> str:
    if line.way == 'inside':
        return 'note' if line.kind == 'note' else 'line'
    if line.way == 'out':
        return 'we'
    return 'line' if line.kind in _DONE else ''


def day_of(at: datetime, now: datetime) -> str:
    day, today = clock.day(at), clock.day(now)
    said = {0: '今日', 1: '昨日'}.get((today - day).days)
    date = f'{day.month}月{day.day}日 周{clock.WEEKDAYS[day.weekday()]}'
    if day.year != today.year:
        date = f'{day.year}年{date}'
    return f'{said} {date}' if said else date


def _plain(line: 'Message') -> tuple[str, str, str]:
    return '', '', line.text


def _place(line: 'Message') -> tuple[str, str, str]:
    fields = line.fields or {}
    label = str(fields.get('Label') or '') or '地图上的一点'
    try:
        latitude, longitude = float(fields['Location_X']), float(fields['Location_Y'])
    except (KeyError, TypeError, ValueError):
        return '', label, ''
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return '', label, ''
    return MAP.format(longitude=longitude, latitude=latitude, name=quote(label[:40])), label, ''


def _link(line: 'Message') -> tuple[str, str, str]:
    """Only a web address becomes a link: a resident's field may hold anything."""
    fields = line.fields or {}
    address, title = str(fields.get('Url') or ''), str(fields.get('Title') or '') or '网页'
    return (address if is_web_address(address) else ''), title, str(fields.get('Description') or '')


_SPECIAL = {'location': _place, 'link': _link}


def is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ('http', 'https') and bool(parts.netloc) and address.isprintable() and len(address) <= 2048


def media_past(line: 'Message', now: datetime) -> bool:
    """Whether the bucket has dropped its file, or is about to."""
    return line.at + retention.MEDIA.lasts <= now


def _media(line: 'Message', now: datetime) -> Media | None:
    if line.media is None:
        return None
    trouble = _TROUBLE.get(line.media.state, '')
    if media_past(line, now):
        trouble = _PAST
    href = '' if trouble else f'/media/{line.ref}'
    plays = bool(line.media.playable_key) or line.kind in ('video', 'shortvideo')
    seconds = int(line.media.seconds or 0)
    return Media(
        href=href,
        original=f'{href}.original' if href else '',
        plays=plays,
        length=f'{seconds // 60}:{seconds % 60:02d}' if seconds else '',
        trouble=trouble,
        retry=line.media.state == 'pending' and trouble != _PAST,
    )


_RESEND = ('resend', '再发一次')
_GIVE_UP = ('settle', '不再发')
_ARRIVED = ('settle', '居民已收到')
_WITHDRAW = ('withdraw', '撤回')
_CONFIRM = ('confirm', '仍然有效')
_UNKNOWN = '没有等到微信的回音，居民可能收到了，也可能没有。再发一次，她可能会收到两遍。'


def _sending(line: 'Message', now: datetime, confirmed_at: datetime | None) -> Sending:
    state = inbox_rules.shown_state(line.state or inbox_rules.SENT, line.tried_at or line.at, now)
    if state == inbox_rules.KEPT:
        return _kept(line, confirmed_at or line.at, now)
    return {
        inbox_rules.SENT: Sending('已发出', ''),
        inbox_rules.PENDING: Sending('正在发送', ''),
        inbox_rules.FAILED: Sending('没有发出：' + _why(line, '内容还在这里。'), rules.LATE, (_RESEND, _GIVE_UP)),
        inbox_rules.UNKNOWN: Sending('结果未知：' + _why(line, _UNKNOWN), rules.SOON, (_RESEND, _ARRIVED)),
        inbox_rules.WITHDRAWN: Sending('已撤回，没有发出', ''),
    }[state]


def _why(line: 'Message', otherwise: str) -> str:
    """The stored reason, which may begin with the state itself."""
    return (line.error or otherwise).removeprefix('没有发出：').removeprefix('结果未知：')


def _kept(line: 'Message', confirmed_at: datetime, now: datetime) -> Sending:
    if line.retry_at and inbox_rules.deliverable(confirmed_at, line.promised_at, now):
        again = f'下一次 {clock.spoken_time(line.retry_at, now)}' if line.retry_at > now else '马上再试'
        return Sending(f'还没有发出：{_why(line, "")}（{again}）', rules.SOON, (_WITHDRAW,))
    age = rules.lasting('等居民下次来信时发出，已等了', now - line.at)
    if line.promised_at and now >= line.promised_at:
        return Sending(f'{age}。里面说好的时间已过，不会再发；请撤回，需要时重写。', rules.LATE, (_WITHDRAW,))
    if line.notice or inbox_rules.deliverable(confirmed_at, line.promised_at, now):
        return Sending(age, rules.SOON, (_WITHDRAW,))
    return Sending(f'{age}。写了七天以上，请确认还要不要发。', rules.LATE, (_CONFIRM, _WITHDRAW))
