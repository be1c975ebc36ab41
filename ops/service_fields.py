"""What may stand in the files of services and crews, field by field, and as what it is kept."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ops.yaml_nodes import Entry, Node, Value, Values

ON_REQUEST = '面议'


class Unusable(ValueError):
    """Why a value cannot be taken at all; whether it is a good one is asked of `services.rules`."""


def text(node: Node) -> str | None:
    """As it is written, whatever YAML takes it for: 370202 is no number."""
    if not isinstance(node, Value):
        raise Unusable('must be one line of words')
    return None if node.value is None else node.text


def number(node: Node) -> int | None:
    if not isinstance(node, Value) or isinstance(node.value, bool) or not isinstance(node.value, int | None):
        raise Unusable('must be a whole number')
    return node.value


def flag(node: Node) -> bool:
    if not isinstance(node, Value) or not isinstance(node.value, bool):
        raise Unusable('must be true or false')
    return node.value


def several(node: Node) -> list[str]:
    if isinstance(node, Value) and node.value is None:
        return []
    if not isinstance(node, Values) or not all(
        isinstance(each, Value) and each.value is not None for each in node.values
    ):
        raise Unusable('must be a list')
    return [text(each) or '' for each in node.values]


def money(node: Node) -> int | None:
    """Yuan as fen; 面议, or nothing, as None."""
    written = text(node)
    if written in (None, ON_REQUEST):
        return None
    try:
        fen = Decimal(str(written)) * 100
    except InvalidOperation:
        raise Unusable(f'must be an amount in yuan, or {ON_REQUEST}') from None
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise Unusable('must be an amount in yuan with at most two decimals')
    return int(fen)


def entries(node: Node) -> list[Entry]:
    if not isinstance(node, Values) or not all(isinstance(each, Entry) for each in node.values):
        raise Unusable('must be a list of entries')
    return [each for each in node.values if isinstance(each, Entry)]


Read = Callable[[Node], Any]
CATEGORY: Mapping[str, Read] = {'id': text, 'order': number, 'name': text, 'picture': text}
OPTION: Mapping[str, Read] = {
    'id': text, 'name': text, 'minutes': number, 'price': money, 'ceiling': money, 'per': text,
}  # fmt: skip
ITEM: Mapping[str, Read] = {
    'id': text, 'category': text, 'order': number, 'name': text, 'description': text, 'picture': text, 'form': text,
    'where': text, 'venue': text, 'options': entries, 'prepare': text, 'area': several, 'lead_minutes': number,
    'horizon_days': number, 'cancel_hours': number, 'step_minutes': number, 'offered_by': several, 'state': text,
    'sample': flag, 'popular': flag,
}  # fmt: skip
CREW: Mapping[str, Read] = {
    'id': text, 'unit': text, 'name': text, 'items': several, 'work': text, 'off_days': several,
    'extra_days': several, 'on_holidays': flag, 'buffer_minutes': number, 'capacity': number, 'members': several,
}  # fmt: skip
# What may be left out; everything else has to be said, so that nobody takes a price for one that was chosen.
OPTIONAL: Mapping[str, Any] = {
    'picture': None, 'venue': None, 'prepare': None, 'minutes': None, 'ceiling': None, 'step_minutes': 0,
    'state': 'offered', 'sample': False, 'popular': False, 'items': [], 'off_days': [], 'extra_days': [],
    'on_holidays': False, 'capacity': 1,
}  # fmt: skip
# Of crews: where a file does not say who belongs to them, it stays as it is.
LEFT_ALONE = ('members',)
