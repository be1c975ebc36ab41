"""Units as a file: what each column means, and what is wrong with a line. What is not in the file is left alone."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from chalicelib.alliance import actions, audit, managing, tree
from chalicelib.alliance.records import Unit
from chalicelib.storage import Transaction, commit
from ops import sheets, unit_fields
from ops.secret_values import Unfit
from ops.sheets import LIST, PLAIN, TEXT, Row, Step

COLUMNS: Mapping[str, str] = {
    'id': PLAIN, 'name': TEXT, 'kind': PLAIN, 'parent': PLAIN, 'code': PLAIN, 'place': TEXT, 'area': TEXT,
    'area_km2': PLAIN, 'phone': PLAIN, 'work': PLAIN, 'duty': PLAIN, 'off_days': LIST, 'extra_days': LIST,
    'channels': LIST, 'responsible': PLAIN,
}  # fmt: skip
# As 最近的改动 calls them
SAID: Mapping[str, str] = {
    'name': '名称', 'kind': '类别', 'parent': '上级', 'code': '代码', 'place': '地址', 'area': '辖区',
    'area_km2': '面积', 'phone': '电话', 'work': '工作时间', 'duty': '值班表', 'off_days': '另外休息',
    'extra_days': '另外上班', 'channels': '提醒渠道', 'responsible': '没有单位认领的事由谁负责',
}  # fmt: skip
_ID = r'[a-z0-9-]{1,64}'
_DAYS = ('off_days', 'extra_days')


def rows(with_mobiles: bool) -> Iterator[dict[str, Any]]:
    for unit in actions.units():
        values = {name: getattr(unit, name) for name in COLUMNS}
        yield values | {name: list(values[name]) for name in COLUMNS if COLUMNS[name] == LIST}


def plan(lines: Sequence[Row], now: datetime) -> list[Step]:
    """What would be done; raises `Unfit` with all that is wrong in any line."""
    wanted = {row.cells['id']: _values(row) for row in lines}
    problems = [f'{row.place}: {problem}' for row in lines for problem in _problems(row)]
    problems = problems or list(_tree_problems(lines, wanted))
    if problems:
        raise Unfit(*problems)
    steps = (_step(id, values, now) for id, values in wanted.items())
    return [step for step in steps if step]


def _values(row: Row) -> dict[str, Any]:
    return {name: _value(name, cell) for name, cell in row.cells.items() if name != 'id'}


def _value(name: str, cell: str) -> Any:
    if name in _DAYS:
        return sorted({sheets.a_day(part) for part in sheets.several(cell)})
    if name == 'area_km2':
        return _number(cell)
    return sheets.several(cell) if COLUMNS[name] == LIST else cell or None


def _number(cell: str) -> int | float | None:
    try:
        number = Decimal(cell)
    except InvalidOperation:
        return None
    return None if not number.is_finite() else int(number) if number == int(number) else float(number)


def _problems(row: Row) -> Iterator[str]:
    cells = row.cells
    if not re.fullmatch(_ID, cells['id']):
        yield 'id: small ASCII letters, digits and hyphens: it stands in addresses'
    needed = ('name', 'kind') if actions.unit(cells['id']) is None else ()
    yield from (f'{name}: missing, and the unit is new' for name in needed if name not in cells)
    for name, cell in cells.items():
        check = _CHECKS.get(name)
        yield from (f'{name}: {problem}' for problem in (check(cell) if check else ()))


def _as_unit_fields(name: str) -> Callable[[str], Iterator[str]]:
    """The same checks as `ops.units set`, without its dashes."""
    option = {'off_days': 'off', 'extra_days': 'extra'}.get(name, name)

    def check(cell: str) -> Iterator[str]:
        given: Any = _value(name, cell) if name in _DAYS else cell
        given = ','.join(sheets.several(cell)) if name == 'channels' else given
        for problem in unit_fields.CHECKS[option](given):
            yield problem.removeprefix(f'--{option}: ')

    return check


def _name(cell: str) -> Iterator[str]:
    if not 1 <= len(cell) <= 30:
        yield '1 to 30 characters'


def _kind(cell: str) -> Iterator[str]:
    if cell not in tree.KINDS:
        yield f'one of {", ".join(tree.KINDS)}'


def _code(cell: str) -> Iterator[str]:
    if cell and not re.fullmatch('[0-9]{12}', cell):
        yield '12 digits, or nothing'


def _words(cell: str) -> Iterator[str]:
    if len(cell) > 200:
        yield 'at most 200 characters'


def _area(cell: str) -> Iterator[str]:
    number = _number(cell)
    if cell and (number is None or not 0 < number < 100_000):
        yield 'square kilometres as a number, or nothing'


def _responsible(cell: str) -> Iterator[str]:
    if cell and actions.member(cell) is None:
        yield f'there is no member {cell}; import staff first'


_CHECKS: dict[str, Callable[[str], Iterator[str]]] = {
    'name': _name,
    'kind': _kind,
    'code': _code,
    'place': _words,
    'area': _words,
    'area_km2': _area,
    'responsible': _responsible,
    **{name: _as_unit_fields(name) for name in ('work', 'duty', 'phone', 'channels', *_DAYS)},
}


def _tree_problems(lines: Sequence[Row], wanted: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The tree as it would be: every parent is there and may be one, and nothing stands below itself."""
    places = {row.cells['id']: row.place for row in lines}
    kinds = {unit.id: (unit.kind, unit.parent) for unit in actions.units()}
    for id, values in wanted.items():
        kind, parent = kinds.get(id, ('', None))
        kinds[id] = (values.get('kind', kind), values.get('parent', parent))
    for id, (kind, parent) in kinds.items():
        problem = _parent_problem(kind, parent, kinds)
        if problem and (id in places or parent in places):
            yield f'{places.get(id) or places[parent or ""]}: {"parent" if id in places else "kind"}: {id}: {problem}'
    for id in wanted:
        if wanted[id].get('responsible') and kinds[id][0] != 'district':
            yield f'{places[id]}: responsible: only a district has one'


def _parent_problem(kind: str, parent: str | None, kinds: Mapping[str, tuple[str, str | None]]) -> str:
    """Kinds stand above each other in one order only, so that no circle can be made of allowed parents."""
    allowed = tree.KINDS[kind]
    if parent is None:
        return f'a {kind} needs a parent: {" or ".join(allowed)}' if allowed else ''
    if parent not in kinds:
        return f'there is no unit {parent}'
    if kinds[parent][0] not in allowed:
        return f'a {kind} cannot stand under a {kinds[parent][0]}'
    return ''


def _step(id: str, values: Mapping[str, Any], now: datetime) -> Step | None:
    there = actions.unit(id)
    if there is None:
        return Step(f'{id} {values["name"]}: new {values["kind"]}', lambda: _add(id, values, now))
    changed = {name: value for name, value in values.items() if value != _there(there, name)}
    if not changed:
        return None
    did = f'导入文件，改了{"、".join(SAID[name] for name in changed)}'
    return Step(
        f'{id} {there.name}: {", ".join(changed)}',
        lambda: managing.write_unit(there, changed, audit.OPERATOR, did, now),
    )


def _there(unit: Unit, name: str) -> Any:
    value = getattr(unit, name)
    return list(value) if COLUMNS[name] == LIST else value


def _add(id: str, values: Mapping[str, Any], now: datetime) -> None:
    unit = Unit(id, **{name: value for name, value in values.items() if value is not None})

    def write(tx: Transaction) -> None:
        tx.save(unit, Unit.id.does_not_exist())
        audit.keep(tx, [id], audit.OPERATOR, '导入文件，新增单位', now)

    commit(write)
