"""The alliance's units, staff and accounts as a file: out for a spreadsheet, and in again.

A file is checked completely before anything is written. What is not in it, a line or a column, is left alone: nothing
is ever deleted by a file. An empty cell takes a value away. Run again with the same file, nothing changes. On a new
stage import units without their columns duty and responsible, then staff, then units again.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib import clock
from chalicelib.alliance import actions
from chalicelib.storage import Conflict
from ops import account_sheet, command, sheets, staff_sheet, unit_sheet
from ops.secret_values import Unfit

_SHEETS = {'units': unit_sheet, 'staff': staff_sheet, 'accounts': account_sheet}


def main(argv: Sequence[str] | None = None) -> int:
    parser = command.parser('alliance', __doc__)
    parser.add_argument('do', choices=('export', 'import'))
    parser.add_argument('what', choices=tuple(_SHEETS))
    parser.add_argument('file', type=Path, help='export: a new file; import: one that export, or Excel, has written')
    parser.add_argument('--format', required=True, choices=sheets.FORMATS, help='csv opens in Excel')
    parser.add_argument('--with-mobiles', action='store_true', help='export staff: also mobile numbers; keep them safe')
    parser.add_argument('--check', action='store_true', help='import: say what would change, and change nothing')
    given = parser.parse_args(argv)
    if problems := _contradictions(given):
        return command.refuse(problems)
    command.use(given.stage)
    try:
        return _export(given) if given.do == 'export' else _import(given)
    except Unfit as unfit:
        return command.refuse(unfit.problems)


def _contradictions(given: argparse.Namespace) -> list[str]:
    problems = []
    if given.with_mobiles and (given.do, given.what) != ('export', 'staff'):
        problems.append('--with-mobiles: only with export staff; a file with a column mobile is imported without it')
    if given.check and given.do != 'import':
        problems.append('--check: only with import')
    return problems


def _export(given: argparse.Namespace) -> int:
    sheet = _SHEETS[given.what]
    rows = list(sheet.rows(given.with_mobiles))
    columns = sheet.COLUMNS
    if given.what == 'staff' and not given.with_mobiles:
        columns = staff_sheet.WITHOUT_MOBILES
    sheets.write(given.file, given.format, columns, rows)
    print(f'{len(rows)} {given.what} are in {given.file}')
    return 0


def _import(given: argparse.Namespace) -> int:
    sheet = _SHEETS[given.what]
    lines = sheets.read(given.file, given.format, sheet.COLUMNS)
    steps = sheet.plan(lines, clock.now())
    try:
        for step in steps:
            print(step.words)
            if not given.check:
                step.do()
    except Conflict:
        print('Somebody changed this one meanwhile. What stands above it is done; run it again.', file=sys.stderr)
        return 1
    finally:
        actions.forget()
    done = 'would change; nothing was written' if given.check else 'changed'
    print(f'{len(steps)} {done}, {len(lines) - len(steps)} are as the file has them')
    return 0


if __name__ == '__main__':
    sys.exit(main())
