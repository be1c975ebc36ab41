"""Whose task it is just now to be told: who is on duty, in working hours the clerks and leads; for whoever is on leave
his stand-in."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.alliance import actions, leave, roles
from chalicelib.alliance.records import Member


def on_hand(unit_id: str, now: datetime) -> list[Member]:
    """Who is to be told now. Where the duty list names nobody who is there any more, the whole unit is."""
    duty = actions.hours_of(unit_id).on_duty(now)
    return responsible(unit_id, duty.members if duty else (), now)


def responsible(unit_id: str, named: Iterable[str], at: datetime) -> list[Member]:
    """The members named, as far as they or their stand-ins are there at that moment; else the unit's clerks and leads;
    else all its members. Where all of them are on leave without a stand-in they are told all the same: nobody waits
    unheard because a unit is empty.
    """
    found = (actions.member(member_id) for member_id in dict.fromkeys(named))
    everybody = [member for member in actions.members() if member.state == 'active' and unit_id in member.units]
    answering = [member for member in everybody if roles.may(member, roles.BE_TOLD)]
    by_name = _present((member for member in found if member), at)
    return by_name or _present(answering, at) or _present(everybody, at) or answering or everybody


def settling(unit_id: str, at: datetime) -> Member | None:
    """Who of this unit says whose it is, where nobody knows: the member it has named, or who stands in for him."""
    unit = actions.unit(unit_id)
    named = actions.member(unit.responsible) if unit and unit.responsible else None
    return leave.present(named, at) if named else None


def _present(members: Iterable[Member], at: datetime) -> list[Member]:
    """Each once, in this order."""
    there = {found.id: found for member in members if (found := leave.present(member, at))}
    return list(there.values())
