"""Write the alliance's units down: the district, its streets, communities and some departments.

What is there already stays as it is. The departments are those a community hands matters over to; their names are to be
checked with the district before residents read them (待核实), which their file says.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from chalicelib.alliance import actions
from chalicelib.alliance.records import Unit
from ops import command

SHINAN = Path(__file__).parent / 'data' / 'shinan.json'
DEPARTMENTS = Path(__file__).parent / 'data' / 'departments.json'


def main(argv: Sequence[str] | None = None) -> int:
    parser = command.parser('seed', __doc__)
    parser.add_argument(
        '--units', type=Path, default=SHINAN, help='a file as ops/data/shinan.json, which is the default'
    )
    parser.add_argument(
        '--departments',
        type=Path,
        default=DEPARTMENTS,
        help='as ops/data/departments.json, the default',
    )
    given = parser.parse_args(argv)
    command.use(given.stage)
    wanted, problems = [], []
    for option, file, read in (
        ('--units', given.units, units),
        ('--departments', given.departments, departments),
    ):
        try:
            wanted += list(read(file))
        except (OSError, ValueError, KeyError, TypeError) as error:
            problems.append(f'{option}: {file} cannot be read: {type(error).__name__} {error}')
    if problems:
        return command.refuse(problems)
    there = {unit.id for unit in actions.units()}
    new = [unit for unit in wanted if unit.id not in there]
    with Unit.batch_write() as kept:
        for unit in new:
            kept.save(unit)
    print(f'{len(new)} units are new, {len(wanted) - len(new)} were there')
    actions.forget()
    return 0


def units(file: Path) -> Iterator[Unit]:
    """The district, its streets and communities, as of the date in the file."""
    said = json.loads(file.read_text('utf-8'))
    district = said['district']
    yield Unit(district['code'], name=district['name'], kind='district')
    for street in said['streets']:
        yield Unit(street['code'], name=street['name'], kind='street', parent=district['code'])
        for community in street['communities']:
            yield Unit(community['code'], name=community['name'], kind='community', parent=street['code'])


def departments(file: Path) -> Iterator[Unit]:
    """Departments by slugs of ours: no official code numbers them."""
    said = json.loads(file.read_text('utf-8'))
    for department in said['departments']:
        yield Unit(department['id'], name=department['name'], kind='department', parent=said['district'])


if __name__ == '__main__':
    sys.exit(main())
