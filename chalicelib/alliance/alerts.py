"""Telling staff that somebody waits, through the channels their unit has; several residents are one message."""

from datetime import datetime
from typing import NamedTuple

from chalicelib.storage import Transaction


class Matter(NamedTuple):
    """What staff are told of. `about` names it, and is told of once at a time; no word of a resident is in it."""

    about: str  # a conversation's id
    level: str  # first | half | fifths | handed | failed | timed_out | above
    unit: str  # whose turn it is
    since: datetime
    due_at: datetime


def tell(tx: Transaction, unit_id: str, matter: Matter, now: datetime) -> None:
    """Let the staff of a unit be told, at once or when somebody is there again; on the caller's open transaction."""
    raise NotImplementedError
