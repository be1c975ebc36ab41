"""Whose it is, on the page of a conversation: who has taken it, who may, who may give it back, and in which words."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.alliance import actions as alliance
from chalicelib.alliance import leave
from chalicelib.desk import rules
from chalicelib.inbox import handing, kinds

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.inbox.records import Conversation


class Whose(NamedTuple):
    """`said` are sentences for the head of the page; the words of the buttons are '' where there is none."""

    said: tuple[rules.Due, ...]
    take: str
    awaited: bool  # somebody waits for it to be taken
    decline: bool


def whose(member: 'Member', found: 'Conversation', now: datetime) -> Whose:
    unit = handing.taking_unit(member, found, now) if found.waiting_unit else None
    mine = found.taken_by == member.id
    decline = bool(found.handed_by) and found.unit in leave.units_of(member, now)
    awaited = decline or kinds.kind(found.kind).urgent
    return Whose(tuple(_said(found, now)), _take(found, unit) if unit and not mine else '', awaited, decline)


def _take(found: 'Conversation', unit: str) -> str:
    if unit != found.waiting_unit:
        return f'由{_name(unit)}接过来办'
    return f'{found.taken_name}已接手，改由我来办' if found.taken_by else '已接手，我来办'


def _said(found: 'Conversation', now: datetime) -> Iterator[rules.Due]:
    kind = kinds.kind(found.kind)
    if kind.urgent and not found.taken_by:
        yield rules.Due(f'{kind.name}：请马上联系居民，需要报警的提醒她报警，然后点「已接手」。', rules.LATE)
    if found.taken_by:
        yield rules.Due(f'{found.taken_name}已接手。', rules.OK)
    if found.handed_by and found.handed_until:
        by = rules.by(found.handed_until, now)
        yield rules.Due(f'{_name(found.handed_by)}转来，请在{by}接手或退回，否则自动退回。', rules.SOON)
    if found.handed_until and not found.handed_by:
        person = alliance.member(found.named or '')
        who = f'请{person.name}' if person else '请'
        yield rules.Due(f'这件事说不清归谁，{who}在{rules.by(found.handed_until, now)}定下由谁办。', rules.LATE)
    if found.late_until:
        up = _name(found.district or found.street or '')
        yield rules.Due(f'到时没有答复，现在由{up}督办，{rules.by(found.late_until, now)}给她回话。', rules.LATE)


def marks(listed: 'Conversation') -> Iterator[rules.Due]:
    """The same in a row of a list, in few words."""
    if name := kinds.kind(listed.kind).name:
        yield rules.Due(name, rules.LATE if kinds.kind(listed.kind).urgent else rules.SOON)
    if listed.taken_by:
        yield rules.Due(f'{listed.taken_name}已接手', rules.OK)
    if listed.handed_by:
        yield rules.Due(f'{_name(listed.handed_by)}转来，还没接手', rules.SOON)
    if listed.named:
        yield rules.Due('说不清归谁', rules.LATE)


def _name(unit_id: str) -> str:
    unit = alliance.unit(unit_id)
    return unit.name if unit else unit_id
