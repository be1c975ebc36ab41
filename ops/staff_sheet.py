"""Staff as a file. A line with an id that is not there yet is an invitation, whose code is printed once; nothing that
proves who somebody is stands in the file, and mobile numbers only where they were asked for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.alliance import actions, audit, membership, roles, signin
from chalicelib.alliance.records import Member
from chalicelib.storage import Transaction
from ops import mobiles, sheets
from ops.secret_values import Unfit
from ops.sheets import LIST, PLAIN, TEXT, Row, Step

COLUMNS: Mapping[str, str] = {
    'id': PLAIN, 'name': TEXT, 'state': PLAIN, 'units': LIST, 'roles': LIST, 'leave_from': PLAIN,
    'leave_until': PLAIN, 'stand_in': PLAIN, 'mobile': PLAIN,
}  # fmt: skip
WITHOUT_MOBILES = {name: kind for name, kind in COLUMNS.items() if name != 'mobile'}
_SAID: Mapping[str, str] = {
    'name': '姓名', 'units': '单位', 'roles': '角色', 'leave_from': '休假', 'leave_until': '休假', 'stand_in': '替班人',
    'mobile': '手机号',
}  # fmt: skip
_ID = r'[A-Za-z0-9_-]{1,32}'
_NEEDED = ('name', 'units', 'roles')
_LEAVE = ('leave_from', 'leave_until', 'stand_in')
_ENDS_SESSIONS = {'units', 'roles'}


def rows(with_mobiles: bool) -> Iterator[dict[str, Any]]:
    for member in actions.members():
        yield {name: _there(member, name) for name in (COLUMNS if with_mobiles else WITHOUT_MOBILES)}


def plan(lines: Sequence[Row], now: datetime) -> list[Step]:
    """What would be done; raises `Unfit` with all that is wrong in any line."""
    known = {member.id for member in actions.members()} | {row.cells['id'] for row in lines}
    if problems := [f'{row.place}: {problem}' for row in lines for problem in _problems(row, known)]:
        raise Unfit(*problems)
    steps = (_step(row.cells['id'], _values(row), now) for row in lines)
    return [step for step in steps if step]


def _there(member: Member, name: str) -> Any:
    value = getattr(member, name)
    return list(value) if COLUMNS[name] == LIST else value


def _values(row: Row) -> dict[str, Any]:
    return {name: _value(name, cell) for name, cell in row.cells.items() if name not in ('id', 'state')}


def _value(name: str, cell: str) -> Any:
    if name.startswith('leave_'):
        return sheets.a_day(cell) or None
    return sheets.several(cell) if COLUMNS[name] == LIST else cell or None


def _problems(row: Row, known: set[str]) -> Iterator[str]:
    cells, there = row.cells, actions.member(row.cells['id'])
    values = _values(row)
    if not re.fullmatch(_ID, cells['id']):
        yield 'id: 1 to 32 ASCII letters, digits, - and _; of somebody new choose one, as wangmin'
    if there is None:
        yield from (f'{name}: missing, and the member is new' for name in _NEEDED if not values.get(name))
    if cells.get('state', '') not in ('', there.state if there else 'invited'):
        yield 'state: not changed by a file; use ops.members suspend, restore'
    if 'name' in cells and not 1 <= len(cells['name']) <= 20:
        yield 'name: 1 to 20 characters'
    for unit in values.get('units', ()):
        if actions.unit(unit) is None:
            yield f'units: there is no unit {unit}'
    yield from (f'roles: {problem}' for problem in roles.problems(values.get('roles', ())))
    yield from mobiles.problems('mobile', values.get('mobile'))
    yield from _leave_problems(cells['id'], values, there, known)


def _leave_problems(id: str, values: Mapping[str, Any], there: Member | None, known: set[str]) -> Iterator[str]:
    first, last, stand_in = (values.get(name, getattr(there, name) if there else None) for name in _LEAVE)
    wrong = [name for name in ('leave_from', 'leave_until') if values.get(name) and not _is_day(values[name])]
    yield from (f'{name}: not a day; write 2026-10-01' for name in wrong)
    if bool(first) != bool(last):
        yield 'leave_until: a leave has a first and a last day, or neither'
    elif first and last and not wrong and last < first:
        yield 'leave_until: before leave_from'
    if values.get('stand_in') and stand_in not in known:
        yield f'stand_in: there is no member {stand_in}'
    if stand_in and stand_in == id:
        yield 'stand_in: nobody stands in for himself'


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _step(id: str, values: Mapping[str, Any], now: datetime) -> Step | None:
    there = actions.member(id)
    if there is None:
        return Step(f'{id} {values["name"]}: new; an invitation', lambda: _invite(id, values, now))
    changed = {name: value for name, value in values.items() if value != _there(there, name)}
    if not changed:
        return None
    return Step(f'{id} {there.name}: {", ".join(changed)}', lambda: _change(id, changed, now))


def _change(id: str, changed: Mapping[str, Any], now: datetime) -> None:
    said = '、'.join(dict.fromkeys(_SAID[name] for name in changed))

    def also(tx: Transaction, member: Member) -> None:
        units = [*member.units, *changed.get('units', ())]
        audit.keep(tx, units, audit.OPERATOR, f'导入文件，改了{member.name}的{said}', now)

    membership.put(id, now, also, ends=not _ENDS_SESSIONS.isdisjoint(changed), **changed)


def _invite(id: str, values: Mapping[str, Any], now: datetime) -> None:
    """The code is printed as soon as it counts: whoever cuts the command off has all that were made."""

    def also(tx: Transaction) -> None:
        audit.keep(tx, values['units'], audit.OPERATOR, f'导入文件，邀请 {values["name"]}', now)

    member, code = signin.invite(
        values['name'], values['units'], values['roles'], now, id=id, mobile=values.get('mobile'), also=also
    )
    print(f'{id} {member.name}: invitation {code}, for nobody else, shown only now', flush=True)
    rest = {
        name: value for name, value in values.items() if value and name in ('leave_from', 'leave_until', 'stand_in')
    }
    if rest:
        membership.put(id, now, lambda tx, member: None, ends=False, **rest)
