"""The tables of a week on the pages of 本单位: stretches of work and duty to fill in, and who is not there for his."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import leave, managing, roles
from chalicelib.clock import WEEKDAYS
from chalicelib.desk import unit_forms
from chalicelib.desk.week import Slot, Week

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member, Unit

FEW = 20  # so many people, and a stretch of duty has a second field


class Field(NamedTuple):
    """One stretch of a day in a table of a week."""

    name: str
    label: str
    slot: Slot
    who: tuple[str, ...]


class Day(NamedTuple):
    name: str
    fields: tuple[Field, ...]
    note: str = ''


def work_days(filled: Week) -> tuple[Day, ...]:
    """Two stretches a day, with lunch between them; a unit that has more keeps them."""
    return tuple(_day('w', day, filled[day], 2, 0) for day in filled)


def duty_days(filled: Week, people: int, notes: Mapping[int, str]) -> tuple[Day, ...]:
    whos = 2 if people <= FEW else 1
    return tuple(_day('d', day, filled[day], 1, whos)._replace(note=notes.get(day, '')) for day in filled)


def _day(prefix: str, day: int, slots: Sequence[Slot], least: int, whos: int) -> Day:
    name = f'周{WEEKDAYS[day - 1]}'
    padded = [*slots, *[Slot()] * (least - len(slots))]
    parts = ('上午', '下午') if prefix == 'w' else ()
    fields = []
    for number, slot in enumerate(padded):
        label = f'{name}{parts[number]}' if number < len(parts) else f'{name}第 {number + 1} 段'
        who = (*slot.who, *[''] * (whos - len(slot.who)))
        fields.append(Field(f'{prefix}{day}.{number}', label, slot, who[:4]))
    return Day(name, tuple(fields))


def duty_people(unit: 'Unit') -> list['Member']:
    """Who can be entered: those of the unit who are told when somebody waits, and whoever has it now."""
    there = [
        member
        for member in managing.people_of(unit.id)
        if member.state == 'active' and roles.may(member, roles.BE_TOLD)
    ]
    listed = (alliance.member(id) for id in unit_forms.on_duty(unit))
    return list({member.id: member for member in [*there, *(one for one in listed if one)]}.values())


def duty_notes(unit: 'Unit', now: datetime) -> dict[int, str]:
    """For each weekday, in its next occurrence: who of those entered is not there, and who has it instead."""
    notes: dict[int, list[str]] = {}
    week_hours, at = alliance.hours_of(unit.id), now
    while (stretch := week_hours.next_duty(at)) and stretch.begins < now + timedelta(days=7):
        at = stretch.ends
        for id in stretch.members:
            if words := _absent(id, stretch.begins):
                notes.setdefault(clock.day(stretch.begins).isoweekday(), []).append(words)
    return {day: '；'.join(dict.fromkeys(words)) for day, words in notes.items()}


def _absent(id: str, at: datetime) -> str:
    member = alliance.member(id)
    if member is None or member.state != 'active':
        return f'{member.name if member else id}不在岗，请另排一位'
    if not leave.is_on_leave(member, at):
        return ''
    instead = leave.present(member, at)
    day = clock.day(at)
    when = f'{day.month}月{day.day}日'
    return f'{when} {member.name}休假，{instead.name}替班' if instead else f'{when} {member.name}休假，没有替班人'
