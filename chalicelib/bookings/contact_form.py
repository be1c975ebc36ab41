"""Whom a booking is for and where to come, as a form: nothing stored is in it for whoever has come by a link."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.bookings import booking_view, catalogue_view, making, rules, taking, telling
from chalicelib.bookings.actions import Where
from chalicelib.bookings.rules import CONTACT_MOST
from chalicelib.bookings.visiting import OK
from chalicelib.bookings.words import say
from chalicelib.residents import actions as residents
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.bookings.records import Booking
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


_NAME = Field('name', '怎么称呼', '例如：王阿姨', CONTACT_MOST['name'], 'name', needed=False)
_PHONE = Field('phone', '电话', '师傅上门前会打', CONTACT_MOST['phone'], 'tel', 'tel')
_ADDRESS = Field('address', '地址', '小区、楼栋、单元、门牌', CONTACT_MOST['address'], 'street-address')
NOTE_AT_MOST = CONTACT_MOST['note']


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


def show(
    visit: 'Visit', found: 'Booking', status: int = OK, *, trouble: str = '', mark: str = '',
    nearest: Sequence[datetime] = (), typed: Mapping[str, str] | None = None,
) -> 'Response':  # fmt: skip
    """Where to come, for what is held."""
    item = services.item_now(found.item)
    if item is None:
        return visit.missing()
    if status != OK:
        typed, mark = visit.form, mark or _seen(visit, found)
    agreed = mark or making.mark(found)
    return visit.show(
        'contact.html', status, at=f'/b/{found.id}', booking=found, item=item, what=telling.what(found),
        when=telling.when(found), price=taking.price_of(agreed, found.per), mark=agreed, trouble=trouble,
        nearest=list(nearest), lapsed=booking_view.lapsed(found, visit), fields=fields(item),
        values=values(visit, typed), note_most=NOTE_AT_MOST, kept_days=rules.CONTACT_KEPT.days,
        rule=catalogue_view.cancel_rule(item), new_price=agreed != making.mark(found),
    )  # fmt: skip


def _seen(visit: 'Visit', found: 'Booking') -> str:
    """The mark of the price that stood on the page she posts from, if it is one."""
    mark = visit.form.get('mark', '')
    return mark if taking.price_of(mark, found.per) else ''
