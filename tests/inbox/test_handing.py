"""Whose it is: taken, handed over and accepted, given back, and up by itself when nobody has it."""

from datetime import datetime, timedelta

import pytest

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Member, Unit
from chalicelib.inbox import actions, handing, kinds, turns
from chalicelib.inbox.changing import Refused
from tests.door import HOME, Door
from tests.inbox.ladder import DISTRICT, ID, NEIGHBOUR, STREET, Told, at, conversation, every_minute, form, run

LAMPS = 'city-management'


@pytest.fixture
def waits(door: Door, told: Told) -> None:
    """A resident has written about a lamp, and her community knows; the department for lamps is there."""
    Unit(LAMPS, name='城市管理局', kind='department', parent=DISTRICT).save()
    for id, name, unit in (('lamp', '周工', LAMPS), ('street', '刘洋', STREET), ('top', '孙磊', DISTRICT)):
        Member(id, name=name, state='active', units=[unit], roles=['clerk']).save()
    district = Unit.get(DISTRICT)
    district.responsible = 'top'
    district.save()
    alliance.forget()
    door.say('路灯坏了')
    run(at('22:11', 23))
    told.clear()


def member(id: str) -> Member:
    found = alliance.member(id)
    assert found
    return found


def hand(to: str, now: datetime, by: str = 'wangmin') -> None:
    found = conversation()
    handing.hand_over(found, member(by), to, '路灯归他们', int(found.version or 0), form(now), now)


def take(by: str, now: datetime) -> None:
    found = conversation()
    handing.take(found, member(by), int(found.version or 0), form(now), now)


def decline(whose: str, now: datetime, by: str = 'lamp', reason: str = '不是我们的路') -> None:
    found = conversation()
    handing.decline(found, member(by), whose, reason, int(found.version or 0), form(now), now)


def notes() -> list[str]:
    return [line.text for line in actions.talk(ID).messages if line.way == 'inside']


@pytest.mark.usefixtures('waits')
def test_what_is_accepted_stays_with_the_same_promise(told: Told) -> None:
    promised = conversation().due_at
    hand(LAMPS, at('09:00'))
    run(at('09:01'))
    assert told == [(LAMPS, 'handed')]
    assert [row.id for row in actions.handed_over(HOME, 5)] == [ID]
    take('lamp', at('09:20'))
    assert actions.handed_over(HOME, 5) == []
    run(at('13:00'))
    assert told == [(LAMPS, 'handed')]  # whoever has taken it is not reminded
    assert (conversation().unit, conversation().due_at) == (LAMPS, promised)
    run(at('14:00'))
    assert told[1:] == [(DISTRICT, 'timed_out')]  # the department's own superior
    assert not conversation().taken_by


@pytest.mark.usefixtures('waits')
def test_what_nobody_accepts_comes_back_by_itself(told: Told) -> None:
    hand(LAMPS, at('09:00'))
    run(at('09:59'))
    assert conversation().waiting_unit == LAMPS
    run(at('10:00'))
    run(at('10:01'))
    assert (conversation().unit, conversation().waiting_unit, conversation().handed_by) == (HOME, HOME, None)
    assert told == [(LAMPS, 'handed'), (HOME, 'first')]
    assert notes()[-1] == '城市管理局没有在 11月24日（周二）10:00 前接手，退回仙游路社区'
    assert [row.id for row in actions.waiting(HOME)] == [ID]


@pytest.mark.usefixtures('waits')
def test_declining_says_whose_it_is_and_is_back_at_once(told: Told) -> None:
    hand(LAMPS, at('09:00'))
    with pytest.raises(Refused, match='归哪个单位'):
        decline('', at('09:10'))
    with pytest.raises(Refused, match='为什么退回'):
        decline(NEIGHBOUR, at('09:10'), reason=' ')
    decline(NEIGHBOUR, at('09:10'))
    assert conversation().unit == HOME
    assert notes()[-1] == '退回：不是我们的路。认为归高雄路社区'
    run(at('09:11'))
    assert told == [(HOME, 'first')]  # the department needs to know no more


