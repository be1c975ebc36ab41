"""One screen about a stage: does anything need a person, and what.

Exit status 0 where nothing does, 1 where something does; the first line says which.
"""

import json
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from chalicelib import clock, settings
from chalicelib.alliance import credentials
from ops import command, status_lines
from ops.status_lines import LOOK, NOT_HERE, NOT_SEEN, Line

_COLUMNS = 100
_ABOUT = 17
_MARKS = {LOOK: '!', NOT_HERE: '-', NOT_SEEN: '?'}


def main(argv: Sequence[str] | None = None) -> int:
    parser = command.parser('status', __doc__)
    parser.add_argument('--json', action='store_true', help='the same for machines')
    given = parser.parse_args(argv)
    command.use(given.stage)
    credentials.forget()
    now = clock.now()
    lines = list(status_lines.lines(now))
    todo = [line.todo for line in lines if line.state == LOOK]
    print(_for_machines(lines, todo, now) if given.json else _screen(lines, todo, now))
    return 1 if todo else 0


def sentence(todo: Sequence[str]) -> str:
    """What stands first."""
    if not todo:
        return 'Nothing needs a person.'
    things = 'One thing needs' if len(todo) == 1 else f'{len(todo)} things need'
    return f'{things} a person: {"; ".join(todo)}.'


def _screen(lines: Sequence[Line], todo: Sequence[str], now: datetime) -> str:
    at = f'{clock.beijing(now):%Y-%m-%d %H:%M}'
    head = [*textwrap.wrap(sentence(todo), _COLUMNS), f'{settings.stage()} in {settings.region()}, {at} in Beijing', '']
    return '\n'.join([*head, *(_row(line) for line in lines)])


def _row(line: Line) -> str:
    begin = f'{_MARKS.get(line.state, " ")} {line.about:<{_ABOUT}} '
    words = f'{line.state}  {line.words}'.rstrip() if line.state in (NOT_HERE, NOT_SEEN) else line.words
    return textwrap.fill(
        words, _COLUMNS - _wide(words), initial_indent=begin, subsequent_indent=' ' * len(begin), break_on_hyphens=False
    )


def _wide(words: str) -> int:
    """How many columns more it takes than it has characters: a Chinese one takes two."""
    return sum(unicodedata.east_asian_width(each) in 'WF' for each in words)


def _for_machines(lines: Sequence[Line], todo: Sequence[str], now: datetime) -> str:
    said = {
        'stage': settings.stage(),
        'region': settings.region(),
        'at': now.isoformat(timespec='seconds'),
        'fine': not todo,
        'sentence': sentence(todo),
        'lines': [line._asdict() for line in lines],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)


if __name__ == '__main__':
    sys.exit(main())
