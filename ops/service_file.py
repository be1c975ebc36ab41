"""The files of services and crews: read with the lines of what is wrong, and written so that they read the same."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.services.problems import Problem
from chalicelib.services.words import english
from ops import yaml_nodes
from ops.secret_values import Unfit
from ops.service_fields import CATEGORY, CREW, ITEM, LEFT_ALONE, ON_REQUEST, OPTION, OPTIONAL, Read, Unusable, entries
from ops.yaml_nodes import Entry, Node, Unreadable

SECTIONS: Mapping[str, Mapping[str, Read]] = {'categories': CATEGORY, 'items': ITEM, 'crews': CREW}


class Said(NamedTuple):
    """One entry: its values by field, and on which line each field stands."""

    file: str
    line: int
    values: dict[str, Any]
    lines: dict[str, int]

    @property
    def id(self) -> str:
        return str(self.values['id'])

    def sentence(self, problem: Problem) -> str:
        """At the line of the field, or of what it belongs to."""
        parts = problem.field.split('.')
        places = ('.'.join(parts[:length]) for length in range(len(parts), 0, -1))
        line = next((self.lines[place] for place in places if place in self.lines), self.line)
        return f'{self.file}:{line}: {english(problem)}'


def read(file: Path, sections: Iterable[str]) -> dict[str, list[Said]]:
    """Raises `Unfit` with one sentence for each thing that cannot be read."""
    try:
        whole = yaml_nodes.read(file.read_text('utf-8'))
    except (OSError, UnicodeDecodeError) as error:
        raise Unfit(f'{file}: cannot be read: {type(error).__name__}') from None
    except Unreadable as error:
        raise Unfit(f'{file}:{error}') from None
    reading = _Reading(file.name)
    found = reading.sections(whole, tuple(sections))
    if reading.wrong:
        raise Unfit(*reading.wrong)
    return found


class _Reading:
    """Collects what is wrong, so that all of it is said at once."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.wrong: list[str] = []

    def sections(self, whole: Node | None, names: tuple[str, ...]) -> dict[str, list[Said]]:
        if not isinstance(whole, Entry):
            self._say(1, f'must have {" and ".join(names)}')
            return {}
        for name, node in whole.fields.items():
            if name not in names:
                self._say(node.line, f'{name} does not belong here; there may be {", ".join(names)}')
        return {name: list(self._section(name, whole.fields[name])) for name in names if name in whole.fields}

    def _section(self, name: str, node: Node) -> Iterator[Said]:
        seen: set[str] = set()
        for entry in self._take(node, name, entries) or ():
            said = self._entry(entry, SECTIONS[name], '')
            if said.id in seen:
                self._say(entry.line, f'{said.id} is there twice in {name}')
            seen.add(said.id)
            yield said

    def _entry(self, entry: Entry, shape: Mapping[str, Read], within: str) -> Said:
        id = getattr(entry.fields.get('id'), 'text', None) or '?'
        of = f'{within}{id}'
        for name, node in entry.fields.items():
            if name not in shape:
                self._say(node.line, f'{of}: there is no field {name}')
        values = {name: self._value(entry, name, shape, of) for name in shape if name in entry.fields}
        for name in shape:
            if name not in values and name not in LEFT_ALONE:
                if name not in OPTIONAL:
                    self._say(entry.line, f'{of}: {name}: is missing')
                values[name] = OPTIONAL.get(name)
        lines = {name: node.line for name, node in entry.fields.items()}
        options = values.get('options') or []
        lines |= {f'options.{one.id}.{name}': line for one in options for name, line in one.lines.items()}
        return Said(self._file, entry.line, values, lines)

    def _value(self, entry: Entry, name: str, shape: Mapping[str, Read], of: str) -> Any:
        taken = self._take(entry.fields[name], f'{of}: {name}', shape[name])
        if name == 'options':
            return [self._entry(each, OPTION, f'{of}: options.') for each in taken or ()]
        return taken

    def _take(self, node: Node, of: str, read: Read) -> Any:
        try:
            return read(node)
        except Unusable as why:
            self._say(node.line, f'{of}: {why}')
            return None

    def _say(self, line: int, words: str) -> None:
        self.wrong.append(f'{self._file}:{line}: {words}')


def write(file: Path, head: str, sections: Mapping[str, Iterable[Any]]) -> None:
    """A new file with these rows, under this comment."""
    import yaml

    said = {name: [written(row, SECTIONS[name]) for row in rows] for name, rows in sections.items()}
    comment = ''.join(f'# {line}\n' for line in head.splitlines())
    with file.open('x', encoding='utf-8') as out:
        out.write(comment + yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=110))


def written(row: Any, shape: Mapping[str, Read]) -> dict[str, Any]:
    """A row as the file has it: what may be left out is, where it says nothing."""
    found = {name: _plain(name, getattr(row, name)) for name in shape}
    return {name: value for name, value in found.items() if name not in OPTIONAL or value != OPTIONAL[name]}


def _plain(name: str, value: Any) -> Any:
    if name == 'options':
        return [written(option, OPTION) for option in value]
    if name in ('price', 'ceiling'):
        return _yuan(value) if value is not None else ON_REQUEST if name == 'price' else None
    return list(value) if isinstance(value, list) else value


def _yuan(fen: int) -> int | float:
    return fen // 100 if fen % 100 == 0 else fen / 100
