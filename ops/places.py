"""Where the communities are: points by which a place that a resident sends is told to be theirs.

FILE is CSV with the columns unit, longitude, latitude, source: the unit's id, a point of it in degrees, and who says
so (社区提供 2026-11). Points are GCJ-02, as WeChat, AMap and Tencent Maps have them; GPS's own (WGS-84) and Baidu's
(BD-09) are some hundred metres beside and must be converted first. Several lines of a unit are several points of it:
one for each of its estates is better than one for its office. Nothing is written unless all of FILE is right.
"""

import argparse
import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from chalicelib.alliance import actions
from chalicelib.alliance.records import Unit
from ops import command

COLUMNS = ('unit', 'longitude', 'latitude', 'source')
MOST_POINTS = 40  # of one unit: all are read again every minute by every function
MOST_SOURCE = 60
# GCJ-02 is defined for mainland China only.
RANGES = {'longitude': (73.0, 136.0), 'latitude': (3.0, 54.0)}
_DEGREES = re.compile(r'[0-9]{1,3}(\.[0-9]{1,10})?')

Row = list[float | str]  # as Unit.points keeps it
Points = dict[str, list[Row]]


class Read(NamedTuple):
    """What a file says, and one line for each thing that is wrong with it."""

    points: Points
    problems: list[str]


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    command.use(given.stage)
    return int(given.do(given))


def _parser() -> argparse.ArgumentParser:
    parser = command.parser('places', __doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    does = parser.add_subparsers(required=True, metavar='what')
    does.add_parser('list', help='communities, and how many points each has').set_defaults(do=show_all)
    brought = does.add_parser('import', help='points from a file; they replace those of the units it names')
    brought.add_argument('file', type=Path, metavar='FILE')
    brought.set_defaults(do=bring)
    dropped = does.add_parser('drop', help='let a unit have no points any more')
    dropped.add_argument('unit', help='its id')
    dropped.set_defaults(do=drop)
    return parser


def show_all(given: argparse.Namespace) -> int:
    print('id', 'name', 'points', 'sources', sep='\t')
    for unit in _communities():
        sources = dict.fromkeys(str(source) for _, _, source in unit.points or ())
        print(unit.id, unit.name, len(unit.points or ()), '; '.join(sources) or '-', sep='\t')
    return 0


def bring(given: argparse.Namespace) -> int:
    try:
        text = given.file.read_text('utf-8-sig')  # Excel puts a mark before it
    except (OSError, UnicodeDecodeError) as error:
        return command.refuse([f'{given.file}: cannot be read as UTF-8: {type(error).__name__}'])
    read = parse(text)
    if read.problems:
        return command.refuse([*read.problems, 'Nothing is written.'])
    for unit_id, points in read.points.items():
        _put(unit_id, points)
    actions.forget()
    without = sum(not unit.points for unit in _communities())
    written = sum(map(len, read.points.values()))
    print(f'{written} points of {len(read.points)} communities are written; {without} communities have none.')
    print('Functions that are running know them within a minute.')
    return 0


def drop(given: argparse.Namespace) -> int:
    unit = actions.unit(given.unit)
    if unit is None:
        return command.refuse([f'unit: there is no unit {given.unit}; `list` shows all communities'])
    _put(unit.id, [])
    actions.forget()
    print(f'{unit.id} {unit.name}: no points any more')
    return 0


def parse(text: str) -> Read:
    """The points in a CSV file, by unit; line 1 is the header."""
    reader = csv.DictReader(text.splitlines())
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        return Read({}, [f'line 1: there is no column {name}' for name in missing])
    points: Points = {}
    problems: list[str] = []
    seen: dict[tuple[str, ...], int] = {}
    for row in reader:
        said = {name: (row[name] or '').strip() for name in COLUMNS}
        wrong = [f'line {reader.line_num}, {problem}' for problem in _problems(said)]
        place = tuple(said[name] for name in COLUMNS[:3])
        if not wrong and place in seen:
            wrong = [f'line {reader.line_num}: the same point as line {seen[place]}']
        seen.setdefault(place, reader.line_num)
        problems += wrong
        if not wrong:
            longitude, latitude = float(said['longitude']), float(said['latitude'])
            points.setdefault(said['unit'], []).append([longitude, latitude, said['source']])
    many = [f'{unit}: more than {MOST_POINTS} points' for unit, rows in points.items() if len(rows) > MOST_POINTS]
    return Read(points, [*problems, *many] if points or problems else ['there is no point in it'])


def _problems(said: Mapping[str, str]) -> Iterator[str]:
    unit = actions.unit(said['unit'])
    if unit is None:
        yield f'unit: there is no unit {said["unit"]!r}'
    elif unit.kind != 'community':
        yield f'unit: {unit.name} is a {unit.kind}; only communities have points'
    for name, (least, most) in RANGES.items():
        if not _DEGREES.fullmatch(said[name]):
            yield f'{name}: not degrees: {said[name]!r}; write 120.384800'
        elif not least <= float(said[name]) <= most:
            yield f'{name}: not in mainland China: {said[name]} (are longitude and latitude exchanged?)'
    if not said['source']:
        yield 'source: who says so'
    elif len(said['source']) > MOST_SOURCE:
        yield f'source: more than {MOST_SOURCE} characters'


def _communities() -> list[Unit]:
    return [unit for unit in actions.units() if unit.kind == 'community']


def _put(unit_id: str, points: list[Row]) -> None:
    """That and nothing else: somebody may change the unit's hours meanwhile."""
    change = Unit.points.set(points) if points else Unit.points.remove()
    Unit(unit_id).update([change], condition=Unit.id.exists())


if __name__ == '__main__':
    sys.exit(main())
