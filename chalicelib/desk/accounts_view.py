"""How each account does, as plain words, worst first. What is not known is said to be not known."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.desk import rules as desk_rules
from chalicelib.desk.rules import LATE, OK, SOON, Due
from chalicelib.insight import rules

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account
    from chalicelib.insight.records import Activity, Known

UNKNOWN = Due('不知道', SOON)
_SOURCES = {rules.LIST: '微信发布列表', rules.EVENT: '微信通知'}
_TROUBLES = {
    'not_granted': '本号没有读取发布记录的权限',
    'refused': '微信没有给出发布记录',
    'failed': '上次没有连上微信',
}
_UNVERIFIED = '本号未认证，读不到发布记录'
_COUNTED_AT_MOST = 99
_WORST_FIRST = (LATE, SOON, OK)


class Row(NamedTuple):
    """One account. `tones` are by column; the colour never says it alone."""

    id: str
    name: str
    published: Due
    how_known: str
    answered: Due
    long: Due
    waiting: str


class Tick(NamedTuple):
    """The form for one account: which, and between which days."""

    id: str
    name: str
    on: str
    today: str
    trouble: str = ''


class Sheet(NamedTuple):
    """The page: the accounts of the member's units and those below."""

    rows: tuple[Row, ...]
    heading: str
    counted: str
    tick: Tick | None
    done: str = ''


def sheet(accounts: 'Sequence[Account]', known: 'Known', tick: Tick | None, done: str, now: datetime) -> Sheet:
    counted = known.counted_at is not None and now - known.counted_at <= rules.COUNTED_LASTS
    rows = [_row(account, known.by_account.get(account.id), counted, now) for account in accounts]
    silent = sum(row.published.tone == LATE for row in rows)
    return Sheet(
        rows=tuple(sorted(rows, key=lambda row: _badness(row, known.by_account.get(row.id)))),
        heading=f'{len(rows)} 个公众号，{silent} 个超过一周没有发布记录' if silent else f'{len(rows)} 个公众号',
        counted=_counted(known, counted, now),
        tick=tick,
        done=done,
    )


def _badness(row: Row, known: 'Activity | None') -> tuple[int, bool, float, str]:
    """The longest silent first; of what is as bad, what is not known stands last."""
    worst = min(_WORST_FIRST.index(due.tone) for due in (row.published, row.long))
    silent_since = known.published_at if known else None
    return worst, silent_since is None, silent_since.timestamp() if silent_since else 0, row.id


def _row(account: 'Account', known: 'Activity | None', counted: bool, now: datetime) -> Row:
    return Row(
        id=account.id,
        name=account.name,
        published=_published(known, now),
        how_known=_how_known(account, known, now),
        answered=_answered(known, now),
        long=_long(known) if counted else UNKNOWN,
        waiting=_number(known.waiting) if counted and known else UNKNOWN.words,
    )


def _published(known: 'Activity | None', now: datetime) -> Due:
    if known is None or known.published_at is None:
        return UNKNOWN
    silent = now - known.published_at
    tone = LATE if silent >= rules.RUNGS[0].after else OK
    return Due(_ago(clock.day(known.published_at), now), tone)


def _how_known(account: 'Account', known: 'Activity | None', now: datetime) -> str:
    """Where the date comes from, and why a newer one may be missing."""
    parts = [_source(known, now)] if known and known.published_at else []
    if not account.verified:
        parts.append(_UNVERIFIED)
    elif known and known.trouble:
        parts.append(_TROUBLES.get(known.trouble, _TROUBLES['failed']))
    return '；'.join(parts)


def _source(known: 'Activity', now: datetime) -> str:
    if known.source == rules.TICK and known.ticked_at:
        return f'{known.ticked_name} {desk_rules.on_day(known.ticked_at, now)} 记'
    return _SOURCES.get(known.source or '', '')


def _answered(known: 'Activity | None', now: datetime) -> Due:
    if known is None or not known.answered_on:
        return UNKNOWN._replace(tone='')
    return Due(_ago(date.fromisoformat(known.answered_on), now), '')


def _long(known: 'Activity | None') -> Due:
    if known is None or known.waiting_long is None:
        return UNKNOWN
    return Due(_number(known.waiting_long), LATE if known.waiting_long else OK)


def _number(value: float | None) -> str:
    if value is None:
        return UNKNOWN.words
    return f'{int(value)} 位' if value < _COUNTED_AT_MOST else f'{_COUNTED_AT_MOST} 位以上'


def _ago(day: date, now: datetime) -> str:
    days = rules.days_since(day, now)
    return '今日' if days <= 0 else f'{days} 天前'


def _counted(known: 'Known', counted: bool, now: datetime) -> str:
    if counted and known.counted_at:
        return f'等待的人数截至 {clock.spoken_time(known.counted_at, now)}。'
    return '等待的人数现在不知道：系统有一阵没有清点，请告诉系统管理员。'
