"""Staff are told: who, by which channel, in which words, how often, and what happens when it does not work."""

import logging
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.alliance import actions, channels, rules
from chalicelib.alliance.records import Alert, Target
from chalicelib.deadlines.records import Deadline
from chalicelib.wechat.errors import NotSent, OutcomeUnknown, Refused
from ops import resources
from tests.alliance.called import EVENING, HOME, MINUTE, MORNING, NIGHT, STREET, Staff, hire


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[int], list[str]]:
    return lambda level: [record.getMessage() for record in caplog.records if record.levelno >= level]


# Who


def test_in_working_hours_clerks_and_leads_are_told(staff: Staff) -> None:
    staff.tell()
    staff.run()
    assert sorted(staff.is_told()) == [('wechat', 'liqiang'), ('wechat', 'wangmin')]
    assert not list(Alert.scan())
    assert not list(Deadline.scan())


def test_in_the_evening_only_who_is_on_duty_is_told(staff: Staff) -> None:
    staff.now = EVENING
    staff.tell()
    staff.run()
    assert staff.is_told() == [('wechat', 'wangmin')]


def test_who_is_suspended_is_not_told_but_somebody_is(staff: Staff) -> None:
    staff.now = EVENING
    staff.change('wangmin', state='suspended')
    staff.tell()
    staff.run()
    assert staff.is_told() == [('wechat', 'liqiang')]


def test_a_unit_without_clerks_is_told_by_all_it_has(staff: Staff) -> None:
    for id in ('wangmin', 'liqiang'):
        staff.change(id, units=[STREET])
    staff.tell()
    staff.run()
    assert staff.is_told() == [('wechat', 'operator')]


def test_nobody_is_woken_at_night(staff: Staff) -> None:
    staff.now = NIGHT
    staff.tell('a')
    staff.tell('b')
    staff.now = MORNING - 2 * MINUTE
    assert staff.run() == {}
    staff.run()
    assert sorted(staff.is_told()) == [('wechat', 'liqiang'), ('wechat', 'wangmin')]
    assert all('2 位居民' in text for text in staff.texts)


def test_what_was_told_in_the_last_minute_of_duty_waits_for_the_morning(staff: Staff) -> None:
    staff.now = NIGHT - timedelta(seconds=90)
    staff.tell()
    staff.run(3)
    assert staff.is_told() == []
    staff.now = MORNING
    staff.run(0)
    assert len(staff.sent) == 2


def test_what_is_nobodys_is_one_named_persons(staff: Staff) -> None:
    staff.change(HOME, responsible='operator')
    staff.tell(level='nobody')
    staff.run()
    assert staff.is_told() == [('wechat', 'operator')]
    assert '说不清归谁，请operator马上定下由谁办' in staff.texts[0]


def test_where_the_named_person_is_suspended_all_are_told(staff: Staff) -> None:
    staff.change(HOME, responsible='operator')
    staff.change('operator', state='suspended')
    staff.tell(level='nobody')
    staff.run()
    assert {who for _, who in staff.is_told()} == {'liqiang', 'wangmin'}


def test_a_robot_is_called_once_and_mentions_who_is_there(robot: Staff) -> None:
    robot.tell()
    robot.run()
    assert robot.is_told() == [('robot', 'liqiang,wangmin')]


def test_a_group_without_registered_staff_still_reads_it(robot: Staff) -> None:
    for id in ('wangmin', 'liqiang', 'operator'):
        robot.change(id, units=[STREET])
    robot.tell()
    robot.run()
    assert robot.is_told() == [('robot', '')]


def test_where_there_is_nobody_at_all_the_log_says_so(staff: Staff, log: Any) -> None:
    for id in ('wangmin', 'liqiang', 'operator'):
        staff.change(id, units=[STREET])
    staff.tell()
    staff.run()
    assert log(logging.ERROR) == [f'staff not reached unit={HOME} matters=1']


# How often


def test_several_at_once_are_one_message(robot: Staff) -> None:
    for about in 'abc':
        robot.tell(about)
    robot.run()
    (text,) = robot.texts
    assert text.startswith('【仙游路社区】3 位居民在等答复，最早 ')


def test_after_a_message_later_matters_wait_two_minutes_and_are_bundled(robot: Staff) -> None:
    robot.tell('a')
    robot.run()
    robot.tell('b')
    robot.run()
    robot.tell('c')
    robot.run(0.5)
    assert len(robot.sent) == 1
    robot.run(0.5)
    assert [text.partition(' 位')[0] for text in robot.texts] == ['【仙游路社区】1', '【仙游路社区】2']


def test_what_presses_waits_only_a_minute(robot: Staff) -> None:
    robot.tell('a')
    robot.run()
    robot.tell('a', level='failed')
    robot.run()
    assert len(robot.sent) == 2


def test_told_again_before_anybody_was_told_it_is_one_line(robot: Staff) -> None:
    robot.tell('a')
    robot.now += MINUTE
    robot.tell('a', level='half')
    robot.run()
    (text,) = robot.texts
    assert '1 位居民还没有答复，时间已过半' in text
    assert '在等答复' not in text


def test_what_is_closed_before_it_is_told_is_not_told(staff: Staff) -> None:
    staff.tell('a')
    staff.tell('b')
    staff.closed = {'a'}
    staff.run()
    assert all('】1 位居民' in text for text in staff.texts)
    staff.tell('c')
    staff.run()  # in the boxes of both, for the pause
    staff.closed = {'c'}
    staff.run(2)
    assert len(staff.sent) == 2
    assert not list(Alert.scan())


