"""The tree of units: which kinds there are, what may stand under what, and what is below a unit."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.alliance import actions

if TYPE_CHECKING:
    from chalicelib.alliance.records import Unit

# kind: the kinds its parent may have; none for what stands at the top
KINDS: Mapping[str, tuple[str, ...]] = {
    'district': (),
    'street': ('district',),
    'community': ('street',),
    'department': ('district', 'street'),
    'partner': ('district', 'street', 'community', 'department'),
}
_CODE = re.compile('[0-9]{12}')
_DISTRICT_CODE = re.compile('[0-9]{6}')  # the six that are not zeros


def official_code(unit: 'Unit') -> str | None:
    """The code of 12 digits by which the National Bureau of Statistics knows it; departments and partners have none."""
    if _DISTRICT_CODE.fullmatch(unit.id):
        return f'{unit.id}000000'
    return unit.id if _CODE.fullmatch(unit.id) else unit.code


def below(unit_id: str) -> list['Unit']:
    """All units under this one, whatever is between."""
    found: list[Unit] = []
    level = {unit_id}
    while level:
        children = [unit for unit in actions.units() if unit.parent in level and unit not in found]
        found += children
        level = {unit.id for unit in children} - {unit_id}
    return found


def near(unit_id: str) -> list[str]:
    """The unit, the one above it, and those beside it: where a stand-in is looked for."""
    unit = actions.unit(unit_id)
    parent = unit.parent if unit else None
    beside = [other.id for other in actions.units() if parent and other.parent == parent]
    return list(dict.fromkeys([unit_id, *([parent] if parent else []), *beside]))
