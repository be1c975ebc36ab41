"""What the pages of the catalogue and of crews show, and how a change of them is written down, in words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.alliance import actions as alliance
from chalicelib.alliance import audit
from chalicelib.desk import access, rules
from chalicelib.desk.unit_view import Made
from chalicelib.services import actions as services
from chalicelib.services.rules import HOME, TIME, WITHDRAWN

if TYPE_CHECKING:
    from chalicelib.services.records import Crew, Item

CATALOGUE, CREWS = '服务目录：', '班组：'  # how lines of 最近的改动 begin
CHANGES_LOOKED_THROUGH = 60
CHANGES_LISTED = 10
DONE = {'saved': '已保存，一分钟以内在居民看到的页面上生效。', 'same': '和原来一样，没有改动。'}
_LABELS: Mapping[str, str] = {
    'name': '名称',
    'description': '说明',
    'prepare': '请居民准备',
    'lead_minutes': '至少提前（分钟）',
    'horizon_days': '最多提前（天）',
    'cancel_hours': '取消（小时）',
    'state': '状态',
    'sample': '示例',
    'minutes': '用时（分钟）',
    'price': '价格',
    'ceiling': '最高价',
    'work': '工作时间',
    'off_days': '另外休息',
    'extra_days': '另外上班',
    'on_holidays': '节假日上班',
    'buffer_minutes': '路上（分钟）',
    'm': '人员',
}
_LONG = ('description', 'prepare')  # of these only that they were changed
_VALUES = {'offered': '提供', 'withdrawn': '已下架', '1': '是'}


class Row(NamedTuple):
    """One item in the list."""

    id: str
    name: str
    price: str
    how: str
    sample: bool
    withdrawn: bool


class Shelf(NamedTuple):
    id: str
    name: str
    picture: str
    rows: tuple[Row, ...]


class CrewRow(NamedTuple):
    id: str
    name: str
    unit: str
    work: str
    members: str


def done(key: str) -> str:
    return DONE.get(key, '')


def shelves() -> list[Shelf]:
    """What is in no category any more stands at the end."""
    found = [(each.id, each.name, each.picture) for each in services.categories()]
    known = {id for id, _, _ in found}
    items = services.items(withdrawn=True)
    rows = [(item.category if item.category in known else '', _row(item)) for item in items]
    return [
        Shelf(id or 'none', name, f'{picture}.svg' if picture else '', mine)
        for id, name, picture in [*found, ('', '没有归类的', None)]
        if (mine := tuple(row for category, row in rows if category == id)) or id
    ]


def _row(item: 'Item') -> Row:
    prices = '；'.join(f'{option.name} {services.price_words(option)}' for option in item.options)
    how = '按时间预约' if item.form == TIME else '按需求办理'
    where = '上门' if item.where == HOME else item.venue or ''
    return Row(item.id, item.name, prices, f'{how}，{where}', bool(item.sample), item.state == WITHDRAWN)


def offered_by(item: 'Item') -> str:
    return '、'.join(access.unit_name(unit) for unit in item.offered_by)


def crew_rows(units: Iterable[str]) -> list[CrewRow]:
    return [
        CrewRow(crew.id, crew.name, access.unit_name(unit), crew.work, _people(crew))
        for unit in units
        for crew in services.crews_of(unit)
    ]


def _people(crew: 'Crew') -> str:
    names = [member.name for id in crew.members if (member := alliance.member(id))]
    return '、'.join(names) or ('还没有人' if crew.capacity == 1 else f'{crew.capacity} 个座位')


def changes(units: Iterable[str], begins: str, now: datetime) -> list[Made]:
    """The latest about this, of these units."""
    found = [change for unit in units for change in audit.latest(unit, CHANGES_LOOKED_THROUGH)]
    mine = [change for change in found if change.did.startswith(begins)]
    mine.sort(key=lambda change: change.at, reverse=True)
    return [Made(rules.on_day(change.at, now), change.by_name, change.did) for change in mine[:CHANGES_LISTED]]


def changed(before: Mapping[str, str], after: Mapping[str, str], options: Mapping[str, str] | None = None) -> str:
    """What differs between two forms; '' where nothing does. `options`: how each is called, by its id."""
    names = [name for name in {**before, **after} if before.get(name, '') != after.get(name, '')]
    crew_changed = [name for name in names if name.startswith('m.')]
    said = [
        _one(name, before.get(name, ''), after.get(name, ''), options or {})
        for name in names
        if name not in crew_changed
    ]
    if crew_changed:
        said.append(_LABELS['m'])
    return '；'.join(said)


def _one(name: str, before: str, after: str, options: Mapping[str, str]) -> str:
    parts = name.split('.')
    label = _LABELS[parts[-1]] + (f'（{options.get(parts[1], parts[1])}）' if len(parts) > 1 else '')
    if parts[-1] in _LONG:
        return label
    return f'{label} {_value(parts[-1], before)} → {_value(parts[-1], after)}'


def _value(name: str, value: str) -> str:
    if not value:
        return {'price': '面议', 'sample': '否', 'on_holidays': '否'}.get(name, '无')
    return _VALUES.get(value, value) if name in ('state', 'sample', 'on_holidays') else '、'.join(value.split('\n'))
