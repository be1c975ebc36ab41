"""What a clerk sees of who a resident is and where: at the head of the conversation, on her own page, under a place."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import places
from chalicelib.desk import rules
from chalicelib.desk.conversation_view import Fact, Group
from chalicelib.desk.rules import Choice
from chalicelib.inbox import belonging
from chalicelib.residents import actions as residents
from chalicelib.residents import rules as resident_rules
from chalicelib.residents.rules import Field, Said

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation, Message
    from chalicelib.residents.records import Resident

_HOME_BY = {belonging.POSTER: '扫海报', belonging.HERSELF: '本人说的', belonging.CLERK: '工作人员更正'}


class Row(NamedTuple):
    """One field of the form, and who said what stands in it."""

    field: Field
    value: str
    said: str


def facts(conversation: 'Conversation', now: datetime) -> list[Fact]:
    """What is known of her, each with who said so; nothing where nothing is."""
    known = residents.of(conversation, now)
    found = [(field, residents.said(known, field.name)) for field in resident_rules.FIELDS]
    told = [Fact(_SHORT[field.name], f'{said["text"]}（{_by(said)}）') for field, said in found if said]
    home = alliance.unit(conversation.home_unit)
    if home and conversation.home_by in _HOME_BY:
        told.append(Fact('住在', f'{home.name}（{_HOME_BY[conversation.home_by]}）'))
    for further in conversation.homes:
        unit = alliance.unit(further.unit)
        told.append(Fact('也替', f'{further.label}（{unit.name if unit else further.unit}，本人说的）'))
    return told


_SHORT = {'name': '称呼', 'building': '楼栋', 'door': '门牌', 'phone': '电话'}


def _by(said: Said) -> str:
    return '本人填写' if said['by'] == resident_rules.HERSELF else '未核实'


def rows(known: 'Resident | None', typed: Mapping[str, str] | None) -> list[Row]:
    return [_row(field, residents.said(known, field.name), typed) for field in resident_rules.FIELDS]


def _row(field: Field, said: Said | None, typed: Mapping[str, str] | None) -> Row:
    told = ''
    if said:
        on = f'{clock.beijing(datetime.fromisoformat(said["at"])):%Y-%m-%d}'
        told = f'本人 {on} 填写' if said['by'] == resident_rules.HERSELF else f'未核实，{said["by_name"]} {on} 记'
    value = typed[field.name] if typed is not None else said['text'] if said else ''
    return Row(field, value, told)


def communities() -> list[Group]:
    """Communities by their streets, in the district's own order."""
    by_street: dict[str, list[Choice]] = {}
    for unit in alliance.units():
        if unit.kind == 'community':
            by_street.setdefault(unit.parent or '', []).append(Choice(unit.id, unit.name))
    names = {id: street.name if (street := alliance.unit(id)) else '' for id in by_street}
    return [Group(names[id], tuple(choices)) for id, choices in by_street.items()]


def place_hints(lines: Iterable['Message'], unit_id: str) -> dict[str, str]:
    """For places she has sent that are plainly another community's: whose, by the line's key."""
    hints = {}
    for line in lines:
        unit = _other_place(line, unit_id) if line.kind == 'location' else None
        if unit:
            hints[line.key] = f'位置在{unit}附近'
    return hints


def _other_place(line: 'Message', unit_id: str) -> str:
    fields = line.fields or {}
    try:
        longitude, latitude = float(fields['Location_Y']), float(fields['Location_X'])
    except (KeyError, TypeError, ValueError):
        return ''
    near = places.nearest(longitude, latitude)
    unit = alliance.unit(near) if near and near != unit_id else None
    return rules.cut(unit.name, 20) if unit else ''
