"""Whom a booking is for and where to come, as a form: nothing stored is in it for whoever has come by a link."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.bookings import rules
from chalicelib.bookings.actions import Where
from chalicelib.bookings.words import say
from chalicelib.residents import actions as residents

if TYPE_CHECKING:
    from chalicelib.bookings.visiting import Visit
    from chalicelib.services.records import Item


class Field(NamedTuple):
    name: str
    label: str
    hint: str
    most: int  # characters; `making` refuses more
    complete: str  # what browsers know it as
    kind: str = 'text'
    needed: bool = True


_NAME = Field('name', '怎么称呼', '例如：王阿姨', 20, 'name', needed=False)
_PHONE = Field('phone', '电话', '师傅上门前会打', 20, 'tel', 'tel')
_ADDRESS = Field('address', '地址', '小区、楼栋、单元、门牌', 80, 'street-address')
NOTE_AT_MOST = 200


def fields(item: 'Item') -> list[Field]:
    visited = item.where == 'home' and item.form == rules.BY_TIME
    phone = _PHONE if visited else _PHONE._replace(hint=say('page.phone'))
    return [phone, _ADDRESS, _NAME] if item.where == 'home' else [phone, _NAME]


def read(form: Mapping[str, str]) -> Where:
    return Where(*(form.get(name, '') for name in Where._fields))


def values(visit: 'Visit', typed: Mapping[str, str] | None) -> dict[str, str]:
    """What stands in the fields: what was typed; before that what she has told us of herself, if she may see it."""
    if typed is not None:
        return {name: typed.get(name, '') for name in Where._fields}
    found = dict.fromkeys(Where._fields, '')
    if not visit.guest.shows_stored:
        return found
    known = residents.of(visit.guest.conversation, visit.now)
    said = {name: residents.said(known, name) for name in ('name', 'phone', 'building', 'door')}
    text = {name: one['text'] if one else '' for name, one in said.items()}
    address = ' '.join(part for part in (text['building'], text['door']) if part)
    return found | {'name': text['name'], 'phone': text['phone'], 'address': address}
