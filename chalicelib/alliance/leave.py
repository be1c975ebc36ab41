"""Who is on leave, who stands in for whom, and what a stand-in may therefore handle: all by the moment asked about.

Nothing is switched on or off when a leave begins or ends, so no job can be late and no right can be left over.
"""

from datetime import date, datetime

from chalicelib import clock
from chalicelib.alliance import actions
from chalicelib.alliance.records import Member

MOST_STEPS = 5  # of a stand-in whose stand-in has a stand-in …


def is_on_leave(member: Member, at: datetime) -> bool:
    """By Beijing days, the first and the last included."""
    if not member.leave_from or not member.leave_until:
        return False
    return bool(member.leave_from <= clock.day(at).isoformat() <= member.leave_until)


def present(member: Member, at: datetime) -> Member | None:
    """The member, or while he is on leave whoever stands in for him; None where nobody does, or he is suspended.

    A stand-in who is on leave himself hands on to his own; a circle, or too long a row of them, leads to nobody.
    """
    seen: set[str] = set()
    here: Member | None = member if member.state == 'active' else None
    while here and here.id not in seen and len(seen) <= MOST_STEPS:
        if not is_on_leave(here, at):
            return here if here.state == 'active' else None
        seen.add(here.id)
        here = actions.member(here.stand_in) if here.stand_in else None
    return None


def stands_in_for(member: Member, at: datetime) -> list[Member]:
    """Whose duties he has just now, beside his own."""
    away = (other for other in actions.members() if other.id != member.id and is_on_leave(other, at))
    return [other for other in away if (found := present(other, at)) and found.id == member.id]


def units_of(member: Member, at: datetime) -> list[str]:
    """His own units, then those he stands in for at this moment."""
    others = (unit for away in stands_in_for(member, at) for unit in away.units)
    return list(dict.fromkeys([*member.units, *others]))


def spoken(first: str, last: str) -> str:
    """Its days, as a colleague says them: 10月1日—10月7日."""
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    if begins == ends:
        return f'{begins.month}月{begins.day}日'
    year = f'{ends.year}年' if ends.year != begins.year else ''
    return f'{begins.month}月{begins.day}日—{year}{ends.month}月{ends.day}日'
