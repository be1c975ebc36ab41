"""Danger is told day and night, by everything there is, again and again, until it is over."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import settings
from chalicelib.alliance import actions, rules
from chalicelib.alliance.records import Account, Alert
from chalicelib.deadlines.records import Deadline
from chalicelib.wechat.errors import NotSent, OutcomeUnknown
from ops import resources
from tests.alliance.called import ACCOUNT, EVENING, HOME, MINUTE, MORNING, NOON, Staff, hire

AT_THREE = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)  # Tuesday 03:00
EVERY_WAY = ['robot', 'sms', 'template', 'wechat']


@pytest.fixture
def everything(robot: Staff) -> Staff:
    """A unit with a group robot, an SMS provider and a service account with a template; all its clerks have mobiles."""
    resources.put_secret(settings.sms_parameter(), json.dumps({'url': 'http://sms', 'key': 'k'}))
    account = Account.get(ACCOUNT)
    account.kind, account.alert_template, account.alert_fields = 'service', 'T1', ['thing1', 'time2']
    account.save()
    robot.change('liqiang', mobile='13800000002')
    robot.now = AT_THREE
    return robot


def ways(staff: Staff, who: str) -> list[str]:
    return sorted(channel for channel, to in staff.is_told() if who in to.split(','))


def test_at_three_danger_goes_out_by_every_channel_and_the_ordinary_waits_for_the_morning(everything: Staff) -> None:
    everything.tell('lamp')
    everything.tell('fire', level='danger')
    everything.run(0)
    assert ways(everything, 'wangmin') == ways(everything, 'liqiang') == EVERY_WAY
    assert len(everything.sent) == 7  # one robot, three ways for each of two
    assert all('【险情】仙游路社区有 1 位居民报险情' in text and '接手' in text for text in everything.texts)
    assert not any('在等答复' in text for text in everything.texts)
    everything.sent.clear()
    everything.now = MORNING - MINUTE
    assert everything.run(0) == {}
    everything.run(1)
    assert everything.texts
    assert not any('险情' in text for text in everything.texts)


def test_the_ordinary_is_not_told_early_whichever_came_first(everything: Staff) -> None:
    everything.tell('fire', level='danger')
    everything.run(0)
    everything.tell('lamp')
    everything.now += 3 * MINUTE
    everything.tell('fire', level='danger')
    everything.run(0)
    assert not any('在等答复' in text for text in everything.texts)
    (row,) = Alert.scan()
    assert row.about == 'lamp'


def test_told_again_it_rings_again_everywhere(everything: Staff) -> None:
    for _ in range(4):
        everything.tell('fire', level='danger')
        everything.run(0)
        everything.now += 3 * MINUTE
    assert len(everything.sent) == 4 * 7
    assert (list(Alert.scan()), list(Deadline.scan())) == ([], [])


def test_a_second_danger_a_moment_later_does_not_wait_for_the_first(everything: Staff) -> None:
    everything.tell('fire', level='danger')
    everything.run(0)
    everything.now += timedelta(seconds=5)
    everything.tell('gas', level='danger')
    everything.run(0)
    assert len(everything.sent) == 2 * 7


def test_two_at_once_are_one_message_each_way(everything: Staff) -> None:
    everything.tell('fire', level='danger')
    everything.tell('gas', level='danger')
    everything.run(0)
    assert len(everything.sent) == 7
    assert all('有 2 位居民报险情' in text for text in everything.texts)


def test_once_taken_nobody_is_told(everything: Staff) -> None:
    everything.tell('fire', level='danger')
    everything.closed = {'fire'}
    everything.now += MINUTE
    everything.run(0)
    assert (everything.sent, list(Alert.scan())) == ([], [])


def test_on_duty_it_is_those_on_duty(everything: Staff) -> None:
    everything.now = EVENING
    everything.tell('fire', level='danger')
    everything.run(0)
    assert ways(everything, 'wangmin') == EVERY_WAY
    assert ways(everything, 'liqiang') == []


def test_what_a_unit_has_chosen_for_every_day_does_not_count(everything: Staff) -> None:
    everything.change(HOME, channels=['wechat'])
    everything.tell('fire', level='danger')
    everything.run(0)
    assert ways(everything, 'wangmin') == EVERY_WAY


def test_by_day_it_takes_the_ordinary_with_it_and_rings_although_somebody_was_just_told(everything: Staff) -> None:
    everything.now = NOON
    everything.tell('lamp')
    everything.run(0)
    everything.tell('fire', level='danger')
    everything.run(0)
    assert ways(everything, 'wangmin') == sorted([*EVERY_WAY, 'robot'])


def test_a_channel_that_fails_is_tried_once_more_and_holds_nothing_up(everything: Staff) -> None:
    everything.fails['sms'] = NotSent('down')
    everything.tell('fire', level='danger')
    everything.run(0)
    assert ways(everything, 'wangmin') == ['robot', 'template', 'wechat']
    everything.fails.clear()
    everything.run(1)
    assert ways(everything, 'wangmin') == EVERY_WAY
    assert (len(everything.sent), list(Alert.scan()), list(Deadline.scan())) == (7, [], [])


def test_a_channel_that_stays_broken_keeps_nothing_behind(everything: Staff) -> None:
    everything.fails['sms'] = NotSent('down')
    everything.tell('fire', level='danger')
    for _ in range(5):
        everything.run(1)
    assert (len(everything.sent), list(Alert.scan()), list(Deadline.scan())) == (5, [], [])


def test_an_unknown_outcome_does_not_keep_the_next_call_long(everything: Staff) -> None:
    everything.fails['robot'] = OutcomeUnknown('silence')
    everything.tell('fire', level='danger')
    everything.run(0)
    everything.fails.clear()
    everything.now += MINUTE
    everything.tell('fire', level='danger')
    for _ in range(3):
        everything.run(1)
    robots = [text for channel, _, text in everything.sent if channel == 'robot']
    assert len(robots) == 2
    assert list(Deadline.scan()) == []


def test_nobody_to_tell_is_an_error_and_tried_again(staff: Staff, caplog: pytest.LogCaptureFixture) -> None:
    staff.now = AT_THREE
    for id in ('wangmin', 'liqiang'):
        staff.chats[id] = staff.now  # closed, and there is nothing else
    staff.tell('fire', level='danger')
    staff.run(0)
    assert f'staff not reached unit={HOME} matters=1' in caplog.text
    staff.chats.clear()
    staff.run(2)
    assert sorted(staff.is_told()) == [('wechat', 'liqiang'), ('wechat', 'wangmin')]


def test_a_unit_with_many_members_fits_its_transactions(everything: Staff) -> None:
    for number in range(25):
        hire(f'clerk{number:02}', 'clerk', mobile=f'139000000{number:02}')
    actions.forget()
    everything.tell('fire', level='danger')
    everything.run(0)
    told = {who for channel, who in everything.is_told() if channel != 'robot'}
    assert len(told) == rules.MOST_TOLD
    assert all(ways(everything, who) == EVERY_WAY for who in told)
    assert list(Deadline.scan()) == []


def test_two_dangers_of_a_unit_with_many_members_are_told_within_two_minutes(everything: Staff) -> None:
    for number in range(25):
        hire(f'clerk{number:02}', 'clerk', mobile=f'139000000{number:02}')
    actions.forget()
    everything.tell('fire', level='danger')
    everything.tell('gas', level='danger')
    for _ in range(3):
        everything.run(1)
    heard = [text for channel, _, text in everything.sent if channel == 'sms']
    assert sum(int(text.partition('有 ')[2][0]) for text in heard) == 2 * rules.MOST_TOLD
    assert (list(Alert.scan()), list(Deadline.scan())) == ([], [])
