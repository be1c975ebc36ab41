"""Whose a page is: which list a member sees, which conversation he may read or act on, and for which of his units."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import logs
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import gate, leave
from chalicelib.inbox import actions as inbox
from chalicelib.inbox.changing import Gone
from chalicelib.privacy import actions as privacy

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.inbox.records import Conversation, Message

# Bounded, since the store refuses endless keys with an error.
_REF = re.compile(r'([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})')
_LINE_REF = re.compile(r'([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)\.([A-Za-z0-9_.-]+?)(\.original)?')
_LONGEST_KEY = 100


class NotYours(PermissionError):
    """It belongs to another unit."""


def chosen_unit(member: 'Member', asked: str, now: datetime) -> str:
    """The unit whose list is shown: the one asked for, else the member's first; none where he has none."""
    if asked and not gate.may_handle(member, asked, *_over(asked), now=now):
        raise NotYours
    return asked or next(iter(leave.units_of(member, now)), '')


def unit_name(unit_id: str) -> str:
    unit = alliance.unit(unit_id)
    return unit.name if unit else '微邻'


def is_above_others(unit_id: str) -> bool:
    return kind(unit_id) in ('street', 'district')


def has_residents(unit_id: str) -> bool:
    """Whether people live there: not so with departments and companies."""
    return kind(unit_id) == 'community' or is_above_others(unit_id)


def kind(unit_id: str) -> str:
    unit = alliance.unit(unit_id)
    return unit.kind if unit else ''


def find(member: 'Member', ref: str, now: datetime, reading: bool = False) -> 'Conversation':
    """The conversation of a page's address. Raises `Gone`, or `NotYours` for another unit's.

    Whoever is above may read it (that somebody looked is on record, as everywhere); to act, it has to be taken first.
    """
    match = _REF.fullmatch(ref)
    found = inbox.conversation(f'{match[1]}#{match[2]}') if match else None
    if found is None:
        raise Gone
    if not (may_read if reading else may_act)(member, found, now):
        raise NotYours
    logs.known(found.id)
    return found


def may_act(member: 'Member', found: 'Conversation', now: datetime) -> bool:
    return gate.may_handle(member, *_handled_by(found), now=now)


def may_read(member: 'Member', found: 'Conversation', now: datetime) -> bool:
    return may_act(member, found, now) or gate.may_handle(member, *_over(found.waiting_unit or found.unit), now=now)


def _handled_by(found: 'Conversation') -> list[str | None]:
    """Whose it is, and who was told that it was not answered in time. Home too, while she follows."""
    home = found.home_unit if found.followed else None
    return [found.unit, found.waiting_unit, home, found.street, found.district]


def _over(unit_id: str) -> list[str]:
    return [unit.id for unit in alliance.above(unit_id)]


def line_key(part: str) -> str:
    """The key of a line, from the part of an address that stands for it."""
    return part.replace('.', '#')[:_LONGEST_KEY]


def find_line(member: 'Member', ref: str, now: datetime) -> 'tuple[Message, bool]':
    """The message of a media address, and whether the original was asked for instead of what browsers play."""
    match = _LINE_REF.fullmatch(ref)
    if match is None:
        raise Gone
    found = find(member, match[1], now, reading=True)
    line = inbox.message(found.id, line_key(match[2]))
    if line is None or line.past(now):
        raise Gone
    log_read(member, found, now)
    return line, bool(match[3])


def log_read(member: 'Member', found: 'Conversation', now: datetime) -> None:
    """Before anything of hers is shown: where it cannot be written down, nothing is."""
    privacy.log_read(member, unit_name(own_unit(member, found, now)), found.id, now)


def own_unit(member: 'Member', found: 'Conversation', now: datetime) -> str:
    """For which of his units, or of those he stands in for, the member looks at this conversation."""
    turn = (found.unit, found.home_unit, found.street, found.district, *_over(found.unit))
    units = leave.units_of(member, now)
    return next((unit for unit in turn if unit in units), units[0])


def only_serves(member: 'Member', now: datetime) -> bool:
    """Whether all he has to do with are jobs: he belongs to companies only."""
    units = leave.units_of(member, now)
    return bool(units) and all(kind(unit) == 'partner' for unit in units)
