"""Who may change what is asked of the rows as they are; a change and its line in 最近的改动 stand or fall together."""

from datetime import datetime

import pytest

from chalicelib.alliance import actions, audit, managing, tree
from chalicelib.alliance.records import Member, Unit
from chalicelib.storage import Conflict

DISTRICT, STREET, HOME, BESIDE = '370202', '370202013000', '370202013001', '370202013002'


@pytest.fixture
def people(store: None) -> dict[str, Member]:
    Unit(DISTRICT, name='市南区', kind='district').save()
    Unit(STREET, name='金门路街道', kind='street', parent=DISTRICT).save()
    Unit(HOME, name='仙游路社区', kind='community', parent=STREET).save()
    Unit(BESIDE, name='如东路社区', kind='community', parent=STREET).save()
    Unit('chengguan', name='城市管理局', kind='department', parent=DISTRICT).save()
    for id, unit, role in (
        ('lead', HOME, 'lead'), ('clerk', HOME, 'clerk'), ('beside', BESIDE, 'clerk'), ('street', STREET, 'clerk'),
        ('admin', DISTRICT, 'district_admin'), ('operator', HOME, 'operator'), ('lamps', 'chengguan', 'clerk'),
    ):  # fmt: skip
        Member(id, name=id, state='active', units=[unit], roles=[role]).save()
    return {member.id: member for member in Member.scan()}


def test_a_lead_manages_own_units_and_a_district_admin_all_below(people: dict[str, Member]) -> None:
    assert managing.units_managed(people['lead']) == [HOME]
    assert set(managing.units_managed(people['admin'])) == {DISTRICT, STREET, HOME, BESIDE, 'chengguan'}
    assert managing.units_managed(people['clerk']) == managing.units_managed(people['operator']) == []


@pytest.mark.parametrize('target', ('beside', 'street', 'admin', 'operator', 'lead', 'lamps'))
def test_a_lead_suspends_nobody_above_beside_or_himself(people: dict[str, Member], now: datetime, target: str) -> None:
    with pytest.raises(managing.NotAllowed):
        managing.suspend(people['lead'], target, now)
    assert Member.get(target).state == 'active'
    assert audit.latest(HOME, 5) == []


def test_what_counts_is_where_the_member_belongs_now(people: dict[str, Member], now: datetime) -> None:
    """The page was made, and this process remembers him, from before he came to a second unit."""
    actions.members()
    moved = Member.get('clerk')
    moved.units = [HOME, BESIDE]
    moved.save()
    with pytest.raises(managing.NotAllowed, match='也属于如东路社区'):
        managing.suspend(people['lead'], 'clerk', now)


def test_nobody_gives_a_role_beyond_his_own(people: dict[str, Member], now: datetime) -> None:
    for role in ('district_admin', 'operator'):
        with pytest.raises(managing.NotAllowed):
            managing.change_roles(people['lead'], 'clerk', [role], now)
        with pytest.raises(managing.NotAllowed):
            managing.invite(people['lead'], HOME, '新', [role], None, 'new', now)
    managing.change_roles(people['admin'], 'clerk', ['district_admin'], now)
    assert Member.get('clerk').roles == ['district_admin']


def test_a_unit_changed_meanwhile_is_not_written_over_and_nothing_is_noted(
    people: dict[str, Member], now: datetime
) -> None:
    shown = Unit.get(HOME)
    Unit.get(HOME).update([Unit.phone.set('110')])
    with pytest.raises(Conflict):
        managing.change_unit(people['lead'], shown, {'phone': '119'}, '电话：无 → 119', now)
    assert Unit.get(HOME).phone == '110'
    assert audit.latest(HOME, 5) == []
    managing.change_unit(people['lead'], Unit.get(HOME), {'phone': '119', 'off_days': ['2026-10-01']}, 'x', now)
    managing.change_unit(people['lead'], Unit.get(HOME), {'phone': None, 'off_days': []}, 'y', now)
    assert (Unit.get(HOME).phone, Unit.get(HOME).off_days) == (None, [])
    assert len(audit.latest(HOME, 5)) == 2


def test_a_clerk_finds_a_stand_in_at_home_and_above_a_lead_also_beside(people: dict[str, Member]) -> None:
    assert {one.id for one in managing.stand_ins(people['clerk'], people['clerk'])} == {'lead', 'operator', 'street'}
    assert {one.id for one in managing.stand_ins(people['lead'], people['clerk'])} == {
        'lead', 'operator', 'street', 'beside',
    }  # fmt: skip


def test_the_newest_change_stands_first_and_is_kept_for_its_time(people: dict[str, Member], now: datetime) -> None:
    managing.suspend(people['lead'], 'clerk', now)
    managing.restore(people['lead'], 'clerk', now + audit.KEPT / 2)
    found = audit.latest(HOME, 5)
    assert [change.did for change in found] == ['恢复 clerk', '停用 clerk']
    assert found[1].forget_at == now + audit.KEPT


def test_what_is_below_ends_also_where_units_were_made_a_circle(store: None) -> None:
    for id, parent in (('a', 'b'), ('b', 'a')):
        Unit(id, name=id, kind='street', parent=parent).save()
    assert {unit.id for unit in tree.below('a')} == {'a', 'b'}
