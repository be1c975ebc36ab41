"""DynamoDB's condition expressions, as PynamoDB writes them: each text is parsed once, into a function of a `Scope`.

Paths go through maps and not into lists. Where DynamoDB would call an expression invalid, `Invalid` says so.
"""

import operator
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

Value = dict[str, Any]  # as DynamoDB's protocol has it: {'S': 'words'}
Item = dict[str, Value]
Path = tuple[str, ...]

TOKEN = re.compile(r'[#:]?\w+|<>|<=|>=|\S')
ORDERS = {'<': operator.lt, '<=': operator.le, '>': operator.gt, '>=': operator.ge}
SETS = ('SS', 'NS', 'BS')


class Invalid(Exception):
    """DynamoDB's ValidationException."""


class Scope(NamedTuple):
    names: dict[str, str]
    values: dict[str, Value]
    item: Item

    def path(self, placeholders: Path) -> Path:
        return tuple(self.names[one] for one in placeholders)

    def find(self, placeholders: Path) -> Value | None:
        found = self.item.get(self.names[placeholders[0]])
        for one in placeholders[1:]:
            found = found.get('M', {}).get(self.names[one]) if found else None
        return found


Test = Callable[[Scope], bool]
Operand = Callable[[Scope], Value | None]


def number(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:
        return Decimal(text)


def plain(value: Value) -> Any:
    """Something Python compares as DynamoDB does; of the same type, strings by their UTF-8 bytes."""
    ((kind, inner),) = value.items()
    if kind == 'N':
        return number(inner)
    if kind == 'M':
        return {name: (next(iter(one)), plain(one)) for name, one in inner.items()}
    if kind == 'L':
        return [(next(iter(one)), plain(one)) for one in inner]
    if kind in SETS:
        return frozenset(map(number, inner) if kind == 'NS' else inner)
    return inner


def same(one: Value | None, other: Value | None) -> bool:
    return one is not None and other is not None and one.keys() == other.keys() and plain(one) == plain(other)


def ordered(order: str, one: Value | None, other: Value | None) -> bool:
    if one is None or other is None or one.keys() != other.keys():
        return False
    return bool(ORDERS[order](plain(one), plain(other)))


class Tokens:
    def __init__(self, text: str) -> None:
        self.rest = [*TOKEN.findall(text), ''][::-1]

    def take(self, expected: str = '') -> str:
        token = self.rest.pop()
        assert not expected or token == expected, f'{token} where {expected} was expected'
        return token

    def took(self, expected: str) -> bool:
        found = self.rest[-1] == expected
        if found:
            self.rest.pop()
        return found

    def path(self) -> Path:
        names = [self.take()]
        while self.took('.'):
            names.append(self.take())
        if self.rest[-1] == '[':
            raise NotImplementedError('paths into lists')
        assert all(name.startswith('#') for name in names), f'{names}: PynamoDB writes no name as it is'
        return tuple(names)

    def arguments(self, read: 'Callable[[Tokens], Operand] | None' = None) -> list[Operand]:
        """What stands in parentheses, separated by commas."""
        read = read or Tokens.operand
        self.take('(')
        found = [read(self)]
        while self.took(','):
            found.append(read(self))
        self.take(')')
        return found

    def operand(self) -> Operand:
        token = self.rest[-1]
        if token.startswith(':'):
            self.take()
            return lambda scope: scope.values[token]
        if self.took('size'):
            (measured,) = self.arguments()
            return lambda scope: _size(measured(scope))
        path = self.path()
        return lambda scope: scope.find(path)


def _size(value: Value | None) -> Value | None:
    if value is None:
        return None
    ((kind, inner),) = value.items()
    return {'N': str(len(inner.encode() if kind == 'S' else inner))}


def check(text: str | None, values: dict[str, Value]) -> None:
    """What is refused whatever the item is. Raises `Invalid`."""
    for lower, upper in re.findall(r'BETWEEN (:\w+) AND (:\w+)', text or ''):
        if ordered('>', values[lower], values[upper]):
            raise Invalid('The BETWEEN operator requires upper bound to be greater than or equal to lower bound')


def holds(text: str | None, scope: Scope) -> bool:
    """Whether a condition is met; none is."""
    return not text or _condition(text)(scope)


@cache
def _condition(text: str) -> Test:
    tokens = Tokens(text)
    test = _either(tokens)
    assert not tokens.take(), text
    return test


def _either(tokens: Tokens) -> Test:
    tests = [_all(tokens)]
    while tokens.took('OR'):
        tests.append(_all(tokens))
    return tests[0] if len(tests) == 1 else lambda scope: any(test(scope) for test in tests)


def _all(tokens: Tokens) -> Test:
    tests = [_one(tokens)]
    while tokens.took('AND'):
        tests.append(_one(tokens))
    return tests[0] if len(tests) == 1 else lambda scope: all(test(scope) for test in tests)


def _one(tokens: Tokens) -> Test:
    if tokens.took('NOT'):
        denied = _one(tokens)
        return lambda scope: not denied(scope)
    if tokens.took('('):
        test = _either(tokens)
        tokens.take(')')
        return test
    for name, function in FUNCTIONS.items():
        if tokens.took(name):
            arguments = tokens.arguments()
            return lambda scope: function(*(argument(scope) for argument in arguments))
    return _comparison(tokens)


def _comparison(tokens: Tokens) -> Test:
    left, sign = tokens.operand(), tokens.take()
    if sign == 'IN':
        listed = tokens.arguments()
        return lambda scope: any(same(left(scope), one(scope)) for one in listed)
    right = tokens.operand()
    if sign == '=':
        return lambda scope: same(left(scope), right(scope))
    if sign == '<>':
        return lambda scope: not same(left(scope), right(scope))
    if sign == 'BETWEEN':
        tokens.take('AND')
        upper = tokens.operand()
        return lambda scope: ordered('>=', left(scope), right(scope)) and ordered('<=', left(scope), upper(scope))
    assert sign in ORDERS, sign
    return lambda scope: ordered(sign, left(scope), right(scope))


def _begins_with(whole: Value | None, start: Value | None) -> bool:
    if not whole or not start or whole.keys() != start.keys():
        return False
    return bool(plain(whole).startswith(plain(start)))


def _contains(whole: Value | None, part: Value | None) -> bool:
    if not whole or not part:
        return False
    ((kind, inner),) = whole.items()
    if kind == 'L':
        return any(same(one, part) for one in inner)
    if kind in SETS:
        return kind[0] in part and plain(part) in plain(whole)
    return whole.keys() == part.keys() and kind in ('S', 'B') and plain(part) in inner


FUNCTIONS: dict[str, Callable[..., bool]] = {
    'attribute_exists': lambda value: value is not None,
    'attribute_not_exists': lambda value: value is None,
    'attribute_type': lambda value, kind: value is not None and kind['S'] in value,
    'begins_with': _begins_with,
    'contains': _contains,
}
