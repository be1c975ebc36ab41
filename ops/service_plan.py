"""What a file of services would change: every row checked against all others, old and new; nothing written by halves."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.alliance import actions as alliance
from chalicelib.alliance import audit
from chalicelib.services import changing, rules
from chalicelib.services.changing import Row
from chalicelib.services.problems import Problem
from chalicelib.services.records import Category, Crew, Item, Option
from chalicelib.web.render import PICTURES
from ops.secret_values import Unfit
from ops.service_file import Said

Rows = dict[str, Any]  # by id


class Plan(NamedTuple):
    """`rows` are to be stored; `lines` say it, for the operator."""

    rows: tuple[Row, ...]
    lines: tuple[str, ...]


class _There(NamedTuple):
    """What the stage has, by id, as it will be."""

    categories: Rows
    items: Rows
    crews: Rows


class _Part(NamedTuple):
    """One section of a file, compared with what is there."""

    new: list[Row]
    changed: list[Row]
    same: int

    def words(self, name: str) -> str:
        return f'{name}: {len(self.new)} new, {len(self.changed)} changed, {self.same} the same'


def plan(said: Mapping[str, Sequence[Said]], withdraw_missing: bool) -> Plan:
    """Raises `Unfit` with all that is wrong."""
    there = _There(*({str(row.id): row for row in rows} for rows in changing.everything()))
    parts = {name: _merge(getattr(there, name), rows, _NEW[name]) for name, rows in said.items()}
    if problems := list(_problems(said, there)):
        raise Unfit(*problems)
    lines = [part.words(name) for name, part in parts.items()]
    gone = _withdraw(said, there) if withdraw_missing else []
    if withdraw_missing:
        lines.append(f'withdrawn: {len(gone)}' + ''.join(f' {item.id}' for item in gone))
    lines += _notes(there)
    return Plan((*(row for part in parts.values() for row in (*part.new, *part.changed)), *gone), tuple(lines))


def carry_out(planned: Plan, now: datetime) -> None:
    """Each unit that it concerns finds it under 最近的改动. Raises `Conflict` where somebody else was faster."""
    crews = [row for row in planned.rows if isinstance(row, Crew)]
    rest = [row for row in planned.rows if not isinstance(row, Crew)]
    districts = [unit.id for unit in alliance.units() if unit.kind == 'district']
    if rest:
        changing.put_all(rest, districts, audit.OPERATOR, f'服务目录：按文件导入，改了 {len(rest)} 项', now)
    for unit in dict.fromkeys(str(crew.unit) for crew in crews):
        own = [crew for crew in crews if crew.unit == unit]
        changing.put_all(own, [unit], audit.OPERATOR, f'班组：按文件导入，改了 {len(own)} 个', now)


_NEW: Mapping[str, Callable[..., Row]] = {'categories': Category, 'items': Item, 'crews': Crew}


def _merge(there: Rows, said: Sequence[Said], new: Callable[..., Row]) -> _Part:
    """Set on each row what the file says of it; `there` has then all rows as they will be."""
    part = _Part([], [], 0)
    same = 0
    for one in said:
        row = there.get(one.id)
        before = row.serialize() if row is not None else None
        if row is None:
            row = there[one.id] = new(one.id)
        for name, value in one.values.items():
            setattr(row, name, [Option(**each.values) for each in value or ()] if name == 'options' else value)
        if before is None:
            part.new.append(row)
        elif _differs(row, before, one):
            part.changed.append(row)
        else:
            same += 1
    return part._replace(same=same)


def _differs(row: Any, before: Any, said: Said) -> bool:
    try:
        return bool(row.serialize() != before)
    except (TypeError, ValueError):  # what cannot be stored at all is found by the checks
        return True


def _problems(said: Mapping[str, Sequence[Said]], there: _There) -> Iterator[str]:
    units = {unit.id: unit.kind for unit in alliance.units()}
    members = {member.id: list(member.units) for member in alliance.members()}
    checks: Mapping[str, Callable[[Any], list[Problem]]] = {
        'categories': lambda row: rules.category_problems(row, PICTURES),
        'items': lambda row: rules.item_problems(row, there.categories, units, PICTURES),
        'crews': lambda row: rules.crew_problems(row, list(there.items.values()), units, members),
    }
    for name, entries in said.items():
        rows = getattr(there, name)
        for entry in entries:
            yield from (entry.sentence(problem) for problem in checks[name](rows[entry.id]))


def _withdraw(said: Mapping[str, Sequence[Said]], there: _There) -> list[Item]:
    named = {entry.id for entry in said.get('items', ())}
    gone = [item for id, item in there.items.items() if id not in named and item.state == rules.OFFERED]
    for item in gone:
        item.state = rules.WITHDRAWN
    return gone


def _notes(there: _There) -> Iterator[str]:
    """What is allowed and yet worth a look: an item that nobody can be booked for."""
    for item in there.items.values():
        if item.state == rules.OFFERED and item.form == rules.TIME and not _comes(item, there):
            yield f'note: {item.id}: no crew for it yet; residents find no free times'


def _comes(item: Item, there: _There) -> bool:
    return any(
        crew.unit in item.offered_by and (not crew.items or item.id in crew.items) for crew in there.crews.values()
    )
