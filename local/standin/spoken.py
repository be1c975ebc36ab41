"""How a phone words and draws what it shows: links in texts, what a line is about, what may still be sent."""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from markupsafe import Markup, escape

from chalicelib import clock
from local.standin.allowance import Grant
from local.standin.people import Line

LINK = re.compile(r'<a\s[^>]*?href=["\']([^"\']*)["\'][^>]*>(.*?)</a>|(https?://[\x21-\x7e]+)', re.DOTALL)
ADDRESS = re.compile(r'(https?://[\x21-\x7e]+)')
NAMES = {
    'image': '照片', 'voice': '语音', 'video': '视频', 'location': '位置', 'link': '链接', 'news': '图文',
    'template': '服务通知',
}  # fmt: skip


def rich(text: str) -> Markup:
    """Text as a phone draws it: links work, choices can be tapped, everything else is shown as it was written."""
    drawn, at = Markup(), 0
    for found in LINK.finditer(text):
        drawn += escape(text[at : found.start()]) + _link(found[1] or found[3] or '', found[2] or found[3] or '')
        at = found.end()
    return drawn + escape(text[at:])


def linked(text: str) -> Markup:
    """Text where nothing is more than text but an address: a group, a text message."""
    parts = ADDRESS.split(text)  # every second one is an address
    return Markup().join(_link(part, part) if place % 2 else escape(part) for place, part in enumerate(parts))


def _link(address: str, label: str) -> Markup:
    parts = urlsplit(address)
    if parts.scheme in ('http', 'https'):
        return Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(address, label)
    if parts.scheme == 'weixin' and parts.netloc == 'bizmsgmenu':
        asked = parse_qs(parts.query)
        id, content = asked.get('msgmenuid', [''])[0], asked.get('msgmenucontent', [label])[0]
        return Markup('<button class="choice" data-id="{}" data-text="{}">{}</button>').format(id, content, label)
    return escape(label)


def plain(line: Line | None) -> str:
    """A line in one short phrase, for lists."""
    if not line:
        return '还没有说过话'
    words = re.sub(r'<[^>]+>', '', line.text).replace('\n', ' ')
    return words if line.kind == 'text' else f'[{NAMES.get(line.kind, "消息")}] {words}'.strip()


def allowance(grants: Sequence[Grant], now: datetime) -> str:
    """What the account may still send on its own account."""
    live = sorted((grant for grant in grants if grant.until > now), key=lambda grant: grant.until)
    if not live:
        return '公众号现在不能主动发消息'
    return '公众号还可发 ' + '，'.join(f'{grant.left} 条（{_until(grant, now)}）' for grant in live)


def _until(grant: Grant, now: datetime) -> str:
    left = grant.until - now
    if left.total_seconds() <= 60:
        return f'{int(left.total_seconds())} 秒内'
    return f'{clock.spoken_time(grant.until, now)} 前'


def shape(following: bool, menu: dict[str, Any] | None) -> str:
    """Changes when the page has to be drawn anew."""
    return hashlib.sha256(json.dumps([following, menu]).encode()).hexdigest()[:12]
