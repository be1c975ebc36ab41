"""One resident is told one thing, once, by what is open; and it is known whether she was reached."""

from datetime import timedelta

import pytest

from chalicelib import storage
from chalicelib.alliance import actions as alliance
from chalicelib.deadlines.records import Deadline
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import forms, sending
from chalicelib.inbox import rules as inbox_rules
from chalicelib.outreach import actions, calling, delivering, lining, records, subscribing, templates
from chalicelib.outreach.records import Telling
from tests.door import ACCOUNT
from tests.outreach.conftest import ABOUT, NOTIFICATION, WORDS, Office

TEMPLATES, BIZSEND = '/cgi-bin/message/template/send', '/cgi-bin/message/subscribe/bizsend'
SEND = '/cgi-bin/message/custom/send'
DAYS_3 = timedelta(days=3)


def pending_deadlines() -> list[str]:
    return [row.kind for row in Deadline.scan() if row.kind == 'outreach']


# In the chat


def test_within_the_window_she_reads_it_within_the_minute(office: Office) -> None:
    office.house.says('你好')
    id = office.tells()
    assert office.is_untold(id)
    office.run()
    assert office.reads() == 1
    assert not office.is_untold(id)
    office.run(timedelta(minutes=5))
    assert office.state(id) == ('sent', 'chat')
    assert office.row(id).told_at
    assert pending_deadlines() == []
    office.run(DAYS_3)
    assert office.reads() == 1


def test_right_after_the_commit_she_reads_it_at_once(office: Office) -> None:
    office.house.says('你好')
    id = office.tells(at_once=True)
    assert office.reads() == 1
    assert office.state(id) == ('sent', 'chat')
    assert pending_deadlines() == []


def test_outside_the_window_it_is_given_with_her_next_answer(office: Office) -> None:
    office.house.says('你好')
    office.house.later(DAYS_3)
    id = office.tells()
    office.run()
    assert office.state(id) == ('line', 'next')
    assert office.reads() == 0
    assert office.is_untold(id)
    assert WORDS in office.house.says('请问明天停水吗')
    assert not office.is_untold(id)
    office.run(timedelta(days=5))
    assert office.state(id) == ('sent', 'next')
    assert office.reads() == 1


def test_the_last_three_messages_stay_for_people(office: Office) -> None:
    office.house.says('你好')
    ids = [office.tells(f'reminder{number}', f'第 {number} 次提醒', at_once=True) for number in range(4)]
    assert [office.state(id)[1] for id in ids] == ['chat', 'chat', 'next', 'next']
    assert office.house.conversation.window_left == inbox_rules.LEFT_FOR_PEOPLE


def test_a_persons_answer_takes_nothing_back(office: Office) -> None:
    office.house.says('楼道灯不亮')
    office.house.later(DAYS_3)
    id = office.tells(at_once=True)
    office.house.reply('修好了')
    assert office.is_untold(id)
    said = office.house.says('谢谢你们的回复，还有一件事')
    assert WORDS in said
    assert '修好了' in said
    assert not office.is_untold(id)


def test_the_end_of_her_matter_takes_nothing_back(office: Office) -> None:
    office.house.says('楼道灯不亮')
    office.house.later(DAYS_3)
    id, member = office.tells(at_once=True), alliance.member('wangmin')
    assert member
    found, form = office.house.conversation, forms.new(office.house.now)
    inbox.close(found, member, '重复来信', int(found.version or 0), form, office.house.now)
    assert not office.house.waits
    assert WORDS in office.house.says('请问明天停水吗')
    assert not office.is_untold(id)


def test_it_outlives_the_seven_days_of_an_answer_but_not_its_own_time(office: Office) -> None:
    office.house.says('你好')
    office.house.later(DAYS_3)
    kept = office.tells('reminder', lasts=timedelta(days=20))
    over = office.tells('offer', '请今天内答复', lasts=timedelta(days=1))
    office.run()
    office.run(timedelta(days=9))
    assert office.state(over) == ('over', 'next')
    assert office.is_untold(over)
    assert [one.text for one in office.house.conversation.kept if one.notice] == [WORDS]
    said = office.house.says('在吗，我想问个事')
    assert WORDS in said
    assert '请今天内答复' not in said
    assert not office.is_untold(kept)


def test_a_full_list_leaves_her_untold(office: Office) -> None:
    office.house.says('你好')
    office.house.later(DAYS_3)
    ids = [office.tells(f'n{number}', at_once=True) for number in range(inbox_rules.KEPT_AT_MOST + 1)]
    assert [office.state(id)[0] for id in ids] == ['line'] * inbox_rules.KEPT_AT_MOST + ['failed']
    assert [row.id for row in actions.untold(map(office.row, ids), office.house.now)] == ids


