"""Decisions of the desk, pure: what a time means to a clerk, what may be promised, how much talk fits a page."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock

if TYPE_CHECKING:
    from chalicelib.hours import Hours
    from chalicelib.inbox.records import Message

LATE, SOON, OK = 'late', 'soon', 'ok'
SOON_IS = timedelta(hours=1)
ROWS_A_PAGE = 27
ROWS_BESIDE = 8
ROWS_OVERDUE = 20
ROWS_HANDED = 10
SAID_IN_ROWS = 40
REMARK_IN_ROWS = 16

# What is promised before lunch ends a little earlier: by then somebody can still have called back.
FOLLOW_UP_BEFORE_LUNCH = timedelta(minutes=10)
FOLLOW_UP_NOT_BEFORE = timedelta(minutes=45)
FOLLOW_UP_AT_MOST = timedelta(days=60)
_WEEK = timedelta(days=7)


class Unclear(ValueError):
    """What was filled in cannot be meant; the words, in Chinese, say what to do."""


class Due(NamedTuple):
    """A promised moment in words, and how pressing it is: the colour never says it alone."""

    words: str
    tone: str


def due(at: datetime, now: datetime) -> Due:
    if now >= at:
        return Due(lasting('已超时', now - at), LATE)
    if at - now < SOON_IS:
        return Due(lasting('还剩', at - now), SOON)
    return Due(by(at, now), OK)


def lasting(word: str, span: timedelta) -> str:
    """还剩 18 分钟, 等了不到 1 分钟: figures stand apart from the word, words do not."""
    spoken = clock.spoken_span(span)
    return f'{word} {spoken}' if spoken[0].isdigit() else word + spoken


def by(at: datetime, now: datetime) -> str:
    """A limit as one says it: 今日 17:30 前, 明日 11:50 前."""
    return f'{on_day(at, now)} 前'


def on_day(at: datetime, now: datetime) -> str:
    spoken = clock.spoken_time(at, now)
    return f'今日 {spoken}' if clock.day(at) == clock.day(now) else spoken


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + '…'


REPLY_LENGTH = 5000  # more than WeChat takes, so that a clerk can still shorten it; less than the store's 400 KB
NOTE_LENGTH = 1000
REASON_LENGTH = 100


def short_enough(text: str, most: int) -> str:
    """The text; too long a one is refused rather than cut, so that nothing typed disappears."""
    if len(text) > most:
        raise Unclear(f'最多写 {most} 个字，现在是 {len(text)} 个。')
    return text


class Choice(NamedTuple):
    """One entry of a select."""

    value: str
    words: str


def follow_up_choices(hours: 'Hours', now: datetime) -> list[Choice]:
    """The next times a person could promise, before lunch and before going home: what is left of today, the next two
    days that the unit works, and a week from now or the first that it works then.
    """
    today = clock.day(now)
    days = (today + timedelta(days=n) for n in range(1, FOLLOW_UP_AT_MOST.days))
    working = (day for day in days if hours.work_on(day))
    soon = list(islice(working, 2))
    later = next((day for day in working if day - today >= _WEEK), None)
    moments = [at for day in (today, *soon, later) if day for at in _ends_of_work(hours, day)]
    return [Choice(as_value(at), by(at, now)) for at in moments if at - now >= FOLLOW_UP_NOT_BEFORE]


def _ends_of_work(hours: 'Hours', day: date) -> list[datetime]:
    ends = sorted({one.ends for one in hours.work_on(day)})
    return [*(at - FOLLOW_UP_BEFORE_LUNCH for at in ends[:-1]), *ends[-1:]]


def as_value(moment: datetime) -> str:
    """A Beijing moment as `<input type=datetime-local>` writes it."""
    return f'{clock.beijing(moment):%Y-%m-%dT%H:%M}'


def follow_up_at(chosen: str, typed: str, now: datetime) -> datetime:
    """The promised moment from the form; a typed one wins over the select."""
    try:
        at = datetime.fromisoformat(typed or chosen).replace(tzinfo=clock.BEIJING).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unclear('请选一个跟进的时间。') from None
    if at <= now:
        raise Unclear('跟进的时间已经过了，请选一个以后的时间。')
    if at - now > FOLLOW_UP_AT_MOST:
        raise Unclear('跟进的时间太远了，请选六十天以内的时间。')
    return at


TALK_BYTES = 9_000
CONTEXT_LINES = 10
_LINE_BYTES = 260  # markup around a line; a failed one has a form
_FAILED_BYTES = 420


def weight(line: 'Message') -> int:
    """About how many bytes of HTML this line takes."""
    words = ''.join((line.text, line.answer, line.error or ''))
    return _LINE_BYTES + len(escape(words).encode('utf-8', 'replace')) + (_FAILED_BYTES if line.error else 0)


def newest_fitting(lines: Sequence['Message'], most_bytes: int) -> list['Message']:
    """The newest lines whose weight a page bears, oldest first; at least one."""
    taken = 0
    for number, line in enumerate(reversed(lines)):
        taken += weight(line)
        if taken > most_bytes and number:
            return list(lines[len(lines) - number :])
    return list(lines)


def with_context(lines: Sequence['Message'], waiting_since: datetime | None) -> list['Message']:
    """What she waits for an answer to, and a few lines before it: a phone should not have to be scrolled far."""
    said = (n for n, line in enumerate(lines) if waiting_since and line.way == 'in' and line.at >= waiting_since)
    return list(lines[max(0, next(said, len(lines)) - CONTEXT_LINES) :])
