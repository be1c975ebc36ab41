"""What the pages of 本单位 show, in words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock, hours
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import audit, channels, leave, managing, reach, roles
from chalicelib.desk import rules, week
from chalicelib.desk.rules import Choice

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member, Unit

CHANGES_LISTED = 20
PEOPLE_ASKED = 60  # of more, whether each is reached is not looked up: it may cost a read for each
_STATES = {'invited': '已邀请，还没有加入', 'active': '在岗', 'suspended': '已停用'}
DONE = {
    'suspended': '已停用，这位同事的登录立即失效。',
    'restored': '已恢复，这位同事可以重新登录。',
    'roles': '角色已改，这位同事要重新登录。',
    'leave': '休假已登记。到时由替班的人收到提醒、查看和答复，不用再做别的。',
    'no-leave': '休假已取消。',
    'mobile': '手机号已保存。',
    'hours': '已保存。新的时间从现在起用于回执和提醒。',
    'duty': '值班表已保存。',
    'same': '和原来一样，没有改动。',
}


class Line(NamedTuple):
    """One of the people, in the list."""

    id: str
    name: str
    roles: str
    state: str
    tone: str
    mobile: str
    reached: str
    leave: str
    stands_in: str


class Made(NamedTuple):
    """One line of 最近的改动."""

    when: str
    who: str
    did: str


class Shown(NamedTuple):
    unit: str
    name: str
    people: tuple[Line, ...]
    others: tuple[Choice, ...]
    changes: tuple[Made, ...]
    roles: tuple[roles.Role, ...]
    hours: str
    duty: str
    troubles: tuple[str, ...]


class Person(NamedTuple):
    """One member's page. `why_not` and `why_no_leave` say why a part of it is closed."""

    line: Line
    unit: str
    roles: tuple[tuple[roles.Role, bool], ...]
    suspended: bool
    why_not: str
    why_no_leave: str
    stand_ins: tuple[Choice, ...]
    leave: Mapping[str, str]
    has_leave: bool
    mine: bool


def done(key: str) -> str:
    return DONE.get(key, '')


def shown(by: 'Member', unit: 'Unit', now: datetime) -> Shown:
    people = sorted(managing.people_of(unit.id), key=lambda member: (member.state == 'suspended', member.name))
    ways = channels.Reach(unit.id, now)
    ask = len(people) <= PEOPLE_ASKED
    return Shown(
        unit=unit.id,
        name=unit.name,
        people=tuple(line(member, now, ways if ask else None) for member in people),
        others=_others(by, unit.id),
        changes=tuple(_made(unit.id, now)),
        roles=_given(by),
        hours=week.spoken(unit.work or alliance.USUAL_WORK, {}),
        duty=week.spoken(unit.duty, _names(unit.duty)) if unit.duty else '没有值班',
        troubles=tuple(trouble.words for trouble in reach.unreachable(unit.id, now)),
    )


def line(member: 'Member', now: datetime, ways: channels.Reach | None = None) -> Line:
    away = leave.is_on_leave(member, now)
    return Line(
        id=member.id,
        name=member.name,
        roles=roles.named(member.roles) or '没有角色',
        state='休假中' if away and member.state == 'active' else _STATES.get(member.state, ''),
        tone={'suspended': '', 'invited': 'soon'}.get(member.state, 'soon' if away else 'ok'),
        mobile=masked(member.mobile),
        reached=_reached(member, now, ways),
        leave=_leave(member, now),
        stands_in='、'.join(other.name for other in leave.stands_in_for(member, now)),
    )


def masked(mobile: str | None) -> str:
    return f'{mobile[:3]}****{mobile[-4:]}' if mobile else '没有登记'


def _reached(member: 'Member', now: datetime, ways: channels.Reach | None) -> str:
    if ways is None or member.state != 'active':
        return ''
    why = reach.why_unreached(member, ways, now)
    return f'收不到提醒：{why}' if why else '收得到提醒'


def _leave(member: 'Member', now: datetime) -> str:
    if not member.leave_from or not member.leave_until or member.leave_until < clock.day(now).isoformat():
        return ''
    stand_in = alliance.member(member.stand_in) if member.stand_in else None
    by = f'{stand_in.name}替班' if stand_in else '没有替班人'
    return f'休假 {leave.spoken(member.leave_from, member.leave_until)}，{by}'


def _others(by: 'Member', here: str) -> tuple[Choice, ...]:
    units = [unit for id in managing.units_managed(by) if id != here and (unit := alliance.unit(id))]
    return tuple(Choice(unit.id, unit.name) for unit in units)


def _given(by: 'Member') -> tuple[roles.Role, ...]:
    gives = roles.gives(by)
    return tuple(role for role in roles.roles().values() if role.id in gives)


def _made(unit: str, now: datetime) -> Iterable[Made]:
    for change in audit.latest(unit, CHANGES_LISTED):
        yield Made(rules.on_day(change.at, now), change.by_name, change.did)


def _names(duty: str) -> dict[str, str]:
    ids = {member for span in hours.parse(duty) for member in span.members}
    return {id: found.name for id in ids if (found := alliance.member(id))}


def person(by: 'Member', member: 'Member', unit: str, now: datetime) -> Person:
    has_leave = bool(_leave(member, now))
    return Person(
        line=line(member, now, channels.Reach(unit, now)),
        unit=unit,
        roles=tuple((role, role.id in member.roles) for role in _given(by)),
        suspended=member.state == 'suspended',
        why_not=managing.why_not_changed(by, member),
        why_no_leave=managing.why_no_leave(by, member),
        stand_ins=tuple(
            Choice(other.id, f'{other.name}（{_unit_names(other)}）') for other in managing.stand_ins(by, member)
        ),
        leave={
            'leave_from': member.leave_from or '',
            'leave_until': member.leave_until or '',
            'stand_in': member.stand_in or '',
        }
        if has_leave
        else {},
        has_leave=has_leave,
        mine=by.id == member.id,
    )


def _unit_names(member: 'Member') -> str:
    found = [unit.name for id in member.units[:2] if (unit := alliance.unit(id))]
    return '、'.join(found) + ('等' if len(member.units) > len(found) else '')


def hours_words(unit: 'Unit', changed: Mapping[str, object]) -> str:
    """What was changed of a unit, for 最近的改动."""
    said = []
    for name, value in changed.items():
        before = getattr(unit, name)
        said.append(f'{_LABELS[name]}：{_value(name, before)} → {_value(name, value)}')
    return '；'.join(said)


_LABELS = {
    'work': '工作时间',
    'duty': '值班表',
    'off_days': '另外休息',
    'extra_days': '另外上班',
    'phone': '电话',
    'responsible': '没有单位认领的事由谁负责',
}


def _value(name: str, value: object) -> str:
    if not value:
        return '照常' if name == 'work' else '无'
    if name in ('work', 'duty'):
        return week.spoken(str(value), _names(str(value)))
    if name == 'responsible':
        member = alliance.member(str(value))
        return member.name if member else str(value)
    return '、'.join(value) if isinstance(value, list) else str(value)
