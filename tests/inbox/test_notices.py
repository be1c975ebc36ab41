"""A notice is a machine's word about something else: it outlives answers and closings, and stands in nobody's way."""

from datetime import timedelta

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import lines, machine, rules
from chalicelib.inbox.changing import change
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Write
from tests.house import House

WORDS = '您约的保洁已确认。'


def noticed(house: House, once: str = 'a', words: str = WORDS, lasts: timedelta = timedelta(days=20)) -> Message | None:
    """Kept, or None where there is no room."""
    made: list[Message] = []

    def decide(fresh: Conversation) -> list[Write]:
        made[:], writes = machine.notice(fresh, words, '仙游路社区', house.now + lasts, once, house.now)
        return [*map(lines.put, made), *writes]

    change(house.conversation, decide, house.now)
    return made[0] if made else None


def state(house: House, line: Message | None) -> str | None:
    assert line
    found = inbox.message(house.id, line.key)
    return found.state if found else None


def silent(house: House) -> None:
    """She wrote, was answered, and her window is over."""
    house.says('楼道灯不亮')
    house.reply('修好了')
    house.later(timedelta(days=3))


def test_in_the_window_it_goes_out_by_the_deadline_of_sends(house: House) -> None:
    house.says('你好')
    line = noticed(house)
    house.sweep()
    assert state(house, line) == rules.SENT
    assert house.reads()[-1].text == WORDS


def test_while_she_waits_the_last_three_messages_are_not_its(house: House) -> None:
    house.says('你好')
    made = [noticed(house, str(number)) for number in range(3)]
    house.sweep()
    assert [state(house, line) for line in made] == [rules.SENT, rules.SENT, rules.KEPT]
    assert house.conversation.window_left == rules.LEFT_FOR_PEOPLE


def test_while_nobody_waits_all_but_one_are(house: House) -> None:
    house.says('你好')
    house.reply('您好，有什么事')
    made = [noticed(house, str(number)) for number in range(4)]
    house.sweep()
    assert [state(house, line) for line in made] == [rules.SENT, rules.SENT, rules.SENT, rules.KEPT]
    assert house.conversation.window_left == rules.LEFT_WHILE_NOBODY_WAITS


def test_a_refusal_for_the_window_leaves_it_kept(house: House) -> None:
    house.says('你好')
    line = noticed(house)
    house.world.faults.always['/cgi-bin/message/custom/send'] = 45015
    house.sweep()
    assert state(house, line) == rules.KEPT
    [kept] = house.conversation.kept
    assert kept.notice


def test_what_failed_in_transit_is_tried_again_though_a_person_answered(house: House) -> None:
    house.says('楼道灯不亮')
    line = noticed(house)
    house.world.faults.api_down = True
    house.sweep()
    house.world.faults.api_down = False
    house.reply('修好了')
    house.later(timedelta(minutes=2))
    house.sweep()
    assert state(house, line) == rules.SENT


def test_an_answer_and_a_closing_leave_it_where_it_is(house: House) -> None:
    silent(house)
    line = noticed(house)
    house.reply('还有一句')
    assert state(house, line) == rules.KEPT
    assert WORDS in house.says('谢谢，另外想问件事')
    assert state(house, line) == rules.SENT


def test_after_seven_days_it_is_still_given_and_after_its_time_not(house: House) -> None:
    silent(house)
    long, short = noticed(house, 'long'), noticed(house, 'short', '只到明天', timedelta(days=1))
    house.later(timedelta(days=10))
    said = house.says('请问明天停水吗')
    assert WORDS in said
    assert '只到明天' not in said
    assert (state(house, long), state(house, short)) == (rules.SENT, rules.KEPT)


def test_full_it_says_so_and_answers_have_places_of_their_own(house: House) -> None:
    silent(house)
    made = [noticed(house, str(number)) for number in range(rules.KEPT_AT_MOST + 1)]
    assert [line is None for line in made] == [False] * rules.KEPT_AT_MOST + [True]
    house.reply('还有一句')
    assert house.conversation.kept_count == rules.KEPT_AT_MOST + 1


def test_it_can_be_taken_back(house: House) -> None:
    silent(house)
    line = noticed(house)
    assert line
    change(house.conversation, lambda fresh: machine.withdraw_notice(fresh, line.key, house.now), house.now)
    assert state(house, line) == rules.WITHDRAWN
    assert machine.withdraw_notice(house.conversation, line.key, house.now) == []


@pytest.mark.parametrize('by', ['clerk', 'leaving'])
def test_a_clerk_and_her_leaving_take_it_back_too(house: House, by: str) -> None:
    silent(house)
    line, member = noticed(house), alliance.member('wangmin')
    assert line
    assert member
    if by == 'clerk':
        inbox.withdraw_kept(house.conversation, line.key, member, house.now)
    else:
        house.world.unfollow('lin', house.id.partition('#')[0])
        house.world.wait_idle(20)
    assert state(house, line) == rules.WITHDRAWN
    assert not house.waits
