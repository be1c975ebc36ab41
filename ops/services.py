"""The catalogue of services and the crews, as files of YAML: out of a stage, and in again.

Files are checked completely before anything is written; `check` says what would be new, changed and the same. Items,
categories and crews that are not in the file are left alone. Who belongs to a crew stays where the file does not say
it. Samples to begin from are ops/data/services.yaml and ops/data/crews.yaml; the units they name have to be there.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib import clock
from chalicelib.services import actions
from chalicelib.storage import Conflict
from ops import command, service_file, service_plan
from ops.secret_values import Unfit
from ops.service_file import Said

_HEAD = 'Services of stage {stage}, as of {now:%Y-%m-%d %H:%M} UTC. Prices in yuan. `python -m ops.services` reads it.'


def main(argv: Sequence[str] | None = None) -> int:
    parser = command.parser('services', __doc__)
    parser.add_argument('do', choices=('check', 'import', 'export'))
    parser.add_argument('--file', type=Path, help='categories and items; export: a new file')
    parser.add_argument('--crews', type=Path, help='crews; export: a new file')
    parser.add_argument(
        '--withdraw-missing', action='store_true', help='check, import: withdraw the items that are not in --file'
    )
    given = parser.parse_args(argv)
    if problems := _contradictions(given):
        return command.refuse(problems)
    command.use(given.stage)
    actions.forget()
    try:
        return _export(given) if given.do == 'export' else _import(given)
    except Unfit as unfit:
        return command.refuse(unfit.problems)


def _contradictions(given: argparse.Namespace) -> list[str]:
    problems = []
    if not given.file and not given.crews:
        problems.append('--file, --crews: at least one of them is needed')
    if given.withdraw_missing and (given.do == 'export' or not given.file):
        problems.append('--withdraw-missing: only with check or import, and with --file')
    if given.do == 'export':
        files = [('--file', given.file), ('--crews', given.crews)]
        problems += [f'{option}: {file} is there already' for option, file in files if file and file.exists()]
    return problems


def _export(given: argparse.Namespace) -> int:
    head = _HEAD.format(stage=given.stage, now=clock.now())
    categories, items, crews = actions.categories(), actions.items(withdrawn=True), actions.crews()
    try:
        if given.file:
            service_file.write(given.file, head, {'categories': categories, 'items': items})
            print(f'{len(categories)} categories and {len(items)} items are in {given.file}')
        if given.crews:
            service_file.write(given.crews, head, {'crews': crews})
            print(f'{len(crews)} crews are in {given.crews}')
    except OSError as error:
        raise Unfit(f'{error.filename}: cannot be written: {type(error).__name__}') from None
    return 0


def _import(given: argparse.Namespace) -> int:
    said: dict[str, list[Said]] = {}
    wrong: list[str] = []
    for file, sections in ((given.file, ('categories', 'items')), (given.crews, ('crews',))):
        try:
            said |= service_file.read(file, sections) if file else {}
        except Unfit as unfit:
            wrong += unfit.problems
    if wrong:
        raise Unfit(*wrong)
    planned = service_plan.plan(said, given.withdraw_missing)
    for line in planned.lines:
        print(line)
    if given.do == 'check':
        print('nothing was written')
        return 0
    try:
        service_plan.carry_out(planned, clock.now())
    except Conflict:
        print('Somebody changed one of them meanwhile; run it again.', file=sys.stderr)
        return 1
    print('written. Functions that are running know it within a minute.')
    return 0


if __name__ == '__main__':
    sys.exit(main())