def test_notices_take_no_place_of_a_persons_answer(office: Office) -> None:
    office.house.says('楼道灯不亮')
    office.house.later(DAYS_3)
    for number in range(inbox_rules.KEPT_AT_MOST):
        office.tells(f'n{number}', at_once=True)
    office.house.reply('修好了')
    assert office.house.conversation.kept_count == inbox_rules.KEPT_AT_MOST + 1


def test_whoever_left_or_is_unknown_is_untold(office: Office) -> None:
    unknown = office.tells('first', at_once=True)
    assert office.state(unknown) == ('failed', None)
    office.house.says('你好')
    office.house.later(DAYS_3)
    waiting = office.tells('second', at_once=True)
    office.house.world.unfollow('lin', ACCOUNT)
    office.house.world.wait_idle(20)
    left = office.tells('third', at_once=True)
    assert office.state(left) == ('failed', None)
    assert len(actions.untold(map(office.row, (unknown, waiting, left)), office.house.now)) == 3
    office.run(timedelta(days=5))
    assert office.row(waiting).state == 'failed'


def test_after_its_time_nothing_is_begun(office: Office) -> None:
    office.house.says('你好')
    id = office.tells(lasts=timedelta(minutes=10))
    office.run(timedelta(minutes=10))
    assert office.state(id) == ('over', None)
    assert office.reads() == 0


def test_told_twice_it_is_one(office: Office) -> None:
    office.house.says('你好')
    first = office.tells(at_once=True)
    assert office.tells('confirmed', '别的话', at_once=True) == first
    office.run(timedelta(minutes=5))
    assert office.reads() == 1
    assert office.row(first).words == WORDS
    assert [row.id for row in actions.of(ABOUT)] == [first]


def test_a_chat_that_is_down_is_tried_again(office: Office) -> None:
    office.house.says('你好')
    office.house.world.faults.api_down = True
    id = office.tells(at_once=True)
    assert office.is_untold(id)
    office.house.world.faults.api_down = False
    for _ in range(6):
        office.run(timedelta(minutes=2))
    assert office.state(id) == ('sent', 'chat')
    assert office.reads() == 1


