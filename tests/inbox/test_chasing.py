"""Who is told while somebody waits: each rung once, whatever runs late, overlaps or is cut off."""

from datetime import datetime, timedelta

import pytest

from chalicelib import storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Unit
from chalicelib.deadlines import jobs as deadlines
from chalicelib.deadlines.records import Deadline
from chalicelib.inbox import actions, handing, jobs
from tests.door import HOME, Door
from tests.inbox.ladder import DISTRICT, ID, NEIGHBOUR, STREET, Told, at, conversation, every_minute, form, run
from tests.store_faults import Wire


def test_the_ladder_is_climbed_once_each_rung(door: Door, told: Told) -> None:
    words = door.say('楼道灯不亮')
    assert '11月24日（周二）14:00 前' in words
    assert conversation().due_at == at('14:00')
    assert every_minute(at('22:10', 23), at('17:00'), told) == {
        '23 22:11': (HOME, 'first'),
        '24 10:30': (HOME, 'half'),
        '24 11:42': (HOME, 'fifths'),
        '24 14:00': (STREET, 'timed_out'),
        '24 16:00': (DISTRICT, 'above'),
    }
    assert (conversation().street, conversation().district) == (STREET, DISTRICT)


def test_the_first_alert_waits_for_the_end_of_the_burst(door: Door, told: Told) -> None:
    for seconds in (0, 40, 80):
        door.now = at('22:10', 23) + timedelta(seconds=seconds)
        door.say(f'第 {seconds} 秒')
    run(at('22:10', 23) + timedelta(seconds=139))
    assert told == []
    run(at('22:10', 23) + timedelta(seconds=140))
    assert told == [(HOME, 'first')]


def test_a_burst_without_end_is_told_of_all_the_same(door: Door, told: Told) -> None:
    since = at('22:10', 23)
    for seconds in range(0, 300, 40):
        door.now = since + timedelta(seconds=seconds)
        door.say('还有')
        run(door.now)
    assert told == []
    run(since + timedelta(minutes=5))
    assert told == [(HOME, 'first')]


def test_who_is_answered_is_told_of_no_more(door: Door, told: Told) -> None:
    door.say('楼道灯不亮')
    run(at('22:11', 23))
    member = alliance.member('wangmin')
    assert member
    found = conversation()
    actions.close(found, member, '居民已当面或电话办妥', int(found.version or 0), form(), at('22:20', 23))
    assert every_minute(at('22:20', 23), at('22:25', 23), told) == {}
    run(at('17:00'))
    assert told == [(HOME, 'first')]


def test_a_late_run_climbs_straight_to_where_the_time_is(door: Door, told: Told) -> None:
    door.say('楼道灯不亮')
    run(at('22:11', 23))
    run(at('13:00'))  # over half, over four fifths
    assert told == [(HOME, 'first'), (HOME, 'fifths')]
    run(at('17:20'))  # the street has its own two hours from now on, and they end tomorrow
    assert told[2:] == [(STREET, 'timed_out')]
    run(at('17:30'))
    assert told[3:] == []
    run(at('10:20', 25))
    assert told[3:] == [(DISTRICT, 'above')]


def test_a_clerk_who_never_heard_of_it_is_told_together_with_the_street(door: Door, told: Told) -> None:
    door.say('楼道灯不亮')
    run(at('15:00'))
    assert told == [(HOME, 'timed_out'), (STREET, 'timed_out')]


def test_a_clock_that_jumps_back_tells_nobody_again(door: Door, told: Told) -> None:
    door.say('楼道灯不亮')
    for now in (at('10:30'), at('22:11', 23), at('10:30'), at('10:31')):
        run(now)
    assert told == [(HOME, 'first')]
    run(at('14:00'))
    assert told[-1] == (STREET, 'timed_out')


def test_another_unit_is_told_what_was_handed_to_it_and_its_street_when_time_is_over(door: Door, told: Told) -> None:
    door.say('楼道灯不亮')
    run(at('22:11', 23))
    member, found = alliance.member('wangmin'), conversation()
    assert member
    handing.hand_over(found, member, NEIGHBOUR, '是那边的路', int(found.version or 0), form(), at('09:00'))
    seen = every_minute(at('09:00'), at('16:10'), told)
    assert seen['24 09:00'] == (NEIGHBOUR, 'handed')
    # nobody accepts it: home has it again an hour later, in time for its own reminders
    assert seen['24 14:00'] == (STREET, 'timed_out')
    assert conversation().due_at == at('14:00')


def test_a_unit_with_nobody_above_is_told_itself(door: Door, told: Told) -> None:
    home = Unit.get(HOME)
    home.parent = None
    home.save()
    alliance.forget()
    door.say('楼道灯不亮')
    run(at('22:11', 23))
    run(at('14:00'))
    run(at('17:00'))
    assert told == [(HOME, 'first'), (HOME, 'timed_out')]


def test_two_runs_at_once_tell_once(door: Door, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    door.say('楼道灯不亮')
    now, really = at('22:11', 23), storage.commit

    def overlapped(write: storage.Write) -> None:
        monkeypatch.setattr(storage, 'commit', really)
        run(now)
        really(write)

    monkeypatch.setattr(storage, 'commit', overlapped)
    run(now)
    assert conversation().rung == 1
    (row,) = [row for row in Deadline.scan() if row.kind == 'chase']
    assert row.key == conversation().chase_key


def test_one_rung_costs_a_read_and_a_transaction(door: Door, told: Told) -> None:
    door.say('楼道灯不亮')
    wire = Wire()
    deadlines.run({'chase': jobs.chase}, at('22:11', 23), 60)
    assert wire.sent == {'Query': 8, 'GetItem': 1, 'TransactWriteItems': 1}


def test_closing_leaves_only_the_year_after_which_it_is_forgotten(door: Door, told: Told) -> None:
    door.say('楼道灯不亮')
    member, found = alliance.member('wangmin'), conversation()
    assert member
    actions.close(found, member, '居民说不用了', int(found.version or 0), form(), at('22:20', 23))
    (row,) = Deadline.scan()
    assert row.kind == 'expire'
    assert timedelta(days=365) <= row.due_at - at('22:20', 23) <= timedelta(days=365 + 31)  # her day of the month
    assert datetime.fromisoformat(row.data['upto']) == at('22:20', 23)


def test_what_is_handed_to_a_street_whose_district_knows_tells_the_district_no_second_time(
    door: Door, told: Told
) -> None:
    door.say('楼道灯不亮')
    for now in (at('22:11', 23), at('14:00'), at('16:00')):
        run(now)
    member, found = alliance.member('wangmin'), conversation()
    assert member
    handing.hand_over(found, member, STREET, '请街道办', int(found.version or 0), form(at('16:30')), at('16:30'))
    run(at('16:31'))
    assert [what for what in told if what[0] == DISTRICT] == [(DISTRICT, 'above')]
    assert [row.id for row in actions.overdue(DISTRICT, 10)] == [ID]