@pytest.mark.usefixtures('waits')
def test_nobodys_matter_is_a_named_persons_within_the_hour(told: Told) -> None:
    hand(LAMPS, at('09:00'))
    decline(handing.NOBODY, at('09:10'))
    found = conversation()
    assert (found.unit, found.named, found.handed_until) == (DISTRICT, 'top', at('10:10'))
    run(at('09:11'))
    assert told == [(DISTRICT, 'nobody')]
    run(at('10:10'))
    assert told[1:] == [(DISTRICT, 'above')]  # he has not decided: everybody there is told
    assert notes()[-1] == '到 11月24日（周二）10:10 还没有定下归谁'
    assert conversation().waiting_unit == DISTRICT


@pytest.mark.usefixtures('waits')
def test_a_named_person_who_hands_it_over_has_decided(told: Told) -> None:
    hand(LAMPS, at('09:00'))
    decline(handing.NOBODY, at('09:10'))
    hand(NEIGHBOUR, at('09:30'), by='top')
    found = conversation()
    assert (found.unit, found.named, found.handed_by) == (NEIGHBOUR, None, DISTRICT)


@pytest.mark.usefixtures('waits')
def test_after_three_hops_it_goes_up_by_itself(told: Told) -> None:
    for minute, (to, back) in enumerate(((LAMPS, NEIGHBOUR), (NEIGHBOUR, LAMPS))):
        hand(to, at(f'09:0{minute}'))
        by = 'lamp' if to == LAMPS else _neighbour()
        decline(back, at(f'09:0{minute}') + timedelta(seconds=30), by=by)
    hand(LAMPS, at('09:05'))
    assert conversation().unit == LAMPS
    decline(NEIGHBOUR, at('09:06'))
    found = conversation()
    assert (found.unit, found.handed_by, found.hops) == (STREET, None, 0)
    assert '已经转过 3 次，按规定由金门路街道定' in notes()
    run(at('09:07'))
    assert told == [(STREET, 'handed')]
    assert found.due_at == at('14:00')  # she has been promised one time, and it still stands


def _neighbour() -> str:
    Member('next', name='邻居', state='active', units=[NEIGHBOUR], roles=['clerk']).save()
    alliance.forget()
    return 'next'


@pytest.mark.usefixtures('waits')
def test_the_street_may_take_what_lies_below_and_then_it_is_the_streets(told: Told) -> None:
    run(at('14:00'))
    assert told[-1] == (STREET, 'timed_out')
    take('street', at('14:05'))
    found = conversation()
    assert (found.unit, found.waiting_unit, found.taken_name) == (STREET, STREET, '刘洋')
    told.clear()
    run(at('15:59'))
    assert told == []
    run(at('16:00'))  # the time she was told is over: the receipt does not hide it
    assert told == [(DISTRICT, 'above')]


@pytest.mark.usefixtures('waits')
def test_nobody_else_may_take_or_decline_it(told: Told) -> None:
    with pytest.raises(Refused, match='不归您的单位'):
        take('lamp', at('09:00'))
    with pytest.raises(Refused, match='不是转来的'):
        decline(LAMPS, at('09:00'), by='wangmin')
    hand(LAMPS, at('09:00'))
    with pytest.raises(Refused, match='在等别的单位'):
        decline(NEIGHBOUR, at('09:01'), by='wangmin')


@pytest.mark.usefixtures('waits')
def test_what_all_know_is_told_once_more_every_working_day(told: Told) -> None:
    for day, times in {24: ('14:00', '16:00'), 25: ('08:59', '09:00'), 26: ('08:59', '09:00')}.items():
        for time in times:
            run(at(time, day))
            told.append((time, ''))
    once_more = [('08:59', ''), (DISTRICT, 'above'), ('09:00', '')]
    assert told[4:] == [*once_more, *once_more]


