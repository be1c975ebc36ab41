"""Kinds of matter, from kinds.toml: how long each may take, and in which time that is counted. Pure."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.hours import Hours

ORDINARY, DANGER = 'ordinary', 'danger'
_STEPS = ('within', 'above', 'again', 'accept', 'silent')


class Kind(NamedTuple):
    """How long each step may take; what the steps are, and in which time they count, says kinds.toml."""

    id: str
    name: str  # for staff; '' where there is nothing to say
    counted: str  # work | staffed | clock
    within: timedelta
    above: timedelta
    again: timedelta
    accept: timedelta
    silent: timedelta = timedelta()
    urgent: bool = False  # nobody is spared, nothing is promised

    def add(self, hours: Hours, at: datetime, amount: timedelta) -> datetime:
        """The moment by which so much of this kind's time has passed at a unit with these hours."""
        if self.counted == 'clock':
            return at + amount
        return hours.add(at, amount) if self.counted == 'work' else hours.add_staffed(at, amount)


def kind(id: str) -> Kind:
    """The kind of this name; the ordinary one where the catalogue knows it no more."""
    return _kinds().get(id) or _kinds()[ORDINARY]


def more_pressing(one: str, other: str) -> str:
    """Of two kinds the one that matters more: what a burst of messages is about."""
    order = list(_kinds())
    return min(one, other, key=lambda id: order.index(id) if id in order else len(order))


@cache
def _kinds() -> dict[str, Kind]:
    import tomllib

    said = tomllib.loads(Path(__file__).with_suffix('.toml').read_text('utf-8'))
    return {id: _read(id, row) for id, row in said.items()}


def _read(id: str, row: dict[str, Any]) -> Kind:
    steps = {name: timedelta(minutes=row[name]) for name in _STEPS if name in row}
    return Kind(id, row['name'], row['counted'], urgent=row.get('urgent', False), **steps)
