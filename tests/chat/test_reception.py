"""What a resident is told, and what it means for the inbox."""

from datetime import timedelta

import pytest

from chalicelib.inbox import actions
from chalicelib.inbox.records import Conversation
from tests.door import ACCOUNT, HOME, RESIDENT, Door

ID = f'{ACCOUNT}#{RESIDENT}'


def conversation() -> Conversation:
    found = actions.conversation(ID)
    assert found is not None
    return found


def later(door: Door, monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    from chalicelib import clock

    clock.move(by)
    door.now += by


def test_following_by_poster_greets_by_name_with_what_she_can_do_and_starts_no_clock(door: Door) -> None:
    words = door.event('subscribe', f'qrscene_sq:{HOME}')
    assert '仙游路社区' in words
    assert [line[0] for line in words.splitlines() if line[:1].isdigit()] == ['1', '2', '3', '4']
    assert conversation().waiting_unit is None


def test_a_digit_answers_the_menu_for_thirty_minutes_then_means_the_menu(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.event('subscribe')
    assert '没有等待答复' in door.say('2')
    later(door, monkeypatch, timedelta(minutes=29))
    assert '没有等待答复' in door.say('2')
    later(door, monkeypatch, timedelta(minutes=31))
    assert '回复数字' in door.say('2')
    assert conversation().waiting_unit is None


def test_a_digit_asked_by_nobody_is_a_message(door: Door) -> None:
    assert '已收到' in door.say('2')
    assert conversation().waiting_unit == HOME


def test_progress_says_who_has_it_and_starts_no_clock(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.event('subscribe')
    door.say('楼道灯不亮')
    since = conversation().waiting_since
    later(door, monkeypatch, timedelta(minutes=12))
    words = door.event('CLICK', 'menu:progress')
    assert '仙游路社区' in words
    assert '11月24日（周二）14:00 前' in words  # four working hours
    assert conversation().waiting_since == since


def test_thanks_after_an_answer_is_new_without_a_clock(door: Door) -> None:
    door.say('楼道灯不亮')
    answered = conversation()
    answered.update(
        [
            Conversation.answered.set(True),
            Conversation.waiting_unit.remove(),
            Conversation.waiting_since.remove(),
            Conversation.due_at.remove(),
        ]
    )
    assert door.say('谢谢您 👍') == ''
    assert (conversation().waiting_unit, conversation().fresh) == (None, True)
    assert '已收到' in door.say('谢谢，不过又不亮了')
    assert conversation().waiting_unit == HOME


def test_thanks_before_any_answer_is_a_message(door: Door) -> None:
    assert '已收到' in door.say('谢谢')
    assert conversation().waiting_unit == HOME


def test_what_we_cannot_show_is_kept_and_waits(door: Door) -> None:
    words = door.send('file', Title='a.pdf')
    assert '看不了' in words
    assert conversation().waiting_unit == HOME


def test_leaving_is_noted_and_answered_by_nothing(door: Door) -> None:
    door.say('你好')
    assert door.event('unsubscribe') == ''
    assert conversation().followed is False
    door.event('subscribe')
    assert conversation().followed is True


def test_a_burst_ends_after_five_minutes(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.say('第一件事')
    later(door, monkeypatch, timedelta(minutes=6))
    assert '已收到' in door.say('第二件事')
