"""DynamoDB's update and projection expressions, as PynamoDB writes them: the item anew, the given one as it was."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Context
from functools import cache
from typing import NamedTuple

from tests.expressions import Invalid, Item, Operand, Path, Scope, Tokens, Value, number

CLAUSES = ('SET', 'REMOVE', 'ADD', 'DELETE')
EXACT = Context(prec=38)  # digits of DynamoDB's numbers
Change = Callable[[Item, str], None]  # of the map in which the path ends, at its last name


class Action(NamedTuple):
    clause: str
    path: Path
    operand: Operand | None


def updated(text: str, scope: Scope) -> Item:
    """Raises `Invalid`; every operand is read from the item as it was."""
    item = scope.item
    for path, change in [(scope.path(action.path), _change(action, scope)) for action in _actions(text)]:
        item = _changed(item, path, change)
    return item


def only_removes(text: str) -> bool:
    return all(action.clause in ('REMOVE', 'DELETE') for action in _actions(text))


def check_update(text: str, names: dict[str, str], key: Iterable[str]) -> None:
    """What is refused whatever the item is. Raises `Invalid`."""
    paths = [tuple(names[one] for one in action.path) for action in _actions(text)]
    told = set(paths)
    if len(told) < len(paths) or any(path[:upto] in told for path in paths for upto in range(1, len(path))):
        raise Invalid('Two document paths overlap with each other')
    if {path[0] for path in paths}.intersection(key):
        raise Invalid('Cannot update attribute: it is part of the key')


@cache
def _actions(text: str) -> list[Action]:
    return list(_read(Tokens(text)))


def _read(tokens: Tokens) -> Iterator[Action]:
    while clause := tokens.take():
        assert clause in CLAUSES, clause
        while True:
            yield _action(clause, tokens)
            if not tokens.took(','):
                break


def _action(clause: str, tokens: Tokens) -> Action:
    path = tokens.path()
    if clause == 'SET':
        tokens.take('=')
        return Action(clause, path, _sum(tokens))
    return Action(clause, path, None if clause == 'REMOVE' else tokens.operand())


def _sum(tokens: Tokens) -> Operand:
    left = _term(tokens)
    for sign, factor in (('+', 1), ('-', -1)):
        if tokens.took(sign):
            right = _term(tokens)
            return lambda scope, factor=factor: _added(left(scope), right(scope), factor)
    return left


def _term(tokens: Tokens) -> Operand:
    if tokens.took('if_not_exists'):
        kept, given = tokens.arguments(_term)
        return lambda scope: kept(scope) or given(scope)
    if tokens.took('list_append'):
        first, second = tokens.arguments(_term)
        return lambda scope: {'L': _of('L', first(scope)) + _of('L', second(scope))}
    return tokens.operand()


def _of(kind: str, value: Value | None) -> list[Value]:
    if value is None:
        raise Invalid('The provided expression refers to an attribute that does not exist in the item')
    if kind not in value:
        raise Invalid('An operand in the update expression has an incorrect data type')
    return value[kind]


def _added(one: Value | None, other: Value | None, factor: int = 1) -> Value:
    left, right = number(_of('N', one)), number(_of('N', other))
    if isinstance(left, int) and isinstance(right, int):
        return {'N': str(left + factor * right)}
    return {'N': f'{EXACT.normalize(EXACT.add(left, factor * right)):f}'}


def _change(action: Action, scope: Scope) -> Change:
    operand = action.operand
    if operand is None:
        return lambda kept, name: kept.pop(name, None) and None
    value = operand(scope)
    if value is None:
        raise Invalid('The provided expression refers to an attribute that does not exist in the item')
    if action.clause == 'SET':
        return lambda kept, name: kept.update({name: value})
    if action.clause == 'ADD' and 'N' in value:
        return lambda kept, name: kept.update({name: _added(kept.get(name, {'N': '0'}), value)})
    raise NotImplementedError('sets')


def _changed(kept: Item, path: Path, change: Change) -> Item:
    copied, (first, *rest) = dict(kept), path
    if not rest:
        change(copied, first)
        return copied
    if 'M' not in copied.get(first, {}):
        raise Invalid('The document path provided in the update expression is invalid for update')
    copied[first] = {'M': _changed(copied[first]['M'], tuple(rest), change)}
    return copied


def projected(text: str | None, names: dict[str, str], item: Item) -> Item:
    """What a read asks for of an item."""
    if not text:
        return item
    shown: Item = {}
    for path in _paths(text):
        found = Scope(names, {}, item).find(path)
        if found is None:
            continue
        level = shown
        *above, last = (names[one] for one in path)
        for name in above:
            level = level.setdefault(name, {'M': {}})['M']
        level[last] = found
    return shown


@cache
def _paths(text: str) -> list[Path]:
    tokens = Tokens(text)
    paths = [tokens.path()]
    while tokens.took(','):
        paths.append(tokens.path())
    return paths
