"""Write the alliance's units down: the district, its streets and communities. What is there already stays as it is."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from chalicelib.alliance import actions
from chalicelib.alliance.records import Unit
from ops import command

SHINAN = Path(__file__).parent / 'data' / 'shinan.json'


def main(argv: Sequence[str] | None = None) -> int:
    parser = command.parser('seed', __doc__)
    parser.add_argument(
        '--units', type=Path, default=SHINAN, help='a file as ops/data/shinan.json, which is the default'
    )
    given = parser.parse_args(argv)
    command.use(given.stage)
    try:
        wanted = list(units(given.units))
    except (OSError, ValueError, KeyError, TypeError) as error:
        return command.refuse([f'--units: {given.units} cannot be read: {type(error).__name__} {error}'])
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


if __name__ == '__main__':
    sys.exit(main())
