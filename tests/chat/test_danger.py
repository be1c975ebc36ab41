"""Danger at the door: what a resident reads in the same five seconds, and what it means for the inbox."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Unit
from chalicelib.chat import emergency
from chalicelib.inbox import actions, kinds
from chalicelib.inbox.records import Conversation, Kept
from tests.door import ACCOUNT, CLERK, HOME, RESIDENT, Door
from tests.late import outage, work

NOON = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00 in Beijing
FIVE = timedelta(minutes=5)


def conversation(openid: str = RESIDENT) -> Conversation:
    found = actions.conversation(f'{ACCOUNT}#{openid}')
    assert found is not None
    return found


def later(door: Door, by: timedelta) -> None:
    clock.move(by)
    door.now += by


def at_work(door: Door) -> None:
    later(door, NOON - door.now)


def is_told_all(words: str) -> bool:
    return all(f'{phone}　' in words for phone in ('119', '120', '110')) and '本号不能代替报警' in words


def promises(words: str) -> bool:
    return ' 前' in words or '月' in words


def test_danger_is_told_whom_to_call_and_nothing_is_promised(door: Door) -> None:
    words = door.say('家里有煤气味，漏气了')
    assert is_told_all(words)
    assert '正在紧急联系仙游路社区的工作人员' in words
    assert not promises(words)


def test_the_clock_is_the_staffs_five_minutes_day_and_night(door: Door) -> None:
    door.say('着火了')
    found = conversation()
    assert (found.kind, found.waiting_unit, found.due_at) == (kinds.DANGER, HOME, door.now + FIVE)


def test_a_second_line_about_it_is_answered_in_short(door: Door) -> None:
    door.say('着火了')
    later(door, timedelta(minutes=1))
    words = door.say('三楼着火了')
    assert not is_told_all(words)
    assert '119、120、110' in words
    assert not promises(words)
    assert conversation().due_at == door.now - timedelta(minutes=1) + FIVE


def test_danger_inside_an_ordinary_burst_is_told_all(door: Door) -> None:
    assert '前给您回话' in door.say('楼道灯不亮')
    later(door, timedelta(minutes=1))
    assert is_told_all(door.say('冒烟了，着火了'))
    assert (conversation().kind, conversation().due_at) == (kinds.DANGER, door.now + FIVE)


def test_a_later_burst_about_it_is_told_all_again(door: Door) -> None:
    door.say('着火了')
    later(door, timedelta(minutes=6))
    assert is_told_all(door.say('火更大了，着火了快来'))


def test_what_is_written_meanwhile_is_added_without_a_time(door: Door) -> None:
    door.say('着火了')
    assert door.say('在3号楼2单元') == ''  # the same burst
    due_at = conversation().due_at
    later(door, timedelta(minutes=6))
    words = door.say('楼下的门锁着')
    assert '补充到您报的险情' in words
    assert not promises(words)
    assert door.send('image', MediaId='m', PicUrl='http://pic') == ''
    assert (conversation().kind, conversation().due_at) == (kinds.DANGER, due_at)


def test_asking_after_it_names_no_time_either(door: Door) -> None:
    door.say('着火了')
    for asked in ('进度', '人工', '没解决'):
        later(door, timedelta(minutes=6))
        words = door.say(asked)
        assert '险情' in words
        assert not promises(words)


def test_words_that_wechat_has_made_of_a_voice_are_heard(door: Door) -> None:
    assert is_told_all(door.send('voice', MediaId='v', Format='amr', Recognition='我家着火了'))
    assert conversation().kind == kinds.DANGER


def test_a_clerk_in_danger_is_a_resident_too_and_can_still_sign_in(door: Door) -> None:
    assert is_told_all(door.say('我家着火了', openid=CLERK))
    assert '工作台' in door.say('登录', openid=CLERK)


def test_what_was_kept_for_her_does_not_stand_in_front_of_the_numbers(door: Door) -> None:
    door.say('楼道灯不亮')
    found = conversation()
    found.kept = [Kept(key='1#1', kind='text', text='灯修好了' * 200, confirmed_at=door.now)]
    found.save()
    words = door.say('着火了')
    assert is_told_all(words)
    assert '灯修好了' not in words
    assert len(conversation().kept) == 1


def test_danger_that_came_late_starts_the_clock_of_danger(door: Door) -> None:
    with outage():
        assert door.say('着火了') == ''
    later(door, timedelta(minutes=20))
    work()
    found = conversation()
    assert found.kind == kinds.DANGER
    assert abs(found.due_at - (door.now + FIVE)) < timedelta(minutes=1)  # real time runs on


def test_danger_that_is_closed_is_forgotten_by_the_next_message(door: Door) -> None:
    door.say('着火了')
    found = conversation()
    from chalicelib.inbox import turns

    turns.leave(found)
    found.save()
    later(door, timedelta(minutes=6))
    assert '前给您回话' in door.say('楼道灯不亮')
    assert conversation().kind == kinds.ORDINARY


# Numbers


def test_a_number_that_nobody_has_confirmed_is_shown_on_the_local_machine_only(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    Unit('370202', name='市南区', kind='district').save()
    alliance.forget()
    assert [one.phone for one in emergency.catalogue() if not one.checked] == ['96556']
    assert '96556' not in door.say('煤气漏了')
    monkeypatch.setenv('WEILIN_STAGE', 'local')
    monkeypatch.setattr(alliance, 'above', lambda unit: [Unit('370202', name='市南区', kind='district')])
    assert [one.phone for one in emergency.numbers(HOME)] == ['119', '120', '110', '96556']
    assert emergency.phones(HOME) == '119、120、110'


def test_a_number_of_one_area_is_not_told_in_another(alliance: None, monkeypatch: pytest.MonkeyPatch) -> None:
    there = emergency.Number('燃气抢修', '12345678', at='370203', checked=True)
    here = emergency.Number('燃气抢修', '87654321', at='370202013000', checked=True)
    monkeypatch.setattr(emergency, 'catalogue', lambda: (there, here))
    assert emergency.phones(HOME) == '87654321'


# What a machine cannot read


@pytest.mark.parametrize(
    ('kind', 'fields'),
    [
        ('image', {'MediaId': 'm', 'PicUrl': 'http://pic'}),
        ('voice', {'MediaId': 'm', 'Format': 'amr'}),
        ('video', {'MediaId': 'm', 'ThumbMediaId': 't'}),
        ('file', {'Title': 'a.pdf'}),
    ],
)
def test_what_cannot_be_read_carries_the_line_while_nobody_is_there(door: Door, kind: str, fields: dict) -> None:
    words = door.send(kind, **fields)
    assert '前给您回话' in words
    assert '119、120、110' in words
    later(door, NOON + timedelta(days=1) - door.now)
    words = door.send(kind, **fields)
    assert '回话' in words
    assert '119' not in words


def test_the_line_is_given_once_in_a_burst_also_where_text_came_first(door: Door) -> None:
    assert '119' not in door.say('你好')
    assert '119、120、110' in door.send('voice', MediaId='v', Format='amr')
    assert door.send('voice', MediaId='w', Format='amr') == ''
    assert door.say('就是这样') == ''


def test_text_that_is_no_danger_carries_no_line_at_night(door: Door) -> None:
    assert '119' not in door.say('楼道灯不亮')


# Utilities


def test_no_water_is_promised_sooner_than_a_lamp(door: Door) -> None:
    at_work(door)
    assert '11月23日（周一）15:30 前给您回话' in door.say('楼道灯不亮')  # four working hours and lunch
    later(door, timedelta(minutes=6))
    words = door.say('家里停水了')
    assert '前给您回话' in words
    found = conversation()
    assert found.kind == 'utilities'
    assert found.due_at == NOON + timedelta(minutes=6) + timedelta(hours=2) + timedelta(hours=1, minutes=30)


def test_a_lamp_after_no_water_keeps_the_sooner_promise(door: Door) -> None:
    at_work(door)
    door.say('家里停水了')
    due_at = conversation().due_at
    later(door, timedelta(minutes=6))
    assert clock.spoken_date_time(due_at) in door.say('楼道灯不亮')
    assert (conversation().kind, conversation().due_at) == ('utilities', due_at)
