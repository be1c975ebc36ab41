"""Whoever is on leave is replaced by his stand-in; nobody is forgotten, and no right outlasts the leave."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.alliance import actions, gate, leave, roster
from chalicelib.alliance.reach import unreachable
from chalicelib.alliance.records import Member, Unit

HOME, STREET = '370202013001', '370202013000'
EVENING = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday, 20:00 in Beijing: Wang Min is on duty
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00, working hours
DAY = timedelta(days=1)

Away = Callable[..., None]


@pytest.fixture
def away(store: None) -> Away:
    """Sets the leave of somebody; all are clerks, Wang Min and Li Qiang of the community, Liu Yang of the street."""
    Unit(STREET, name='金门路街道', kind='street').save()
    Unit(HOME, name='仙游路社区', kind='community', parent=STREET, duty='1-7 18:00-22:30 wangmin').save()
    for id, unit in (('wangmin', HOME), ('liqiang', HOME), ('chenjing', HOME), ('liuyang', STREET)):
        Member(id, name=id, state='active', units=[unit], roles=['clerk']).save()

    def away(id: str, stand_in: str | None, first: str = '2026-11-23', last: str = '2026-11-24', **more: str) -> None:
        member = Member.get(id)
        member.leave_from, member.leave_until, member.stand_in = first, last, stand_in
        for name, value in more.items():
            setattr(member, name, value)
        member.save()
        actions.forget()

    return away


def told(at: datetime) -> list[str]:
    return [member.id for member in roster.on_hand(HOME, at)]


def test_the_stand_in_has_the_duty_while_the_leave_lasts_and_not_a_day_longer(away: Away) -> None:
    away('wangmin', 'liqiang')
    assert told(EVENING - DAY) == ['wangmin']
    assert told(EVENING) == ['liqiang']
    assert told(EVENING + DAY) == ['liqiang']
    assert told(EVENING + 2 * DAY) == ['wangmin']


def test_the_days_are_beijings(away: Away) -> None:
    away('wangmin', 'liqiang')
    midnight = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    wang = actions.member('wangmin')
    assert wang
    assert leave.is_on_leave(wang, midnight)
    assert not leave.is_on_leave(wang, midnight - timedelta(microseconds=1))
    assert leave.is_on_leave(wang, midnight + 2 * DAY - timedelta(microseconds=1))
    assert not leave.is_on_leave(wang, midnight + 2 * DAY)


def test_a_stand_in_on_leave_hands_on_to_his_own(away: Away) -> None:
    away('wangmin', 'liqiang')
    away('liqiang', 'liuyang', last='2026-11-23')
    assert told(EVENING) == ['liuyang']
    assert told(EVENING + DAY) == ['liqiang']


@pytest.mark.parametrize('stand_in', [None, 'nobody', 'wangmin'])
def test_without_a_stand_in_the_others_of_the_unit_are_told(away: Away, stand_in: str | None) -> None:
    away('wangmin', stand_in)
    assert told(EVENING) == ['chenjing', 'liqiang']


def test_a_circle_of_stand_ins_ends_with_the_others(away: Away) -> None:
    away('wangmin', 'liqiang')
    away('liqiang', 'wangmin')
    assert told(EVENING) == ['chenjing']


def test_a_suspended_stand_in_has_no_duty(away: Away) -> None:
    away('wangmin', 'liqiang')
    away('liqiang', None, first='2020-01-01', last='2020-01-02', state='suspended')
    assert told(EVENING) == ['chenjing']


def test_who_is_suspended_lends_nobody_his_rights(away: Away) -> None:
    away('wangmin', 'liuyang', state='suspended')
    assert told(EVENING) == ['chenjing', 'liqiang']
    liu = actions.member('liuyang')
    assert liu
    assert not gate.may_handle(liu, HOME, now=EVENING)


def test_in_working_hours_one_who_stands_in_for_two_is_told_once(away: Away) -> None:
    away('wangmin', 'chenjing')
    away('liqiang', 'chenjing')
    assert told(MORNING) == ['chenjing']


def test_a_unit_of_which_all_are_on_leave_is_told_all_the_same(away: Away) -> None:
    for id in ('wangmin', 'liqiang', 'chenjing'):
        away(id, None)
    assert told(MORNING) == ['chenjing', 'liqiang', 'wangmin']


def test_a_long_row_of_stand_ins_ends(away: Away) -> None:
    names = [f'm{number}' for number in range(leave.MOST_STEPS + 2)]
    for name, following in zip(names, [*names[1:], 'liuyang'], strict=True):
        Member(name, name=name, state='active', units=[], roles=[]).save()
        away(name, following)
    away('wangmin', names[0])
    assert told(EVENING) == ['chenjing', 'liqiang']


def test_a_stand_in_from_another_unit_may_handle_what_it_has_as_long_as_the_leave_lasts(away: Away) -> None:
    away('wangmin', 'liuyang')
    liu = actions.member('liuyang')
    assert liu
    assert [gate.may_handle(liu, HOME, now=EVENING + n * DAY) for n in (-1, 0, 1, 2)] == [False, True, True, False]
    assert leave.units_of(liu, EVENING) == [STREET, HOME]
    assert gate.may_handle(liu, STREET, now=EVENING + 2 * DAY)


def test_who_is_told_for_another_may_handle_it_also_at_the_end_of_a_row(away: Away) -> None:
    away('wangmin', 'liqiang')
    away('liqiang', 'liuyang')
    liu, li = actions.member('liuyang'), actions.member('liqiang')
    assert liu
    assert li
    assert gate.may_handle(liu, HOME, now=EVENING)
    assert leave.stands_in_for(li, EVENING) == []


def test_a_duty_of_somebody_on_leave_without_a_stand_in_is_trouble_beforehand(away: Away) -> None:
    away('wangmin', None)
    assert [t.words for t in unreachable(HOME, EVENING - timedelta(hours=4)) if t.member == 'wangmin'] == [
        '18:00 值班的wangmin那时在休假，没有能替班的人。请给wangmin指定替班人，或改值班表。'
    ]
    away('wangmin', 'liuyang')
    assert [t for t in unreachable(HOME, EVENING - timedelta(hours=4)) if '休假' in t.words] == []


def test_a_unit_that_will_be_empty_in_working_hours_is_trouble(away: Away) -> None:
    for id in ('wangmin', 'liqiang', 'chenjing'):
        away(id, None)
    words = [trouble.words for trouble in unreachable(HOME, MORNING)]
    assert '现在的工作时间，liqiang在休假，单位里没有别人在。请给liqiang指定替班人。' in words


def test_a_district_where_nobody_has_what_is_nobodys_is_trouble(away: Away) -> None:
    district = Unit('370202', name='市南区', kind='district')

    def words() -> list[str]:
        district.save()
        actions.forget()
        return [trouble.words for trouble in unreachable('370202', EVENING) if trouble.member == 'responsible']

    assert words() == ['没有单位认领的事还没有定由谁负责。请在「本单位」的工作时间和电话里选一位。']
    district.responsible = 'wangmin'
    assert words() == []
    away('wangmin', None)
    assert words() == ['没有单位认领的事由wangmin负责，但wangmin不在岗，也没有人替班。请另选一位。']
    away('wangmin', 'liuyang')
    assert words() == []
