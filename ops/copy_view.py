"""What is kept of a resident, in the words of the document she is handed: printed or read on a phone, in Chinese."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib import clock, retention
from chalicelib.alliance import actions as alliance
from chalicelib.bookings import words as bookings
from chalicelib.privacy import rules
from chalicelib.residents import rules as resident_rules
from ops.kept import Kept, Row
from ops.residents import Resident

_SPOKEN = {'image': '照片', 'voice': '语音', 'video': '视频', 'shortvideo': '视频', 'location': '位置', 'link': '链接'}
_DID = {
    'follow': '关注了公众号', 'unfollow': '取消了关注', 'scan': '扫了二维码', 'click': '点了菜单',
    'private': '工作人员登录的对话，系统不存内容',
}  # fmt: skip
_STATES = {
    'sent': '', 'pending': '正在发送', 'failed': '没有发出', 'unknown': '不确定是否送达',
    'kept': '还没有发出，等您下次来信时给出', 'withdrawn': '已撤回，没有发出',
}  # fmt: skip
_DUE = {
    'chase': '来信到这个时间还没有答复的，系统提醒工作人员', 'sends': '再发一次没有发出去的答复',
    'forget': '删除您的信息', 'expire': '删除已办完、到期的来信',
}  # fmt: skip
_TOLD = {
    **dict.fromkeys(('planned', 'line', 'called'), '还没有送达'), 'sent': '已发给您', 'told': '电话告知过您',
    'unknown': '不确定是否送达', 'failed': '没有送达', 'over': '没有送达，时间已过',
}  # fmt: skip
_WHY = {rules.LEFT: '您取消了关注', rules.ASKED: '您要求删除', rules.KEPT_LONG_ENOUGH: '到期'}
_GONE = '文件已过保存期，或没能从微信取回'


class Attached(NamedTuple):
    """A file in the folder; `shape` is image, audio, video or ''."""

    path: str
    shape: str


class Line(NamedTuple):
    when: str
    who: str
    mine: bool
    words: str
    files: tuple[Attached, ...] = ()
    mark: str = ''
    told: str = ''


class Fact(NamedTuple):
    name: str
    value: str


class Document(NamedTuple):
    made: str
    account: str
    openid: str
    facts: tuple[Fact, ...]
    talk: tuple[Line, ...]
    inside: tuple[Line, ...]
    others: tuple[Attached, ...]
    reads: tuple[Fact, ...]
    due: tuple[Fact, ...]
    drafts: tuple[Fact, ...]
    events: tuple[Fact, ...]
    staff: tuple[Fact, ...]
    erased: tuple[Fact, ...]
    tellings: tuple[Fact, ...]
    kinds: tuple[tuple[str, str], ...]


def document(resident: Resident, kept: Kept, names: Mapping[str, Attached], now: datetime) -> Document:
    """`names`: where each file of the bucket lies in the folder."""
    rows, account = kept.rows, alliance.account(resident.account)
    lines = [line for line in rows['messages'] if line['way'] != 'form']
    named = {key for line in lines for key in _keys(line)}
    return Document(
        made=_full(now),
        account=account.name if account else resident.account,
        openid=resident.openid,
        facts=(
            *(fact for row in rows['conversations'] for fact in _facts(row)),
            *(fact for row in rows['residents'] for fact in _told_facts(row)),
            *map(_booking, rows['bookings']),
            *map(_contact, rows['booking-contacts']),
        ),
        talk=tuple(_line(line, names) for line in lines if line['way'] != 'inside'),
        inside=tuple(_line(line, names) for line in lines if line['way'] == 'inside'),
        others=tuple(attached for key, attached in names.items() if key not in named),
        reads=tuple(Fact(_at(row, 'at'), f'{row["unit_name"]} {row["member_name"]}') for row in rows['reads']),
        due=(*map(_deadline, rows['deadlines']), *map(_alert, rows['alerts'])),
        drafts=tuple(
            Fact(f'{_at(row, "expires_at")} 前自动删除', row.get('text', '')) for row in rows['tokens'] if 'text' in row
        ),
        events=tuple(Fact(_at(row, 'at'), row['event'] or '读不懂的来信') for row in rows['account-events']),
        staff=tuple(Fact(row['name'], '、'.join(map(_unit, row['units']))) for row in rows['staff']),
        erased=tuple(map(_erased, rows['forgotten'])),
        tellings=(*map(_telling, rows['outreach']), *map(_subscription, rows['subscriptions'])),
        kinds=tuple((kind.name, f'{kind.since}存 {rules.spoken_lasting(kind.lasts)}') for kind in retention.SHOWN),
    )


def _facts(row: Row) -> Sequence[Fact]:
    waits = (
        f'{_at(row, "waiting_since")} 起等答复，说好 {_at(row, "due_at")} 前' if row.get('waiting_since') else '没有'
    )
    found = [
        Fact('工作人员怎么称呼您', row['label']),
        Fact('工作人员给您写的备注', row.get('remark', '')),
        Fact('现在由谁办理', _unit(row['unit'])),
        Fact('您所在的单位', _unit(row['home_unit'])),
        *(Fact(f'您替「{home["label"]}」来信', _unit(home['unit'])) for home in row.get('homes', ())),
        Fact('正在办的事是替谁', row.get('for_whom') or ''),
        Fact('您说过不住在', '、'.join(map(_unit, row.get('not_home', ())))),
        Fact('关注公众号', '关注着' if row.get('followed', True) else '已取消关注'),
        Fact('有没有事在办', waits),
        Fact('最近一次来往', _at(row, 'last_at')),
        Fact('您要求删除的时间', _at(row, 'forget_asked_at')),
        *(Fact('还没有发出的答复', kept.get('text') or '照片') for kept in row.get('kept', ())),
    ]
    return [fact for fact in found if fact.value]


def _told_facts(row: Row) -> Sequence[Fact]:
    """Who she is, and who said so."""
    told = [(field.label.replace('您', ''), row.get(field.name)) for field in resident_rules.FIELDS]
    return [
        Fact(label, f'{said["text"]}（{said["by_name"] or "您自己填的"}）')
        for label, said in told
        if said and 'text' in said
    ]


def _line(row: Row, names: Mapping[str, Attached]) -> Line:
    mine = row['way'] == 'in'
    files = tuple(names[key] for key in _keys(row) if key in names)
    marks = [_STATES.get(row.get('state') or 'sent', '')]
    if row.get('media') and not files:
        marks.append(_GONE)
    return Line(
        when=_at(row, 'at'),
        who='您' if mine else ' '.join(filter(None, (row.get('unit_name'), row.get('by_name')))) or '系统',
        mine=mine,
        words=_words(row),
        files=files,
        mark='；'.join(filter(None, marks)),
        told=row.get('answer', ''),
    )


def _words(row: Row) -> str:
    kind, fields = row['kind'], row.get('fields') or {}
    if row['way'] == 'in' and kind in _DID:
        return f'（{_DID[kind]}）'
    said = [row.get('text', '')]
    if kind == 'location':
        said += [str(fields.get(name, '')) for name in ('Label', 'Location_X', 'Location_Y')]
    if kind == 'link':
        said += [str(fields.get(name, '')) for name in ('Title', 'Description', 'Url')]
    shape = f'（{_SPOKEN[kind]}）' if kind in _SPOKEN else ''
    return shape + ' '.join(filter(None, said)) or '（微信没有给出内容）'


def _keys(row: Row) -> list[str]:
    media = row.get('media') or {}
    return [media[name] for name in ('playable_key', 'object_key') if media.get(name)]


def _deadline(row: Row) -> Fact:
    due_at, kind, _ = row['key'].split('#', 2)
    return Fact(_full(datetime.fromisoformat(due_at)), _DUE.get(kind, kind))


def _alert(row: Row) -> Fact:
    return Fact(_at(row, 'told_at'), f'提醒{_unit(row["told"])}：您在等答复')


def _booking(row: Row) -> Fact:
    state = bookings.say(f'state.{row["state"]}')
    words = f'{row["item_name"]}（{row["option_name"]}），{_at(row, "when")}，{state}'
    return Fact(f'预约 {row["id"]}', words)


def _contact(row: Row) -> Fact:
    said = (row.get(name) for name in ('name', 'phone', 'address', 'note'))
    return Fact(f'预约 {row["booking"]} 留的联系方式', '，'.join(filter(None, said)))


def _telling(row: Row) -> Fact:
    return Fact(_at(row, 'told_at') or _at(row, 'made_at'), f'{row["words"]}（{_TOLD[row["state"]]}）')


def _subscription(row: Row) -> Fact:
    return Fact('您同意接收的订阅通知', f'还可以发 {row["left"]} 条')


def _erased(row: Row) -> Fact:
    return Fact(_at(row, 'at'), f'{_WHY.get(row["why"], row["why"])}，删了 {row["messages"]} 条、{row["files"]} 个文件')


def _unit(unit_id: str) -> str:
    found = alliance.unit(unit_id)
    return found.name if found else unit_id


def _at(row: Row, name: str) -> str:
    value: Any = row.get(name)
    return _full(datetime.fromisoformat(value)) if value else ''


def _full(at: datetime) -> str:
    return f'{clock.beijing(at):%Y年%-m月%-d日 %H:%M}'