def test_a_morning_with_more_than_a_message_holds_loses_none(robot: Staff) -> None:
    robot.now = NIGHT
    for number in range(130):
        robot.tell(f'{number}')
    robot.now = MORNING
    for _ in range(15):
        robot.run()
    told = [int(text.partition(' 位')[0].rpartition('】')[2].removeprefix('有 ')) for text in robot.texts]
    assert sum(told) == 130
    assert max(told) <= rules.ROWS_A_MESSAGE
    assert not list(Alert.scan())


def test_a_unit_with_many_members_fits_its_transactions(staff: Staff) -> None:
    for number in range(25):
        hire(f'clerk{number}', 'clerk')
    actions.forget()
    for about in 'abcdefgh':
        staff.tell(about)
    for _ in range(8):
        staff.run()
    assert len({who for _, who in staff.is_told()}) == rules.MOST_TOLD
    for member in {who for _, who in staff.is_told()}:
        read = [int(text.partition('】')[2][0]) for _, who, text in staff.sent if who == member]
        assert sum(read) == 8


# When it does not work


def test_a_channel_that_fails_gives_way_to_the_next_at_once(robot: Staff) -> None:
    robot.fails['robot'] = Refused(93000, None)
    robot.tell()
    robot.run()
    assert sorted(robot.is_told()) == [('wechat', 'liqiang'), ('wechat', 'wangmin')]
    assert not any(text.startswith('【再次提醒】') for text in robot.texts)


def test_only_whose_channel_failed_is_told_by_the_next(staff: Staff) -> None:
    resources.put_secret(settings.sms_parameter(), '{"url": "http://sms", "key": "k"}')
    staff.chats['wangmin'] = staff.now  # closed
    staff.tell()
    staff.run()
    assert sorted(staff.is_told()) == [('sms', 'wangmin'), ('wechat', 'liqiang')]


def test_where_all_fail_it_is_tried_again_less_and_less_often_while_it_matters(robot: Staff, log: Any) -> None:
    robot.fails = dict.fromkeys(rules.CHANNELS, NotSent('down'))
    robot.now = MORNING
    robot.tell()
    tried = []
    for minute in range(100):
        before = len(log(logging.ERROR))
        robot.run()
        if len(log(logging.ERROR)) > before:
            tried.append(minute)
    assert [later - sooner for sooner, later in pairwise(tried)] == [2, 4, 8, 16, 30, 30]
    assert set(log(logging.ERROR)) == {f'staff not reached unit={HOME} matters=1'}
    robot.fails = {}
    robot.run(31)
    assert robot.is_told() == [('robot', 'liqiang,wangmin')]


def test_where_all_fail_and_it_is_closed_nothing_is_left(robot: Staff) -> None:
    robot.fails = dict.fromkeys(rules.CHANNELS, NotSent('down'))
    robot.tell()
    robot.run()
    robot.closed = {'a'}
    robot.run(2)
    assert (list(Alert.scan()), list(Deadline.scan())) == ([], [])


def test_who_was_told_is_not_told_again_because_a_colleague_was_not(staff: Staff, log: Any) -> None:
    staff.chats['wangmin'] = staff.now + timedelta(days=1)

    def send(channel: str, call: channels.Call) -> None:
        if call.to[0].id == 'wangmin':
            raise NotSent('down')
        Staff.send(staff, channel, call)

    channels.send = send  # type: ignore[assignment]  # the fixture puts it back
    staff.tell()
    for _ in range(10):
        staff.run()
    assert staff.is_told() == [('wechat', 'liqiang')]
    assert len(log(logging.ERROR)) == 3


def test_an_unknown_outcome_is_repeated_once_and_says_so(robot: Staff, log: Any) -> None:
    robot.fails['robot'] = OutcomeUnknown('silence')
    robot.tell()
    robot.run()
    robot.fails = {}
    robot.run(2)
    (text,) = robot.texts
    assert text.startswith('【再次提醒】【仙游路社区】1 位居民')
    assert not list(Alert.scan())
    assert not list(Deadline.scan())


def test_a_second_unknown_outcome_is_the_last(robot: Staff, log: Any) -> None:
    robot.fails['robot'] = OutcomeUnknown('silence')
    robot.tell()
    for _ in range(8):
        robot.run()
    warned = [line for line in log(logging.WARNING) if 'unknown outcome' in line]
    assert warned == ['an alert has an unknown outcome channel=robot matters=1']
    assert (robot.sent, list(Alert.scan()), list(Deadline.scan())) == ([], [], [])
    (target,) = Target.scan()
    assert target.state == 'idle'


# What is said


def test_the_levels_told_to_one_person_are_a_line_each_the_most_pressing_first(staff: Staff) -> None:
    staff.change('zhaoyuan', units=[STREET, HOME])
    staff.tell('a')
    staff.tell('b', level='timed_out', told=STREET)
    staff.run()
    text = next(text for _, who, text in staff.sent if who == 'zhaoyuan')
    first, second, link, last = text.split('\n')
    assert first == '【仙游路社区】有 1 位居民到时没有得到答复，请督促或直接答复'
    assert second == '【仙游路社区】1 位居民在等答复，最早 09:52 来信，请在 13:00 前答复'
    assert link == 'http://127.0.0.1:8000/desk'
    assert last == '回复 1 继续接收提醒'


def test_no_log_line_says_whose_matter_it_is(staff: Staff, caplog: pytest.LogCaptureFixture) -> None:
    staff.fails = dict.fromkeys(rules.CHANNELS, NotSent('down'))
    staff.tell('account#oSecret')
    staff.run()
    assert 'oSecret' not in caplog.text
    assert 'wangmin' not in caplog.text