class TestDanger:
    """Nobody is spared until somebody has taken it."""

    @pytest.fixture
    def alarmed(self, waits: None, told: Told) -> None:
        found = conversation()
        turns.hear(found, kinds.DANGER, at('03:00'), at('03:05'), at('03:00'))
        _store(found, at('03:00'))

    @pytest.mark.usefixtures('alarmed')
    def test_at_night_each_five_minutes_one_unit_more(self, told: Told) -> None:
        for minute in range(31):
            before = len(told)
            run(at(f'03:{minute:02}'))
            told[before:] = [(unit, f'{minute}') for unit, level in told[before:] if level == 'danger']
        assert told == [
            (HOME, '0'),
            *((unit, '5') for unit in (HOME, STREET)),
            *((unit, '10') for unit in (HOME, STREET, DISTRICT)),
            *((unit, '20') for unit in (HOME, STREET, DISTRICT)),
            *((unit, '30') for unit in (HOME, STREET, DISTRICT)),
        ]

    @pytest.mark.usefixtures('alarmed')
    def test_taken_it_rings_no_more_unless_she_gets_no_word(self, told: Told) -> None:
        run(at('03:00'))
        take('wangmin', at('03:02'))
        told.clear()
        run(at('03:31'))
        assert told == []
        run(at('03:32'))
        assert (HOME, 'danger') in told

    @pytest.mark.usefixtures('waits')
    def test_where_a_department_has_it_the_community_is_called_too(self, told: Told) -> None:
        hand(LAMPS, at('09:00'))
        take('lamp', at('09:05'))
        found = conversation()
        turns.hear(found, kinds.DANGER, at('09:30'), None, at('09:30'))
        _store(found, at('09:30'))
        told.clear()
        run(at('09:30'))
        assert told == [(LAMPS, 'danger'), (HOME, 'danger')]
        told.clear()
        run(at('09:36'))
        assert [unit for unit, _ in told] == [LAMPS, HOME, STREET]

    @pytest.mark.usefixtures('alarmed')
    def test_a_new_danger_rings_though_an_earlier_one_was_taken(self, told: Told) -> None:
        run(at('03:00'))
        take('wangmin', at('03:02'))
        told.clear()
        for minute, rings in ((3, False), (20, True)):
            found = conversation()
            found.received_at = at('03:00')
            turns.hear(found, kinds.DANGER, at(f'03:{minute:02}'), None, at(f'03:{minute:02}'))
            _store(found, at(f'03:{minute:02}'))
            run(at(f'03:{minute:02}'))
            assert bool(told) is rings

    @pytest.mark.usefixtures('alarmed')
    def test_closing_it_ends_the_alarm_and_the_next_matter_is_an_ordinary_one(self, told: Told) -> None:
        run(at('03:00'))
        found = conversation()
        actions.close(found, member('wangmin'), '误发', int(found.version or 0), form(at('03:01')), at('03:01'))
        told.clear()
        run(at('03:40'))
        assert told == []
        assert conversation().kind == kinds.ORDINARY


def _store(found: 'turns.Conversation', now: datetime) -> None:
    from chalicelib import storage
    from chalicelib.inbox import alarms

    def write(tx: storage.Transaction) -> None:
        alarms.keep(tx, found, now)
        tx.save(found)

    storage.commit(write)


@pytest.mark.usefixtures('waits')
def test_danger_in_what_nobody_has_accepted_yet_comes_back_in_five_minutes(door: Door, told: Told) -> None:
    """The time to accept is that of danger: the place's own people are called too."""
    hand(LAMPS, at('09:00'))
    run(at('09:00'))
    clock.move(at('09:10') - clock.now())
    door.now = at('09:10')
    door.say('灯杆着火了')
    told.clear()
    seen = every_minute(at('09:10'), at('09:20'), told)
    assert (HOME, 'danger') in told, seen
