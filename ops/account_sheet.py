"""Official Accounts as a file, without any secret: what is there can be changed by it, a new one is added by
`ops.accounts add` or `add-all`, which ask for its secrets."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.alliance import actions
from chalicelib.alliance.records import Account
from ops import secret_values, sheets
from ops.account_changes import ALSO
from ops.account_fields import FORMATS, KINDS, MODES
from ops.secret_values import Unfit
from ops.sheets import LIST, PLAIN, TEXT, Row, Step

COLUMNS: Mapping[str, str] = {
    'id': PLAIN, 'name': TEXT, 'kind': PLAIN, 'verified': PLAIN, 'mode': PLAIN, 'unit': PLAIN, 'original_id': PLAIN,
    'alert_template': PLAIN, 'alert_fields': LIST,
}  # fmt: skip
_CHOICES = {'kind': KINDS, 'mode': MODES, 'verified': ('true', 'false')}


def rows(with_mobiles: bool) -> Iterator[dict[str, Any]]:
    for account in actions.accounts():
        yield {name: _there(account, name) for name in COLUMNS}


def plan(lines: Sequence[Row], now: datetime) -> list[Step]:
    """What would be done; raises `Unfit` with all that is wrong in any line."""
    if problems := [f'{row.place}: {problem}' for row in lines for problem in _problems(row)]:
        raise Unfit(*problems)
    steps = (_step(row) for row in lines)
    return [step for step in steps if step]


def _there(account: Account, name: str) -> Any:
    value = getattr(account, name)
    return list(value) if COLUMNS[name] == LIST else value


def _values(row: Row) -> dict[str, Any]:
    return {name: _value(name, cell) for name, cell in row.cells.items() if name != 'id'}


def _value(name: str, cell: str) -> Any:
    if name == 'verified':
        return cell.lower() == 'true'  # Excel writes TRUE
    return sheets.several(cell) if COLUMNS[name] == LIST else cell or None


def _problems(row: Row) -> Iterator[str]:
    account = actions.account(row.cells['id'])
    if account is None:
        yield f'id: there is no account {row.cells["id"]}; ops.accounts add-all adds new ones, with their secrets'
        return
    cells = row.cells
    for name, choices in _CHOICES.items():
        if name in cells and cells[name].lower() not in choices:
            yield f'{name}: one of {", ".join(choices)}'
    if 'unit' in cells and actions.unit(cells['unit']) is None:
        yield f'unit: there is no unit {cells["unit"]}'
    yield from secret_values.problems({'name': cells['name']} if 'name' in cells else {}, FORMATS)
    yield from secret_values.problems(
        {'original_id': cells['original_id']} if cells.get('original_id') else {}, FORMATS
    )
    yield from _template_problems(account, _values(row))


def _template_problems(account: Account, values: Mapping[str, Any]) -> Iterator[str]:
    def will(name: str) -> Any:
        return values.get(name, _there(account, name))

    template, fields = will('alert_template'), will('alert_fields')
    if bool(template) != bool(fields):
        yield 'alert_fields: a template has its two fields, or there is neither'
    elif template:
        found = secret_values.problems({'template': template, 'fields': ','.join(fields)}, FORMATS)
        yield from (f'alert_{problem}' for problem in found)
        if will('kind') != 'service' or not will('verified'):
            yield 'alert_template: only a verified service account may send template messages'


def _step(row: Row) -> Step | None:
    account = actions.account(row.cells['id'])
    assert account
    changed = {name: value for name, value in _values(row).items() if value != _there(account, name)}
    if not changed:
        return None
    also = ''.join(f' {ALSO[name]}' for name in changed if name in ALSO)
    return Step(f'{account.id} {account.name}: {", ".join(changed)}.{also}', lambda: _change(account, changed))


def _change(account: Account, changed: Mapping[str, Any]) -> None:
    put = [
        getattr(Account, name).remove() if value is None else getattr(Account, name).set(value)
        for name, value in changed.items()
    ]
    account.update(actions=put, condition=Account.id.exists())
