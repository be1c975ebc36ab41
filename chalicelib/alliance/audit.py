"""Who changed what of a unit or its staff, and when: written in the transaction of the change itself."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.alliance.records import Change, Member, changes
from chalicelib.storage import Transaction

KEPT = timedelta(days=3 * 365)  # OURS (待核实); 网络安全法 asks for six months at least
MOST_UNITS = 10  # of one member who are told of his change: a transaction has its bounds
LONGEST = 300  # characters of one line


class By(NamedTuple):
    """Who did it."""

    id: str
    name: str


OPERATOR = By('operator', '系统管理员（命令）')


def by(member: Member) -> By:
    return By(member.id, member.name)


def keep(tx: Transaction, units: Iterable[str], who: By, did: str, now: datetime) -> None:
    """One line for each unit it concerns."""
    stamp = f'{now:%Y-%m-%dT%H:%M:%S.%f}#{secrets.token_hex(3)}'
    for unit in list(dict.fromkeys(units))[:MOST_UNITS]:
        tx.save(
            Change(unit, stamp, at=now, by=who.id, by_name=who.name, did=did[:LONGEST], forget_at=now + KEPT),
            Change.unit.does_not_exist(),
        )


def latest(unit: str, limit: int) -> list[Change]:
    return changes(unit, limit)
