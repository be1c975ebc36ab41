"""Who did what on a conversation, and for leads who looked, the latest first; nothing of what the resident said."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.desk import rules, talk_view
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import rules as inbox_rules
from chalicelib.privacy import actions as privacy

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.inbox.records import Conversation, Message
    from chalicelib.privacy.records import Read

ROWS = 50
READS = 100  # of at most three hundred bytes
LEAD = 'lead'
WORDS_SHOWN = 60  # of a reason or a machine's note
_SECOND = timedelta(seconds=1)


class Event(NamedTuple):
    at: datetime
    who: str
    what: str
    more: str = ''


class Row(NamedTuple):
    day: str  # where another day begins
    time: str
    who: str
    what: str
    more: str


class History(NamedTuple):
    path: str
    who: str
    remark: str
    rows: tuple[Row, ...]
    older: str
    reads: bool  # whether those who looked are among the rows


def history(member: 'Member', found: 'Conversation', before: datetime, now: datetime) -> History:
    """A page of it: all events of the seconds it covers."""
    leads = LEAD in member.roles
    talk = inbox.talk(found.id, str(int(before.timestamp())), ROWS, now)
    events = [event for line in talk.messages for event in _said(line, now)]
    floors = [_second_of(talk.earlier) + _SECOND] if talk.earlier else []
    if leads:
        looked = privacy.reads_before(found.id, before, READS)
        events += [_looked(read) for read in looked if read.at < before]
        floors += [privacy.complete_from(looked[-1])] if len(looked) == READS else []
    floor = max(floors, default=None)
    known = [event for event in events if not floor or event.at >= floor]
    shown = sorted(known, key=lambda event: event.at)[::-1]
    shown, floor = _whole_seconds(shown, floor)
    return History(
        path=f'/desk/c/{found.ref}',
        who=found.label,
        remark=found.remark,
        rows=tuple(_rows(shown, now)),
        older=f'/desk/c/{found.ref}/history?before={int(floor.timestamp())}' if floor else '',
        reads=leads,
    )


def _second_of(key: str) -> datetime:
    return clock.from_epoch(int(key.partition('#')[0]))


def _whole_seconds(events: list[Event], floor: datetime | None) -> tuple[list[Event], datetime | None]:
    """As many as a page bears, and where the next begins: a second is never cut, since keys tell no less."""
    if len(events) <= ROWS:
        return events, floor
    last = events[ROWS - 1].at.replace(microsecond=0)
    return [event for event in events if event.at >= last], last


def _rows(events: Sequence[Event], now: datetime) -> list[Row]:
    rows, before = [], ''
    for event in events:
        day = talk_view.day_of(event.at, now)
        rows.append(Row(day if day != before else '', f'{clock.beijing(event.at):%H:%M}', *event[1:]))
        before = day
    return rows


_RESIDENT, _MACHINE = '居民', '系统'
_DID = {
    'follow': '关注了本号',
    'unfollow': '取消了关注',
    'scan': '扫了二维码',
    'click': '点了菜单',
    'private': '与系统对话',
}
_STATES = {
    inbox_rules.SENT: '已发出', inbox_rules.PENDING: '正在发送', inbox_rules.FAILED: '没有发出',
    inbox_rules.UNKNOWN: '结果未知', inbox_rules.KEPT: '等居民来信时发出', inbox_rules.WITHDRAWN: '已撤回',
}  # fmt: skip


def _said(line: 'Message', now: datetime) -> list[Event]:
    if line.way == 'inside':
        words = '写了内部备注' if line.kind == 'note' else rules.cut(line.text, WORDS_SHOWN)
        return [Event(line.at, line.by_name or _MACHINE, words)]
    kind = inbox_rules.SPOKEN_KINDS.get(line.kind, '文字')
    if line.way == 'out':
        return [_sent(line, kind, now)]
    did = [Event(line.at, _RESIDENT, _DID.get(line.kind) or f'来信（{kind}）')]
    return [*did, Event(line.at, _MACHINE, '自动答复', '当即告诉了居民')] if line.answer else did


def _sent(line: 'Message', kind: str, now: datetime) -> Event:
    state = inbox_rules.shown_state(line.state or inbox_rules.SENT, line.tried_at or line.at, now)
    told = [_STATES[state]]
    if line.sent_at and line.sent_at - line.at >= timedelta(minutes=1):
        told.append(f'{clock.spoken_time(line.sent_at, now)} 送出')
    if line.promised_at:
        told.append(f'说好 {clock.spoken_time(line.promised_at, now)} 前再回话')
    what = f'答复（{kind}）' if line.by else '告诉居民进展'
    return Event(line.at, line.by_name or _MACHINE, what, '，'.join(told))


def _looked(read: 'Read') -> Event:
    return Event(read.at, read.member_name, '查看', read.unit_name)


def before(text: str, now: datetime) -> datetime:
    """Where a page ends, from an address; else after everything there is."""
    whole = text.isascii() and text.isdigit() and len(text) <= 10
    return clock.from_epoch(int(text)) if whole else now + timedelta(days=1)