def test_a_chat_call_of_unknown_outcome_stays_unknown(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.house.says('你好')
    id = office.tells()
    with monkeypatch.context() as killed:
        killed.setattr(sending, 'send_all', lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            office.run()
    for _ in range(4):
        office.run(timedelta(minutes=3))
    assert office.state(id) == ('unknown', 'chat')
    assert office.is_untold(id)
    assert office.reads() == 0


# By template and notification


def test_outside_the_window_a_service_account_has_its_template(service: Office) -> None:
    service.house.says('你好')
    service.house.later(DAYS_3)
    id = service.tells(at_once=True)
    assert service.state(id) == ('sent', 'template')
    [values] = service.notified()
    assert values[0] == ['事项', '日常保洁 2 小时，请提前把易碎物品收好']  # 20 characters
    assert not service.is_untold(id)
    assert pending_deadlines() == []
    service.house.world.wait_idle(20)


def test_a_consent_is_used_once_then_the_template_serves(service: Office) -> None:
    service.house.says('你好')
    service.house.world.agree('lin', ACCOUNT, NOTIFICATION)
    service.house.world.wait_idle(20)
    service.house.later(DAYS_3)
    ids = [service.tells(what, at_once=True) for what in ('confirmed', 'reminder')]
    assert [service.state(id) for id in ids] == [('sent', 'subscription'), ('sent', 'template')]
    row = records.subscription(service.house.id, NOTIFICATION)
    assert row
    assert row.left == 0


def test_a_lasting_consent_is_not_used_up(service: Office) -> None:
    from chalicelib.alliance.records import Account

    account = Account.get(ACCOUNT)
    account.notifications['booking']['lasting'] = True
    account.save()
    alliance.forget()
    [notification] = service.house.world.state.accounts[ACCOUNT].notifications
    service.house.world.add_notification(ACCOUNT, notification.id, notification.title, notification.fields, True)
    service.house.says('你好')
    service.house.world.agree('lin', ACCOUNT, NOTIFICATION)
    service.house.world.wait_idle(20)
    service.house.later(DAYS_3)
    ids = [service.tells(what, at_once=True) for what in ('confirmed', 'reminder')]
    assert [service.state(id) for id in ids] == [('sent', 'subscription')] * 2


@pytest.mark.parametrize('code', [43101, 40037, 47003, 45009])
def test_what_a_template_is_refused_for_waits_for_her_next_word(service: Office, code: int) -> None:
    service.house.says('你好')
    service.house.later(DAYS_3)
    service.house.world.faults.always[TEMPLATES] = code
    id = service.tells(at_once=True)
    assert service.state(id) == ('line', 'next')
    assert WORDS in service.house.says('请问明天停水吗')
    assert not service.is_untold(id)


def test_a_denied_consent_falls_to_the_template_and_is_not_tried_again(service: Office) -> None:
    service.house.says('你好')
    service.house.world.agree('lin', ACCOUNT, NOTIFICATION)
    service.house.world.wait_idle(20)
    service.house.world.chat_state('lin', ACCOUNT).agreed.clear()  # she has switched it off, the event was lost
    service.house.later(DAYS_3)
    id = service.tells(at_once=True)
    assert service.state(id) == ('sent', 'template')
    row = records.subscription(service.house.id, NOTIFICATION)
    assert row
    assert row.left == 0


def test_a_consent_for_a_call_that_never_arrived_is_still_hers(service: Office) -> None:
    service.house.says('你好')
    service.house.world.agree('lin', ACCOUNT, NOTIFICATION)
    service.house.world.wait_idle(20)
    service.house.later(DAYS_3)
    service.house.world.faults.api_down = True
    id = service.tells(at_once=True)
    assert service.row(id).state == 'planned'
    service.house.world.faults.api_down = False
    for _ in range(3):
        service.run(timedelta(minutes=2))
    assert service.state(id) == ('sent', 'subscription')
    assert len(service.notified()) == 1


def test_a_template_that_stays_out_of_reach_is_given_up_for_her_next_word(service: Office) -> None:
    service.house.says('你好')
    service.house.later(DAYS_3)
    service.house.world.faults.api_down = True
    id = service.tells()
    for _ in range(8):
        service.run(timedelta(minutes=16))
    assert service.state(id) == ('line', 'next')


def test_a_lost_answer_leaves_it_unknown_and_it_is_never_repeated(service: Office) -> None:
    service.house.says('你好')
    service.house.later(DAYS_3)
    service.tells('warm', at_once=True)  # the token is there
    service.house.world.faults.lose_answers = True
    id = service.tells(at_once=True)
    service.house.world.faults.lose_answers = False
    for _ in range(4):
        service.run(timedelta(minutes=5))
    assert service.state(id) == ('unknown', 'template')
    assert service.is_untold(id)
    assert len(service.notified()) == 2


@pytest.mark.parametrize('carried_out', [False, True])
def test_killed_between_call_and_result_it_is_unknown_and_never_repeated(
    service: Office, monkeypatch: pytest.MonkeyPatch, carried_out: bool
) -> None:
    service.house.says('你好')
    service.house.later(DAYS_3)
    id = service.tells()
    send = templates.send

    def killed(*given: object) -> str:
        if carried_out:
            send(*given)
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(templates, 'send', killed)
        with pytest.raises(SystemExit):
            service.run()
    assert service.row(id).state == 'called'
    assert service.is_untold(id)
    for _ in range(4):
        service.run(timedelta(minutes=3))
    assert service.state(id) == ('unknown', 'template')
    assert len(service.notified()) == carried_out
    assert pending_deadlines() == []


def test_two_runs_at_once_tell_her_once(service: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    service.house.says('你好')
    service.house.later(DAYS_3)
    id = service.tells()
    begin, met = delivering._begin, []

    def other_first(row: Telling, deadline: Deadline | None, now: object) -> None:
        if not met:
            met.append(row.id)
            actions.deliver([id], service.house.now)  # the other run is quicker
        begin(row, deadline, now)

    monkeypatch.setattr(delivering, '_begin', other_first)
    service.run()
    service.run(timedelta(minutes=5))
    assert met
    assert service.state(id) == ('sent', 'template')
    assert len(service.notified()) == 1


def test_two_runs_at_once_put_one_line(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.house.says('你好')
    id = office.tells()
    put, met = lining.put, []

    def other_first(row: Telling, *given: object) -> None:
        if not met:
            met.append(row.id)
            actions.deliver([id], office.house.now)
        put(row, *given)

    monkeypatch.setattr(lining, 'put', other_first)
    office.run()
    for _ in range(3):
        office.run(timedelta(minutes=5))
    assert office.state(id) == ('sent', 'chat')
    assert office.reads() == 1


# By telephone, and afterwards


def test_who_was_called_is_told_and_what_waited_is_taken_back(office: Office) -> None:
    office.house.says('你好')
    office.house.later(DAYS_3)
    id, member = office.tells(at_once=True), alliance.member('wangmin')
    assert member
    now = office.house.now
    row = actions.mark_told(id, member, now)
    assert row
    assert (row.state, row.channel, row.told_by, row.told_at) == ('told', 'phone', 'wangmin', now)
    assert not office.is_untold(id)
    assert not office.house.conversation.kept
    assert WORDS not in office.house.says('请问明天停水吗')
    assert pending_deadlines() == []
    assert actions.mark_told('booking#none', member, office.house.now) is None


def test_who_was_reached_already_stays_so(office: Office) -> None:
    office.house.says('你好')
    id, member = office.tells(at_once=True), alliance.member('wangmin')
    assert member
    row = actions.mark_told(id, member, office.house.now)
    assert row
    assert (row.state, row.told_by) == ('sent', None)


def test_a_template_that_did_not_arrive_is_tried_otherwise(service: Office) -> None:
    service.house.says('你好')
    service.house.later(DAYS_3)
    id = service.tells(at_once=True)
    service.house.world.wait_idle(20)
    row, phone = service.row(id), service.house.world
    assert row.message_id
    for _ in range(2):  # WeChat repeats itself
        phone.event(
            'lin', ACCOUNT, 'TEMPLATESENDJOBFINISH', {'MsgID': int(row.message_id), 'Status': 'failed:user block'}
        )
        phone.wait_idle(20)
    assert service.is_untold(id)
    service.run()
    assert service.state(id) == ('line', 'next')
    assert WORDS in service.house.says('请问明天停水吗')


def test_a_notification_that_did_not_arrive_is_tried_otherwise(service: Office) -> None:
    service.house.says('你好')
    service.house.world.agree('lin', ACCOUNT, NOTIFICATION)
    service.house.world.wait_idle(20)
    service.house.later(DAYS_3)
    id = service.tells(at_once=True)
    assert service.state(id) == ('sent', 'subscription')
    said = {
        'TemplateId': NOTIFICATION, 'MsgID': int(service.row(id).message_id or 0), 'ErrorCode': '20003',
        'ErrorStatus': 'user refuse',
    }  # fmt: skip
    service.house.world.about_notifications(
        'lin', ACCOUNT, 'subscribe_msg_sent_event', {'SubscribeMsgSentEvent': {'List': said}}
    )
    service.house.world.wait_idle(20)
    service.run()
    assert service.state(id) == ('sent', 'template')


# What she has agreed to


def left(office: Office) -> int | None:
    row = records.subscription(office.house.id, NOTIFICATION)
    return int(row.left) if row else None


def test_consents_are_counted_as_wechat_tells_them_and_each_event_once(service: Office) -> None:
    world = service.house.world
    world.agree('lin', ACCOUNT, NOTIFICATION)
    world.wait_idle(20)
    assert left(service) == 1
    service.house.later(timedelta(seconds=2))
    world.faults.lose_callback_share = 1  # WeChat delivers it again
    world.agree('lin', ACCOUNT, NOTIFICATION)
    world.wait_idle(60)
    world.faults.lose_callback_share = 0
    assert left(service) == 2
    service.house.later(timedelta(seconds=2))
    world.refuse('lin', ACCOUNT, NOTIFICATION)
    world.wait_idle(20)
    assert left(service) == 0


def test_the_last_consent_is_used_by_one_of_two(service: Office) -> None:
    service.house.world.agree('lin', ACCOUNT, NOTIFICATION)
    service.house.world.wait_idle(20)
    form = templates.Form(NOTIFICATION, {})
    assert subscribing.has_agreed(service.house.id, form, service.house.now)
    calling.commit(subscribing.use(service.house.id, form, service.house.now))
    with pytest.raises(storage.Conflict):
        calling.commit(subscribing.use(service.house.id, form, service.house.now))


def test_forgotten_nothing_of_hers_is_left(service: Office) -> None:
    service.house.says('你好')
    service.house.world.agree('lin', ACCOUNT, NOTIFICATION)
    service.house.world.wait_idle(20)
    service.house.later(DAYS_3)
    service.tells('a', at_once=True)
    service.tells('b')
    actions.erase(service.house.id)
    assert [*Telling.scan(), *records.Subscription.scan()] == []
    assert pending_deadlines() == []
    service.run()  # and nothing stumbles over it
