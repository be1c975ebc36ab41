"""A person's answer goes out once, is recorded, and nothing about it is lost: against a WeChat that keeps its rules."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Member
from chalicelib.inbox import actions, forms, handing, notifying, objects, replying, sending, turns
from chalicelib.inbox.changing import FormUsed, Refused
from chalicelib.inbox.records import Message
from chalicelib.inbox.replying import Written
from local.standin import samples
from tests.door import ACCOUNT
from tests.house import House
from tests.store_faults import Wire, cancelled, silent

STREET = '370202013000'
SEND = '/cgi-bin/message/custom/send'


def out(house: House) -> list[Message]:
    return [line for line in actions.talk(house.id).messages if line.way == 'out']


def member(name: str = 'wangmin') -> Member:
    found = alliance.member(name)
    assert found
    return found


def test_an_answer_arrives_and_nobody_waits_any_more(house: House) -> None:
    house.says('楼道灯不亮')
    assert house.waits
    (line,) = house.reply('今晚师傅过去看')
    assert line.state == 'sent'
    assert house.reads()[-1].text == '今晚师傅过去看'
    assert not house.waits
    assert house.conversation.window_left == 4


def test_an_answer_costs_two_transactions(house: House) -> None:
    house.says('楼道灯不亮')
    house.reply('好的，先记下')
    house.says('谢谢您，还有一件事')
    found, form = house.conversation, forms.new(house.now)
    wire = Wire()
    replying.reply(found, member(), Written('第二件也记下了', None, int(found.version or 0), form), house.now)
    assert wire.sent == {'TransactWriteItems': 2}


def test_the_same_form_twice_is_one_answer(house: House) -> None:
    house.says('楼道灯不亮')
    form, seen = forms.new(house.now), int(house.conversation.version or 0)
    house.reply('今晚师傅过去看', form=form, seen=seen)
    again = house.reply('今晚师傅过去看', form=form, seen=seen)
    assert [line.state for line in again] == ['sent']
    assert [line.text for line in house.reads()].count('今晚师傅过去看') == 1


def test_a_colleague_is_told_who_answered_while_he_typed(house: House) -> None:
    house.says('楼道灯不亮')
    seen = int(house.conversation.version or 0)
    house.reply('今晚师傅过去看')
    with pytest.raises(turns.Overtaken) as overtaken:
        house.reply('我来看看', seen=seen)
    assert overtaken.value.name == '王敏'
    assert [line.text for line in out(house)] == ['今晚师傅过去看']


def test_two_who_press_at_once_send_one_answer(house: House) -> None:
    """Both saw the same page, both passed the check: the store decides, and one is told."""
    house.says('楼道灯不亮')
    found = house.conversation
    wire = Wire()
    wire.meet('TransactWriteItems', lambda: house.reply('我先到') and None)
    with pytest.raises(turns.Overtaken):
        replying.reply(
            found, member(), Written('我后到', None, int(found.version or 0), forms.new(house.now)), house.now
        )
    assert [line.text for line in out(house)] == ['我先到']


def test_what_she_writes_while_he_types_keeps_her_waiting(house: House) -> None:
    house.says('楼道灯不亮')
    seen = int(house.conversation.version or 0)
    house.says('还有水管在漏')
    (line,) = house.reply('灯今晚修', seen=seen)
    assert line.state == 'sent'
    assert house.waits


def test_a_follow_up_is_promised_and_stays_on_the_list(house: House) -> None:
    house.says('楼道灯不亮')
    house.reply('已报给物业', follow_up_at=house.now + timedelta(hours=14))
    assert house.reads()[-1].text == '已报给物业\n我们会在 11月24日（周二）12:10 前再给您回话。'
    assert house.waits
    assert house.conversation.follow_up


def test_a_photo_goes_after_the_words(house: House) -> None:
    house.says('楼道灯不亮')
    content, content_type = samples.picture()
    objects.put('out/a/b', content, content_type)
    lines = house.reply('修好了', photo='out/a/b')
    assert [line.state for line in lines] == ['sent', 'sent']
    assert [line.kind for line in house.reads()[-2:]] == ['text', 'image']
    assert house.conversation.window_left == 3


def test_beyond_the_five_it_is_kept_and_given_with_her_next_message(house: House) -> None:
    house.says('楼道灯不亮')
    for number in range(5):
        house.reply(f'第 {number} 条')
    (kept,) = house.reply('灯已修好')
    assert kept.state == 'kept'
    assert '条数已用完' in (kept.error or '')
    assert house.reads()[-1].text == '第 4 条'
    answer = house.says('？')
    assert '灯已修好' in answer
    assert '仙游路社区' in answer
    assert not house.waits  # one character to fetch an answer starts no clock
    assert [line.state for line in out(house)][-1] == 'sent'
    assert '灯已修好' not in house.says('那门锁呢，什么时候修')


def test_after_forty_eight_hours_it_is_kept(house: House) -> None:
    house.says('楼道灯不亮')
    house.later(timedelta(hours=49))
    (kept,) = house.reply('灯已修好')
    assert (kept.state, house.waits) == ('kept', False)
    answer = house.says('后来怎么样了，一直没看到')
    assert '灯已修好' in answer
    assert '已收到' in answer
    assert house.waits


def test_a_kept_photo_goes_by_the_queue_once(house: House) -> None:
    content, content_type = samples.picture()
    objects.put('out/a/b', content, content_type)
    house.says('楼道灯不亮')
    house.later(timedelta(hours=49))
    (kept,) = house.reply(photo='out/a/b')
    assert kept.state == 'kept'
    house.says('有消息吗')
    job = {'conversation': house.id, 'key': kept.key}
    sending.send_kept(job, house.now)
    sending.send_kept(job, house.now)
    assert [line.kind for line in house.reads()].count('image') == 1
    assert house.conversation.kept_count == 0


@pytest.mark.parametrize('text', ('好' * 682, '好' * 660))
def test_a_long_kept_reply_is_given_even_if_it_fills_the_whole_message(house: House, text: str) -> None:
    house.says('楼道灯不亮')
    house.later(timedelta(hours=49))
    house.reply(text)
    assert text in house.says('后来怎么样了')
    assert house.conversation.kept_count == 0
    assert house.waits


def test_a_promise_that_has_passed_is_not_given_any_more(house: House) -> None:
    house.says('楼道灯不亮')
    house.later(timedelta(hours=49))
    house.reply('已报给物业', follow_up_at=house.now + timedelta(hours=2))
    house.later(timedelta(hours=3))
    assert '已报给物业' not in house.says('有消息吗')
    assert house.conversation.kept_count == 1  # the clerk is shown it, to withdraw it and write anew


def test_a_line_that_failed_keeps_the_conversation_on_the_list(house: House) -> None:
    house.says('楼道灯不亮')
    house.world.faults.always = {SEND: 48001}
    (failed,) = house.reply('今晚修')
    house.world.faults.always = {}
    house.reply('师傅今晚到')
    assert house.waits
    replying.settle(house.conversation, failed.key, member(), house.now)
    assert not house.waits


def test_a_digit_after_a_clerks_question_is_a_message(house: House) -> None:
    house.world.follow('lin', ACCOUNT)
    house.says('路灯坏了')
    house.reply('请问您家在几号楼？')
    house.later(timedelta(minutes=6))
    assert '已收到' in house.says('3')
    assert house.waits


def test_a_digit_after_a_kept_question_is_a_message(house: House) -> None:
    house.world.follow('lin', ACCOUNT)
    house.says('路灯坏了')
    house.later(timedelta(hours=49))
    house.reply('请问您家在几号楼？')
    assert '几号楼' in house.says('在吗')
    house.later(timedelta(minutes=6))
    assert '已收到' in house.says('3')


@pytest.mark.parametrize('text', ('漏水', '不行'))
def test_a_word_is_no_knock_and_waits(house: House, text: str) -> None:
    house.says('楼道灯不亮')
    house.later(timedelta(hours=49))
    house.reply('明天上午修')
    assert '明天上午修' in house.says(text)
    assert house.waits


@pytest.mark.parametrize('text', ('着火', '救命'))
def test_a_cry_for_help_is_no_knock_and_is_given_nothing_but_the_numbers(house: House, text: str) -> None:
    house.says('楼道灯不亮')
    house.later(timedelta(hours=49))
    house.reply('明天上午修')
    words = house.says(text)
    assert '119' in words
    assert '明天上午修' not in words
    assert house.waits


def test_whoever_writes_follows_whatever_we_thought(house: House) -> None:
    house.says('楼道灯不亮')
    house.world.faults.always = {SEND: 43004}
    house.reply('今晚修')
    house.world.faults.always = {}
    assert house.conversation.followed is False
    house.later(timedelta(minutes=1))
    house.says('还在吗')
    (line,) = house.reply('在的')
    assert line.state == 'sent'


def test_a_promise_survives_a_failed_send(house: House) -> None:
    house.says('楼道灯不亮')
    house.world.faults.always = {SEND: 48001}
    (failed,) = house.reply('已报修', follow_up_at=house.now + timedelta(hours=14))
    house.world.faults.always = {}
    replying.resend(house.conversation, failed.key, member(), house.now)
    assert house.waits
    assert house.conversation.follow_up


def test_a_promise_does_not_bury_what_the_clerk_had_not_seen(house: House) -> None:
    house.says('楼道灯不亮')
    seen = int(house.conversation.version or 0)
    house.says('楼下的灯也不亮了')
    house.reply('已报修', seen=seen, follow_up_at=house.now + timedelta(days=7))
    found = house.conversation
    assert house.waits
    assert found.follow_up is False
    assert found.due_at == datetime(2026, 11, 24, 6, tzinfo=UTC)  # four working hours, not seven days


def test_a_kept_photo_that_fails_is_on_the_list(house: House) -> None:
    house.says('楼道灯不亮')
    house.later(timedelta(hours=49))
    (kept,) = house.reply(photo='out/a/nothing-there')
    house.says('？')
    assert not house.waits
    sending.send_kept({'conversation': house.id, 'key': kept.key}, house.now)
    assert house.waits
    assert house.conversation.failed == 1


def test_a_kept_photo_whose_worker_was_cut_off_is_on_the_list(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.says('楼道灯不亮')
    house.later(timedelta(hours=49))
    (kept,) = house.reply(photo='out/a/b')
    house.says('？')
    job = {'conversation': house.id, 'key': kept.key}
    with monkeypatch.context() as cut_off:
        cut_off.setattr(sending, 'send_all', lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sending.send_kept(job, house.now)
    sending.send_kept(job, house.now)  # the queue brings it again: nothing is sent twice
    house.later(timedelta(minutes=3))
    house.sweep()
    assert house.waits
    assert [line.state for line in out(house)] == ['unknown']


def test_a_reply_stands_where_it_was_said_not_where_its_page_was_opened(house: House) -> None:
    house.says('楼道灯不亮')
    form = forms.new(house.now)
    house.later(timedelta(hours=1))
    house.says('还在等')
    house.later(timedelta(seconds=2))
    house.reply('马上到', form=form)
    assert [line.text for line in actions.talk(house.id).messages] == ['楼道灯不亮', '还在等', '马上到']
    assert [line.text for line in actions.talk(house.id, limit=1).messages] == ['马上到']


def test_a_form_used_for_one_note_does_not_take_another(house: House) -> None:
    house.says('楼道灯不亮')
    form = forms.new(house.now)
    actions.note(house.conversation, member(), '志愿队 22:40 到', form, house.now)
    with pytest.raises(FormUsed):
        actions.note(house.conversation, member(), '改到明天', form, house.now)


def test_what_was_kept_seven_days_is_not_given_before_it_is_confirmed(house: House) -> None:
    house.says('楼道灯不亮')
    house.later(timedelta(hours=49))
    (kept,) = house.reply('明天上午修')
    house.later(timedelta(days=8))
    assert '明天上午修' not in house.says('在吗请问')
    actions.confirm_kept(house.conversation, kept.key, house.now)
    assert '明天上午修' in house.says('在吗请问')


def test_what_was_kept_can_be_withdrawn_and_she_waits_again(house: House) -> None:
    house.says('楼道灯不亮')
    house.later(timedelta(hours=49))
    (kept,) = house.reply('明天上午修')
    actions.withdraw_kept(house.conversation, kept.key, member(), house.now)
    assert house.waits
    assert '明天上午修' not in house.says('？')
    with pytest.raises(Refused):
        actions.withdraw_kept(house.conversation, kept.key, member(), house.now)


def test_an_unverified_account_answers_at_the_next_message_in_words_only(unverified_house: House) -> None:
    house = unverified_house
    assert '任意一个字' in house.says('楼道灯不亮')
    (kept,) = house.reply('今晚修')
    assert kept.state == 'kept'
    assert '今晚修' in house.says('1')
    with pytest.raises(Refused, match='未认证'):
        house.reply(photo='out/a/b')


def test_what_did_not_go_out_stays_on_the_list_and_can_be_sent_again(house: House) -> None:
    house.says('楼道灯不亮')
    house.world.faults.always = {SEND: 48001}
    (failed,) = house.reply('今晚修')
    assert failed.state == 'failed'
    assert '没有发出' in (failed.error or '')
    assert house.waits
    assert house.conversation.failed == 1
    house.world.faults.always = {}
    again = replying.resend(house.conversation, failed.key, member(), house.now)
    assert again.state == 'sent'
    assert (house.waits, house.conversation.failed) == (False, 0)
    assert house.reads()[-1].text == '今晚修'
    with pytest.raises(Refused):
        replying.resend(house.conversation, failed.key, member(), house.now)


def test_an_unknown_outcome_is_said_and_not_tried_again(house: House) -> None:
    house.says('楼道灯不亮')
    house.reply('先记下了')  # the token is there
    house.says('好的，几点来')
    house.world.faults.lose_answers = True
    (line,) = house.reply('今晚修')
    assert line.state == 'unknown'
    assert '可能收到' in (line.error or '')
    assert [said.text for said in house.reads()].count('今晚修') == 1
    assert house.waits


def test_a_person_settles_what_failed_and_what_is_unknown(house: House) -> None:
    house.says('楼道灯不亮')
    house.reply('先记下了')
    house.says('好的，几点来')
    house.world.faults.lose_answers = True
    (unknown,) = house.reply('今晚修')
    house.world.faults.lose_answers = False
    assert replying.settle(house.conversation, unknown.key, member(), house.now).state == 'sent'
    assert (house.waits, house.conversation.failed) == (False, 0)
    house.says('还没来')
    house.world.faults.always = {SEND: 48001}
    (failed,) = house.reply('马上到')
    assert replying.settle(house.conversation, failed.key, member(), house.now).state == 'withdrawn'
    assert (house.waits, house.conversation.failed) == (True, 0)
    with pytest.raises(Refused):
        replying.settle(house.conversation, failed.key, member(), house.now)


def test_wechats_own_no_closes_the_window_and_keeps_the_words(house: House) -> None:
    house.says('楼道灯不亮')
    house.world.faults.always = {SEND: 45015}
    (line,) = house.reply('今晚修')
    assert line.state == 'kept'
    house.world.faults.always = {}
    assert house.conversation.window_left == 0
    assert '今晚修' in house.says('？')


def test_somebody_who_left_is_not_written_to(house: House) -> None:
    house.says('楼道灯不亮')
    house.world.faults.always = {SEND: 43004}
    (line,) = house.reply('今晚修')
    assert line.state == 'failed'
    assert house.conversation.followed is False
    with pytest.raises(Refused, match='取消关注'):
        house.reply('还在吗')


def test_a_result_that_cannot_be_stored_leaves_it_pending_then_unknown(house: House) -> None:
    house.says('楼道灯不亮')
    found, form = house.conversation, forms.new(house.now)
    wire = Wire()
    wire.meet('TransactWriteItems', lambda: None, *[silent] * 10)
    with pytest.raises(storage.Unavailable, match='ReadTimeout'):
        replying.reply(found, member(), Written('今晚修', None, 9, form), house.now)
    assert [line.state for line in out(house)] == ['pending']
    assert house.waits  # it is still on the list: nobody loses sight of it


def test_conflicts_while_answering_are_retried(house: House) -> None:
    house.says('楼道灯不亮')
    found, form = house.conversation, forms.new(house.now)
    wire = Wire()
    wire.meet(
        'TransactWriteItems', cancelled('None', 'TransactionConflict'), cancelled('ConditionalCheckFailed', 'None')
    )
    (line,) = replying.reply(found, member(), Written('今晚修', None, 9, form), house.now)
    assert line.state == 'sent'
    assert [said.text for said in house.reads()].count('今晚修') == 1


@pytest.mark.parametrize('text', ('', '   ', '好' * 1000))
def test_what_cannot_be_sent_is_refused_with_the_reason(house: House, text: str) -> None:
    house.says('楼道灯不亮')
    with pytest.raises(Refused):
        house.reply(text)
    assert house.waits


def test_machines_leave_three_to_people(house: House) -> None:
    house.says('楼道灯不亮')
    states = [
        notifying.notify(house.id, f'通知 {number}', f'n{number}', '仙游路社区', house.now).state for number in range(3)
    ]
    assert states == ['sent', 'sent', 'kept']
    assert house.conversation.window_left == 3


def test_hand_over_keeps_the_clock_and_close_needs_a_reason(house: House) -> None:
    house.says('路灯坏了')
    found = house.conversation
    clocks = (found.due_at, found.waiting_since)
    handing.hand_over(found, member(), STREET, '路灯归街道', 1, forms.new(house.now), house.now)
    found = house.conversation
    assert (found.unit, (found.due_at, found.waiting_since)) == (STREET, clocks)
    assert not house.waits
    with pytest.raises(turns.Overtaken):
        actions.close(found, member(), '重复', 1, forms.new(house.now), house.now)
    with pytest.raises(Refused):
        actions.close(found, member(), ' ', 2, forms.new(house.now), house.now)
    actions.close(found, member(), '重复来信', 2, forms.new(house.now), house.now)
    assert house.conversation.waiting_unit is None
    house.later(timedelta(minutes=10))
    assert house.says('路灯还是不亮').startswith('已收到。仙游路社区')
    assert house.waits  # a new matter comes home


def test_a_note_is_never_sent_and_is_no_answer(house: House) -> None:
    house.says('楼道灯不亮')
    said = len(house.reads())
    form = forms.new(house.now)
    actions.note(house.conversation, member(), '志愿队 22:40 到', form, house.now)
    actions.note(house.conversation, member(), '志愿队 22:40 到', form, house.now)
    assert len(house.reads()) == said
    assert house.waits
    assert [line.kind for line in actions.talk(house.id).messages] == ['text', 'note']
