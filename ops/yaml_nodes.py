"""YAML with the line of everything in it. What is not plain data is refused, and so is a key written twice."""

from typing import Any, NamedTuple

import yaml


class Unreadable(ValueError):
    """Why, beginning with the line."""


class Value(NamedTuple):
    """One value: what YAML takes it for, and how it was written."""

    line: int
    value: Any  # str, int, float, bool, date or None
    text: str


class Values(NamedTuple):
    line: int
    values: 'tuple[Node, ...]'


class Entry(NamedTuple):
    line: int
    fields: 'dict[str, Node]'


Node = Value | Values | Entry


def read(text: str) -> Node | None:
    """As `yaml.safe_load` would read it, but with lines; None for an empty file. Raises `Unreadable`."""
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, 'anchor', None):
                raise Unreadable(f'{event.start_mark.line + 1}: anchors (& and *) are not taken')
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        return _read(loader, node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(f'{mark.line + 1 if mark else 1}: {error.problem or error.context}') from None
    except yaml.YAMLError as error:
        raise Unreadable(f'1: {error}') from None
    except RecursionError:
        raise Unreadable('1: nested too deeply') from None


def _read(loader: Any, node: Any) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return Entry(line, _fields(loader, node))
    if isinstance(node, yaml.SequenceNode):
        return Values(line, tuple(_read(loader, each) for each in node.value))
    try:
        return Value(line, loader.construct_object(node), node.value)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f'{line}: {error}') from None


def _fields(loader: Any, node: Any) -> dict[str, Node]:
    fields: dict[str, Node] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.value == '<<':
            raise Unreadable(f'{line}: a key must be a plain word')
        if key.value in fields:
            raise Unreadable(f'{line}: {key.value} is written twice')
        fields[key.value] = _read(loader, value)
    return fields
