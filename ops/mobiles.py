"""Mobile numbers of staff: by them they are called in a group and get text messages. They are never printed."""

import re

from chalicelib.alliance import actions
from chalicelib.alliance.records import Member

_SHAPE = '1[0-9]{10}'


def problems(option: str, number: str | None) -> list[str]:
    fits = number is None or re.fullmatch(_SHAPE, number)
    return [] if fits else [f'{option}: 11 digits, the first of them 1']


def keep(member: Member, number: str | None) -> None:
    """Nobody is signed out: a number proves nothing."""
    member.update(actions=[Member.mobile.set(number) if number else Member.mobile.remove()])
    actions.forget()
