"""Who is who, from memory: units, accounts and staff are read whole and kept for a minute."""

import logging
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from chalicelib import holidays, hours
from chalicelib.alliance.cached import Cached
from chalicelib.alliance.records import Account, Member, Unit

log = logging.getLogger('weilin')


_FRESH_SECONDS = 60
# OURS: a Chinese public office's usual week, where a unit has not said otherwise (待核实 for each unit).
USUAL_WORK = '1-5 08:30-12:00 13:30-17:30'
_MOST_LEVELS = 4
_SCENE_PREFIX = 'sq:'  # what a community's poster carries: `sq:<unit id>`


class _Staff(NamedTuple):
    by_id: dict[str, Member]
    by_chat: dict[tuple[str | None, str | None], Member]


def _load_units() -> dict[str, Unit]:
    return {unit.id: unit for unit in Unit.scan()}


def _load_accounts() -> dict[str, Account]:
    return {account.id: account for account in Account.scan()}


def _load_staff() -> _Staff:
    by_id = {member.id: member for member in Member.scan()}
    active = [member for member in by_id.values() if member.state == 'active' and member.openid]
    return _Staff(by_id, {(member.account, member.openid): member for member in active})


_units = Cached('units', _load_units, _FRESH_SECONDS)
_accounts = Cached('accounts', _load_accounts, _FRESH_SECONDS)
_staff = Cached('staff', _load_staff, _FRESH_SECONDS)


def unit(unit_id: str) -> Unit | None:
    return _units().get(unit_id)


def unit_or_nameless(unit_id: str, account: Account) -> Unit:
    """The unit; where its row is missing, one by the account's name: a resident's message is never refused for that."""
    found = unit(unit_id) or unit(account.unit)
    if found is None:
        log.error('no such unit account=%s unit=%s', account.id, unit_id)
    return found or Unit(unit_id, name=account.name, kind='community')


def units() -> list[Unit]:
    """All units in the order of their codes, which is the district's own order."""
    return sorted(_units().values(), key=lambda unit: unit.id)


def hours_of(unit_id: str) -> hours.Hours:
    """When this unit is at its desk; the usual week where it has not said, or is not known."""
    found = unit(unit_id)
    if found is None:
        return _week(USUAL_WORK, '', (), ())
    return _week(found.work or USUAL_WORK, found.duty or '', tuple(found.off_days), tuple(found.extra_days))


@lru_cache(256)
def _week(work: str, duty: str, off: tuple[str, ...], extra: tuple[str, ...]) -> hours.Hours:
    return hours.Hours(hours.parse(work), hours.parse(duty), _days(off), _days(extra), holidays)


def _days(texts: tuple[str, ...]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)


def above(unit_id: str) -> list[Unit]:
    """The units over this one, the next one first: of a community its street, then the district."""
    found = unit(unit_id)
    over: list[Unit] = []
    while found and found.parent and len(over) < _MOST_LEVELS:
        found = unit(found.parent)
        over += [found] if found else []
    return over


def unit_of_scene(scene: str) -> Unit | None:
    """The unit whose poster was scanned."""
    return unit(scene.removeprefix(_SCENE_PREFIX)) if scene.startswith(_SCENE_PREFIX) else None


def account(account_id: str) -> Account | None:
    return _accounts().get(account_id)


def accounts() -> list[Account]:
    return sorted(_accounts().values(), key=lambda account: account.id)


def account_of(unit_id: str) -> Account | None:
    """The unit's own account; where it has none, as a street, any of the alliance will do to join by."""
    found = accounts()
    return next((account for account in found if account.unit == unit_id), next(iter(found), None))


def may_send(account: Account) -> bool:
    """Whether WeChat lets this account write first; an unverified one only answers."""
    return account.verified


def member(member_id: str) -> Member | None:
    """One of the staff in any state; up to a minute old."""
    return _staff().by_id.get(member_id)


def members() -> list[Member]:
    return sorted(_staff().by_id.values(), key=lambda member: (member.name, member.id))


def member_in_chat(account_id: str, openid: str) -> Member | None:
    """The active member who writes from this chat."""
    return _staff().by_chat.get((account_id, openid))


def forget() -> None:
    """Read everything again at the next question: after our own writes, and between tests."""
    for cached in (_units, _accounts, _staff):
        cached.forget()
