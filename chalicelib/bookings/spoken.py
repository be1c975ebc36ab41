"""What residents write in words: 「周六9点」 among free times, an address with a telephone number. Pure.

Conservative: what is not understood whole is not understood at all.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.bookings.rules import CONTACT_MOST
from chalicelib.clock import WEEKDAYS, beijing, day

_DIGITS = {sign: number for number, sign in enumerate('零一二三四五六七八九')} | {'两': 2, '日': 0}
_N = r'(?:\d{1,2}|[零一二两三四五六七八九十]{1,3})'
_DAY = (
    r'(?P<near>今天|今日|明天|明日|后天|大后天)|(?P<next>下)?(?:个)?(?:周|星期|礼拜)(?P<week>[一二三四五六日天])|'
    rf'(?:(?P<month>{_N})月)?(?P<date>{_N})[日号]'
)
_PART = r'(?P<part>早上|早晨|上午|中午|下午|傍晚|晚上)'
_CLOCK = rf'(?P<hour>{_N})(?:(?:点钟?|时)(?P<past>半|一刻|三刻|{_N}分?)?|:(?P<minutes>\d\d))'
_TIME = re.compile(rf'(?:{_DAY})?(?:的)?(?:{_PART})?(?:{_CLOCK})?(?:吧|可以|行|都行|都可以|来|方便|有空)*')
_NEAR = {'今天': 0, '今日': 0, '明天': 1, '明日': 1, '后天': 2, '大后天': 3}
_PAST = {None: 0, '半': 30, '一刻': 15, '三刻': 45}
_NOON = 12
_NONE = 99

_PHONE = re.compile(r'(?<![\d-])(?:\+?86[ -]?)?(1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}[ -]?\d{7,8}|[2-8]\d{7})(?![\d号])')
_LABELS = re.compile(
    r'(?:(?:我的|联系|上门|家庭)?(?:手机号码?|电话号码?|手机|电话|地址)(?:是|为)?|住址|我家在|我家|我住在?|住在)[:： ]*'
)
_PLACED = re.compile(r'[\d一二三四五六七八九十甲乙丙丁] ?(?:号|栋|幢|座|楼|单元|室|户|弄)|\d+[- ]\d+')
_SENTENCE = re.compile(r'[?？!！了吗呢没不漏坏堵吵臭修]|停[电水气]|着火|冒烟|投诉|举报|有人')
_BUILDING, _HOUSE = re.compile(r'号楼|栋|幢|座'), re.compile('号')
_SHORT, _SHORT_MOST = 6, 14  # characters
_NARROW = str.maketrans('０１２３４５６７８９', '0123456789')
_EDGES = ' ,，。.;；:：、/\n'


class Meant(NamedTuple):
    """What of a moment she has said; None for what she has not."""

    days: frozenset[date] | None
    part: str | None
    hour: int | None
    minute: int


def moments(text: str, free: Iterable[datetime], now: datetime) -> list[datetime] | None:
    """The free times her words may mean; None where they are not a time."""
    meant = _meant(re.sub(r'\s+', '', unicodedata.normalize('NFKC', text)).strip(' 。.,，'), day(now))
    return None if meant is None else [at for at in free if _fits(beijing(at), meant)]


def _meant(said: str, today: date) -> Meant | None:
    found = _TIME.fullmatch(said)
    if not said or found is None or not any(found[name] for name in ('near', 'week', 'date', 'part', 'hour')):
        return None
    hour = _number(found['hour']) if found['hour'] else None
    if hour is not None and hour > 23:
        return None
    past = found['past']
    minute = int(found['minutes']) if found['minutes'] else _PAST.get(past)
    minute = _number(past.rstrip('分')) if minute is None and past else minute or 0
    return Meant(_days(found, today), found['part'], hour, minute)


def _days(found: 're.Match[str]', today: date) -> frozenset[date] | None:
    if found['near']:
        return frozenset({today + timedelta(days=_NEAR[found['near']])})
    if found['week']:
        return _weekday(WEEKDAYS.index('日' if found['week'] == '天' else found['week']), bool(found['next']), today)
    if found['date']:
        month = _number(found['month']) if found['month'] else None
        ahead = (today + timedelta(days=number) for number in range(60))
        fits = [one for one in ahead if one.day == _number(found['date']) and month in (None, one.month)]
        return frozenset(fits[:1])
    return None


def _weekday(weekday: int, of_next: bool, today: date) -> frozenset[date]:
    """周六 is the one that comes; on a Saturday it may be today or in a week. 下周六 is in the week after this one."""
    if of_next:
        return frozenset({today + timedelta(days=7 - today.weekday() + weekday)})
    first = today + timedelta(days=(weekday - today.weekday()) % 7)
    return frozenset({first, first + timedelta(days=7)}) if first == today else frozenset({first})


def _fits(local: datetime, meant: Meant) -> bool:
    if meant.days is not None and local.date() not in meant.days:
        return False
    afternoon = meant.part in ('下午', '傍晚', '晚上')
    if meant.hour is None and meant.part == '中午':
        return local.hour in (11, _NOON)
    if meant.hour is None:
        return meant.part is None or (local.hour >= _NOON) == afternoon
    hours = {meant.hour, meant.hour + _NOON}
    if meant.part and meant.part != '中午':
        hours = {meant.hour + _NOON if afternoon and meant.hour < _NOON else meant.hour}
    return local.hour in hours and local.minute == meant.minute


def _number(said: str) -> int:
    """12, 十二, 二十; _NONE or more for what is none of these."""
    if said.isdigit():
        return int(said)
    tens, ten, ones = said.partition('十')
    if not ten:
        return _DIGITS.get(said, _NONE)
    return _DIGITS.get(tens, _NONE if tens else 1) * 10 + _DIGITS.get(ones, _NONE if ones else 0)


class Told(NamedTuple):
    """Where to come and whom to ring, as far as she has written it."""

    phone: str
    address: str


def phone(text: str) -> str:
    """The first telephone number in it; '' where there is none."""
    found = _PHONE.search(unicodedata.normalize('NFKC', text))
    return found[1] if found else ''


def without_phone(text: str) -> str:
    """The same words with every telephone number in them left out."""
    return _PHONE.sub('〔电话〕', text.translate(_NARROW))


def told(text: str) -> Told | None:
    """A telephone number anywhere, and the rest as the address; None where the rest is something else."""
    said = ' '.join(unicodedata.normalize('NFKC', text).split())
    found = _PHONE.search(said)
    rest = f'{said[: found.start()]} {said[found.end() :]}' if found else said
    rest = ' '.join(_LABELS.sub(' ', rest).replace(',', ' ').split()).strip(_EDGES)
    phone = found[1] if found else ''
    if not rest:
        return Told(phone, '') if phone else None
    if len(rest) > CONTACT_MOST['address'] or _SENTENCE.search(rest) or not _PLACED.search(rest):
        return None
    return Told(phone, rest)


def shortened(address: str) -> str:
    """As much of an address as says to its owner which it is: 仙游路15号3号楼…"""
    tight = ''.join(address.split())
    found = _BUILDING.search(tight) or _HOUSE.search(tight)
    end = min(max(found.end() if found else 0, _SHORT), _SHORT_MOST)
    return tight if len(tight) <= end else f'{tight[:end]}…'
