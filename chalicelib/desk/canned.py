"""常用语: sentences a clerk can put into a reply, read from canned.toml on first use."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).parent / 'canned.toml'


class Line(NamedTuple):
    id: str
    name: str
    text: str


class Group(NamedTuple):
    name: str
    lines: tuple[Line, ...]


@lru_cache
def groups() -> tuple[Group, ...]:
    import tomllib  # the callback never needs it

    data = tomllib.loads(_FILE.read_text('utf-8'))
    return tuple(Group(group['name'], tuple(Line(**line) for line in group['line'])) for group in data['group'])


def put_into(text: str, line_id: str) -> str:
    """The text with the chosen sentence on a line of its own at the end; an unknown one changes nothing."""
    chosen = next((line.text for group in groups() for line in group.lines if line.id == line_id), '')
    return '\n'.join(part for part in (text.rstrip(), chosen) if part) if chosen else text
