"""What a unit's lead does with people and units. Who may do it is asked of the row as it is, in the same transaction,
and each change is written down with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.alliance import actions, audit, invitations, leave, membership, roles, tree
from chalicelib.alliance.records import Member, Unit, find_member, find_unit
from chalicelib.storage import Transaction, commit


class NotAllowed(PermissionError):
    """The words are for whoever tried."""


def units_managed(member: Member) -> list[str]:
    """The units whose people and hours he looks after: his own, and with `lead_below` all under them."""
    if not roles.may(member, roles.LEAD_UNIT):
        return []
    under = member.units if roles.may(member, roles.LEAD_BELOW) else ()
    return list(dict.fromkeys([*member.units, *(unit.id for top in under for unit in tree.below(top))]))


def people_of(unit_id: str) -> list[Member]:
    return [member for member in actions.members() if unit_id in member.units]


def active_people_of(unit_id: str) -> list[Member]:
    return [member for member in people_of(unit_id) if member.state == 'active']


def current(unit_id: str) -> Unit | None:
    """The unit as it is now: what is changed has to be what was shown."""
    return find_unit(unit_id)


def current_member(member_id: str) -> Member | None:
    return find_member(member_id)


def is_seen(by: Member, member: Member) -> bool:
    """Whether his page may be opened: by himself, and by whoever manages one of his units."""
    return by.id == member.id or not set(units_managed(by)).isdisjoint(member.units)


def why_not_changed(by: Member, member: Member) -> str:
    """Why `by` may not give him roles, suspend or restore him; '' where he may."""
    if by.id == member.id:
        return '自己的角色和停用，要请上一级管理员办。'
    if others := _others(by, member):
        return f'{member.name}也属于{others}，要请能管这些单位的区管理员办。'
    if not member.units:
        return f'{member.name}没有分到单位，要请系统管理员办。'
    if above := set(member.roles) - roles.gives(by):
        return f'{member.name}是{roles.named(above)}，要请系统管理员办。'
    return ''


def why_no_leave(by: Member, member: Member) -> str:
    """Why `by` may not enter his leave or his number; '' where he may. A stand-in sees what all his units have."""
    if by.id == member.id:
        return ''
    others = _others(by, member)
    return f'{member.name}也属于{others}，要请他本人或能管这些单位的区管理员登记。' if others else ''


def _others(by: Member, member: Member) -> str:
    managed = units_managed(by)
    return '、'.join(_named(unit) for unit in member.units if unit not in managed)


def _named(unit_id: str) -> str:
    unit = actions.unit(unit_id)
    return unit.name if unit else unit_id


def stand_ins(by: Member, member: Member) -> list[Member]:
    """Who may be entered as his stand-in: of his units and those above; a lead may choose of those beside them too."""
    places: set[str] = set()
    for unit in member.units:
        own = {unit, *(above.id for above in actions.above(unit)[:1])}
        places |= own if by.id == member.id and not units_managed(by) else {*own, *tree.near(unit)}
    return [
        other
        for other in actions.members()
        if other.state == 'active' and other.id != member.id and not places.isdisjoint(other.units)
    ]


def invite(
    by: Member, unit: str, name: str, given: Sequence[str], mobile: str | None, id: str, now: datetime
) -> tuple[Member, str]:
    """The new member and his code. Raises `Conflict` where the form, which `id` stands for, was sent before."""
    if unit not in units_managed(by) or not set(given) <= roles.gives(by):
        raise NotAllowed('这个角色不能由您来给。')

    def also(tx: Transaction) -> None:
        audit.keep(tx, [unit], audit.by(by), f'邀请 {name}（{roles.named(given)}）', now)

    made = invitations.invite(name, [unit], given, now, id=id, mobile=mobile, also=also)
    actions.forget()
    return made


def suspend(by: Member, member_id: str, now: datetime) -> None:
    membership.suspend(member_id, now, _audited(by, why_not_changed, lambda member: f'停用 {member.name}', now))


def restore(by: Member, member_id: str, now: datetime) -> None:
    membership.restore(member_id, now, _audited(by, why_not_changed, lambda member: f'恢复 {member.name}', now))


def change_roles(by: Member, member_id: str, given: Sequence[str], now: datetime) -> None:
    if not set(given) <= roles.gives(by):
        raise NotAllowed('这个角色不能由您来给。')

    def did(member: Member) -> str:
        return f'{member.name}的角色：{roles.named(member.roles) or "无"} → {roles.named(given)}'

    membership.change_roles(member_id, list(given), now, _audited(by, why_not_changed, did, now))


def change_leave(by: Member, member_id: str, first: str, last: str, stand_in: Member | None, now: datetime) -> None:
    """By Beijing days, both included."""

    def did(member: Member) -> str:
        return f'{member.name}休假 {leave.spoken(first, last)}，{"替班 " + stand_in.name if stand_in else "没有替班人"}'

    also = _audited(by, why_no_leave, did, now, stand_in.units if stand_in else ())
    membership.change_leave(member_id, first, last, stand_in.id if stand_in else None, now, also)


def end_leave(by: Member, member_id: str, now: datetime) -> None:
    also = _audited(by, why_no_leave, lambda member: f'取消 {member.name} 的休假', now)
    membership.change_leave(member_id, None, None, None, now, also)


def change_mobile(by: Member, member_id: str, mobile: str | None, now: datetime) -> None:
    """The number itself is written down nowhere else."""
    words = '登记了手机号' if mobile else '删去了手机号'
    also = _audited(by, why_no_leave, lambda member: f'{member.name}{words}', now)
    membership.change_mobile(member_id, mobile, now, also)


def _audited(by: Member, why_not: Any, did: Any, now: datetime, also_units: Iterable[str] = ()) -> membership.Change:
    def also(tx: Transaction, member: Member) -> None:
        if reason := why_not(by, member):
            raise NotAllowed(reason)
        audit.keep(tx, [*member.units, *also_units], audit.by(by), did(member), now)

    return also


def change_unit(by: Member, unit: Unit, values: Mapping[str, Any], did: str, now: datetime) -> None:
    """Set attributes of a unit. Raises `Conflict` where one of them is no longer as `unit` has it."""
    if unit.id not in units_managed(by):
        raise NotAllowed('这个单位不归您管理。')
    write_unit(unit, values, audit.by(by), did, now)


def write_unit(unit: Unit, values: Mapping[str, Any], who: audit.By, did: str, now: datetime) -> None:
    """As `change_unit`, for whoever may change every unit."""
    condition = Unit.id.exists()
    for name in values:
        condition &= _as_it_is(name, getattr(unit, name))
    put = [
        getattr(Unit, name).remove() if value is None else getattr(Unit, name).set(value)
        for name, value in values.items()
    ]

    def write(tx: Transaction) -> None:
        tx.update(Unit(unit.id), put, condition)
        audit.keep(tx, [unit.id], who, did, now)

    commit(write)
    actions.forget()


def _as_it_is(name: str, value: Any) -> Any:
    attribute = getattr(Unit, name)
    if value is None:
        return attribute.does_not_exist()
    return attribute == value if value != [] else (attribute.does_not_exist() | (attribute == value))
