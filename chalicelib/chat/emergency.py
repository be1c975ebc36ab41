"""The emergency numbers that are good where a resident is, from emergency.toml."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from chalicelib import settings
from chalicelib.alliance import actions as alliance


class Number(NamedTuple):
    name: str
    phone: str
    at: str = ''  # the unit in whose area it is good; '' is everywhere
    checked: bool = False


def numbers(unit_id: str) -> list[Number]:
    """Those of a unit's area that may be shown, in the order of the catalogue."""
    areas = {'', unit_id, *(unit.id for unit in alliance.above(unit_id))}
    return [one for one in catalogue() if one.at in areas and (one.checked or settings.is_demonstration())]


def phones(unit_id: str) -> str:
    """Only the figures of those that are certain, for a short line."""
    return '、'.join(one.phone for one in numbers(unit_id) if one.checked)


@cache
def catalogue() -> tuple[Number, ...]:
    """All that is known, also what may not be shown."""
    import tomllib

    found = tomllib.loads(Path(__file__).with_suffix('.toml').read_text('utf-8'))['numbers']
    return tuple(Number(one['name'], one['phone'], one.get('at', ''), 'checked' in one) for one in found)
