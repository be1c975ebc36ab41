"""What failed in transit goes out by itself: once, in order, within WeChat's window; and what is lost is said."""

from datetime import timedelta

import pytest

from chalicelib.inbox import actions, sending
from tests.door import ACCOUNT
from tests.house import House

SEND = '/cgi-bin/message/custom/send'
MINUTE = timedelta(minutes=1)


def read(house: House) -> list[str]:
    return [line.text for line in house.reads()]


def test_an_answer_goes_out_by_itself_when_wechat_is_back(house: House) -> None:
    house.says('楼道灯不亮')
    house.world.faults.api_down = True
    (line,) = house.reply('今晚修')
    assert (line.state, line.error) == ('kept', sending.TRYING)
    assert not house.waits  # it was answered: nobody has to do anything
    for _ in range(10):
        house.later(MINUTE)
        house.sweep()
    assert '今晚修' not in read(house)
    house.world.faults.api_down = False
    for _ in range(15):
        house.later(MINUTE)
        house.sweep()
    assert read(house).count('今晚修') == 1
    (line,) = [line for line in actions.talk(house.id).messages if line.way == 'out']
    assert (line.state, line.retry_at) == ('sent', None)
    assert (house.conversation.kept, house.conversation.sends_key) == ([], None)


def test_what_waits_for_another_try_goes_with_the_answer_to_her_next_message(house: House) -> None:
    house.says('楼道灯不亮')
    house.world.faults.api_down = True
    house.reply('今晚修')
    house.later(timedelta(minutes=6))
    assert '今晚修' in house.says('几点来')
    house.world.faults.api_down = False
    house.later(timedelta(minutes=20))
    house.sweep()
    assert ' '.join(read(house)).count('今晚修') == 1


def test_what_was_written_first_arrives_first(house: House) -> None:
    house.says('楼道灯不亮')
    house.world.faults.api_down = True
    house.reply('第一句')
    house.world.faults.api_down = False
    house.reply('第二句')
    assert read(house)[-2:] == ['第一句', '第二句']


def test_the_days_quota_is_waited_for_until_midnight(house: House) -> None:
    house.says('楼道灯不亮')
    house.world.faults.always = {SEND: 45009}
    house.reply('今晚修')
    tries = len(house.world.state.calls)
    house.later(timedelta(minutes=100))  # 23:50
    house.sweep()
    assert len(house.world.state.calls) == tries
    house.world.faults.always = {}
    house.later(timedelta(minutes=11))
    house.sweep()
    assert read(house)[-1] == '今晚修'


@pytest.mark.parametrize('code', (45015, 48001, 43004))
def test_what_time_does_not_mend_is_not_tried_again(house: House, code: int) -> None:
    house.says('楼道灯不亮')
    house.world.faults.always = {SEND: code}
    house.reply('今晚修')
    house.world.faults.always = {}
    house.later(timedelta(hours=1))
    house.sweep()
    assert '今晚修' not in read(house)


def test_what_the_window_closes_on_is_shown_to_the_clerk_and_kept_for_her(house: House) -> None:
    house.says('楼道灯不亮')
    house.later(timedelta(hours=47))
    house.world.faults.api_down = True
    house.reply('今晚修')
    assert not house.waits
    for _ in range(7):
        house.later(timedelta(minutes=16))
        house.sweep()
    assert house.waits
    assert '今晚修' in house.says('？')


def test_a_call_that_never_came_back_is_of_unknown_outcome_and_never_repeated(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.says('楼道灯不亮')
    with monkeypatch.context() as killed:
        killed.setattr(sending, 'send_all', lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            house.reply('今晚修')
    house.later(MINUTE)
    house.sweep()
    assert house.conversation.calling
    house.later(timedelta(minutes=2))
    house.sweep()
    (line,) = [line for line in actions.talk(house.id).messages if line.way == 'out']
    assert line.state == 'unknown'
    assert '可能收到' in (line.error or '')
    assert (house.waits, house.conversation.failed) == (True, 1)
    house.later(timedelta(hours=2))
    house.sweep()
    assert '今晚修' not in read(house)


def test_a_result_that_comes_after_it_was_given_up_still_counts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.says('楼道灯不亮')
    really = sending.send_all

    def slowly(*asked: object) -> object:
        results = really(*asked)
        house.later(timedelta(minutes=3))
        house.sweep()
        return results

    monkeypatch.setattr(sending, 'send_all', slowly)
    house.reply('今晚修')
    (line,) = [line for line in actions.talk(house.id).messages if line.way == 'out']
    assert line.state == 'sent'
    assert (house.waits, house.conversation.failed) == (False, 0)


def test_two_runs_at_once_send_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.says('楼道灯不亮')
    house.world.faults.api_down = True
    house.reply('今晚修')
    house.world.faults.api_down = False
    house.later(MINUTE)
    really = sending.send_all

    def overlapped(*asked: object) -> object:
        monkeypatch.setattr(sending, 'send_all', really)
        house.sweep()
        return really(*asked)

    monkeypatch.setattr(sending, 'send_all', overlapped)
    house.sweep()
    assert read(house).count('今晚修') == 1


def test_a_retry_that_wechat_refuses_for_good_is_told_to_the_clerk(house: House) -> None:
    house.says('楼道灯不亮')
    house.world.faults.api_down = True
    house.reply('今晚修')
    house.world.faults.api_down, house.world.faults.always = False, {SEND: 45015}
    house.later(2 * MINUTE)
    house.sweep()
    assert house.waits
    assert house.conversation.chase_key


def test_who_leaves_while_she_is_written_to_is_kept_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.says('楼道灯不亮')
    house.world.faults.api_down = True
    really = sending.send_all

    def left_meanwhile(*asked: object) -> object:
        results = really(*asked)
        house.world.unfollow('lin', ACCOUNT)
        house.world.wait_idle(20)
        return results

    monkeypatch.setattr(sending, 'send_all', left_meanwhile)
    (line,) = house.reply('今晚修')
    assert line.state == 'withdrawn'
    assert house.conversation.kept == []


def test_an_answer_after_one_that_failed_blames_nobody_for_a_time_that_is_over(house: House) -> None:
    house.says('楼道灯不亮')
    house.later(timedelta(days=1))
    house.world.faults.always = {SEND: 45002}
    house.reply('一')
    house.world.faults.always = {}
    house.reply('二')
    assert house.waits
    assert house.conversation.due_at > house.now
    assert (house.conversation.street, house.conversation.district) == (None, None)
