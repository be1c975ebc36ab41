"""A resident asks after her matter by a word; what a dialogue takes starts no clock."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.inbox import actions, turns
from chalicelib.inbox.records import Conversation
from tests.door import ACCOUNT, CLERK, HOME, RESIDENT, Door


def conversation(openid: str = RESIDENT) -> Conversation:
    found = actions.conversation(f'{ACCOUNT}#{openid}')
    assert found is not None
    return found


def later(door: Door, by: timedelta) -> None:
    clock.move(by)
    door.now += by


def close() -> None:
    found = conversation()
    turns.leave(found)
    found.answered = True
    found.save()


@pytest.mark.parametrize('asked', ['进度', '查进度', '「进度」', '处理进度。', '办得怎么样了？', ' 有结果吗'])
def test_progress_says_what_is_open_who_has_it_and_by_when(door: Door, asked: str) -> None:
    door.say('楼道灯不亮')
    before = conversation()
    later(door, timedelta(minutes=12))
    words = door.say(asked)
    assert '「楼道灯不亮」' in words
    assert '仙游路社区' in words
    assert '11月24日（周二）14:00 前给您回话' in words
    after = conversation()
    assert (after.waiting_since, after.due_at, after.chase_at) == (before.waiting_since, before.due_at, before.chase_at)
    assert (after.last_text, after.fresh) == ('楼道灯不亮', before.fresh)


def test_progress_of_nothing_starts_no_clock(door: Door) -> None:
    assert '没有等待答复' in door.say('进度')
    assert conversation().waiting_unit is None


def test_asked_twice_it_still_quotes_what_she_wrote(door: Door) -> None:
    door.say('楼道灯不亮')
    door.say('进度')
    assert '「楼道灯不亮」' in door.say('进度')
    assert '「楼道灯不亮」' in door.event('CLICK', 'menu:progress')


def test_a_sentence_about_progress_is_a_message(door: Door) -> None:
    assert '已收到' in door.say('加装电梯的进度能不能公示一下')
    assert conversation().waiting_unit == HOME


@pytest.mark.parametrize(
    ('asked', 'said'), [('人工', '接手'), ('转人工！', '接手'), ('没解决', '抱歉'), ('还没好', '抱歉')]
)
def test_asking_for_somebody_puts_it_on_the_list_with_a_promise_from_then(door: Door, asked: str, said: str) -> None:
    door.say('楼道灯不亮')
    close()
    later(door, timedelta(hours=11))  # 09:10 on Tuesday
    words = door.say(asked)
    assert said in words
    assert '11月24日（周二）14:40 前给您回话' in words
    found = conversation()
    assert (found.waiting_unit, found.waiting_since) == (HOME, door.now)
    assert clock.spoken_date_time(found.due_at) == '11月24日（周二）14:40'


def test_asking_for_somebody_while_she_waits_moves_nothing(door: Door) -> None:
    door.say('楼道灯不亮')
    due_at = conversation().due_at
    later(door, timedelta(minutes=1))
    assert clock.spoken_date_time(due_at) in door.say('人工')  # also inside the burst: she has asked
    assert conversation().due_at == due_at


def test_asking_when_it_is_overdue_is_answered_honestly(door: Door) -> None:
    door.say('楼道灯不亮')
    later(door, timedelta(hours=20))
    assert '没能在说好的 11月24日（周二）14:00 前给您回话' in door.say('没解决')


def test_thanks_with_more_to_say_is_no_courtesy(door: Door) -> None:
    door.say('楼道灯不亮')
    close()
    assert door.say('谢谢') == ''
    assert conversation().waiting_unit is None
    assert '抱歉' in door.say('没解决')
    assert conversation().waiting_unit == HOME


@pytest.mark.parametrize('typed', ['菜单', '帮助', '？', '0'])
def test_the_menu_starts_no_clock(door: Door, typed: str) -> None:
    assert '回复数字' in door.say(typed)
    assert conversation().waiting_unit is None


def test_a_clerks_sign_in_starts_no_clock(door: Door) -> None:
    door.say('登录', openid=CLERK)
    assert conversation(CLERK).waiting_unit is None


def test_a_question_about_her_data_starts_no_clock(door: Door) -> None:
    for asked in ('我的信息', '谁看过我的信息', '删除我的信息', '2'):
        door.say(asked)
    assert conversation().waiting_unit is None
