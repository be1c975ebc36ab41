"""Whose task it is just now to be told: who is on duty, in working hours the clerks and leads."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.alliance import actions
from chalicelib.alliance.records import Member

_ANSWER = frozenset({'clerk', 'lead'})


def on_hand(unit_id: str, now: datetime) -> list[Member]:
    """Who is to be told now. Where the duty list names nobody who is there any more, the whole unit is."""
    duty = actions.hours_of(unit_id).on_duty(now)
    return responsible(unit_id, duty.members if duty else ())


def responsible(unit_id: str, named: Iterable[str]) -> list[Member]:
    """The members named, as far as they are active; else the unit's clerks and leads; else all its members."""
    found = (actions.member(member_id) for member_id in dict.fromkeys(named))
    by_name = [member for member in found if member and member.state == 'active']
    return by_name or _clerks(unit_id) or _everybody(unit_id)


def _clerks(unit_id: str) -> list[Member]:
    return [member for member in _everybody(unit_id) if _ANSWER & set(member.roles)]


def _everybody(unit_id: str) -> list[Member]:
    return [member for member in actions.members() if member.state == 'active' and unit_id in member.units]
