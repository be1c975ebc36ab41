"""Signing in by chat: nobody for a stranger, nothing twice, and nobody else's digits taken for a code."""

import re
from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import signin
from chalicelib.inbox import actions
from tests.door import ACCOUNT, CLERK, HOME, RESIDENT, SECRETS, Door
from tests.store_faults import Wire, cancelled

BROWSER = 'Windows 电脑上的 Chrome'


def later(door: Door, by: timedelta) -> None:
    clock.move(by)
    door.now += by


def status(cookie: str, door: Door) -> str:
    return signin.resume(cookie, door.now).status


def test_a_member_confirms_after_being_told_browser_and_time(door: Door) -> None:
    pending = signin.ask(BROWSER, door.now)
    words = door.say(pending.code, openid=CLERK)
    assert BROWSER in words
    assert '22:10' in words
    assert status(pending.cookie, door) == 'waiting'
    assert '已确认' in door.say('1', openid=CLERK)
    entered = signin.enter(pending.cookie, door.now)
    assert entered
    session = signin.session(entered, door.now)
    assert session
    assert session.member.name == '王敏'


def test_two_means_no_and_lets_nobody_in(door: Door) -> None:
    pending = signin.ask(BROWSER, door.now)
    door.say(pending.code, openid=CLERK)
    assert '已拒绝' in door.say('2', openid=CLERK)
    assert signin.enter(pending.cookie, door.now) is None


def test_a_confirmed_code_cannot_be_used_again(door: Door) -> None:
    pending = signin.ask(BROWSER, door.now)
    door.say(pending.code, openid=CLERK)
    door.say('1', openid=CLERK)
    assert signin.enter(pending.cookie, door.now)
    assert signin.enter(pending.cookie, door.now) is None
    assert '已收到' in door.say(pending.code, openid=CLERK)  # six digits again, and nobody waits with them


def test_a_residents_six_digits_are_a_message(door: Door) -> None:
    pending = signin.ask(BROWSER, door.now)
    assert '已收到' in door.say(pending.code)
    assert status(pending.cookie, door) == 'waiting'
    conversation = actions.conversation(f'{ACCOUNT}#{RESIDENT}')
    assert conversation
    assert conversation.waiting_unit == HOME


def test_a_members_postcode_is_a_message_when_nobody_waits_with_it(door: Door) -> None:
    assert '已收到' in door.say('266071', openid=CLERK)


def test_confirming_too_late_lets_nobody_in(door: Door) -> None:
    pending = signin.ask(BROWSER, door.now)
    door.say(pending.code, openid=CLERK)
    later(door, timedelta(minutes=6))
    assert '已过期' in door.say('1', openid=CLERK)
    assert signin.enter(pending.cookie, door.now) is None


def test_the_same_confirmation_again_gets_the_same_answer(door: Door) -> None:
    pending = signin.ask(BROWSER, door.now)
    door.say(pending.code, openid=CLERK)
    xml = door.xml('text', Content='1', openid=CLERK)
    assert door.words(door.post(xml)) == door.words(door.post(xml)) != ''


def test_a_conflict_while_confirming_asks_again_and_confirms(door: Door) -> None:
    pending = signin.ask(BROWSER, door.now)
    door.say(pending.code, openid=CLERK)
    Wire().meet('TransactWriteItems', cancelled('None', 'TransactionConflict', 'None'))
    assert '已确认' in door.say('1', openid=CLERK)
    assert status(pending.cookie, door) == 'confirmed'


def test_a_link_comes_for_the_asking_and_its_words_are_nobody_elses(door: Door) -> None:
    words = door.say('登录', openid=CLERK)
    token = re.search(r'/login/link/(\S+)', words)
    assert token
    assert signin.look_at_link(token[1], door.now).status == 'fresh'
    (line,) = actions.talk(f'{ACCOUNT}#{CLERK}').messages
    assert (line.kind, line.text) == ('private', '')
    assert '已收到' in door.say('登录')  # a resident's 登录 is a message


def test_not_me_ends_every_session_at_once(door: Door) -> None:
    words = door.say('登录', openid=CLERK)
    token = re.search(r'/login/link/(\S+)', words)
    assert token
    cookie = signin.use_link(token[1], BROWSER, door.now)
    assert cookie
    assert '已退出' in door.say('不是我', openid=CLERK)
    assert signin.session(cookie, door.now) is None
    assert '已收到' in door.say('不是我')  # from a resident it is a message


@pytest.mark.parametrize('typed', ('{}', ' {} ', 'lower', 'spaced'))
def test_an_invitation_makes_a_member_once(door: Door, typed: str) -> None:
    _, code = signin.invite('赵欣', [HOME], ['clerk'], door.now)
    text = {'lower': code.lower(), 'spaced': code.replace('-', ' ')}.get(typed) or typed.format(code)
    new = 'oNew0000000000000000000001'
    words = door.say(text, openid=new)
    assert '赵欣' in words
    assert '仙游路社区' in words
    member = alliance.member_in_chat(ACCOUNT, new)
    assert member
    assert member.name == '赵欣'
    assert '不对、已用过或已过期' in door.say(code, openid='oOther0000000000000000001')
    assert '已经是工作人员' in door.say(code, openid=new)


def test_dialogues_about_signing_in_start_no_clock(door: Door) -> None:
    pending = signin.ask(BROWSER, door.now)
    for text in (pending.code, '2', '登录', '不是我'):
        door.say(text, openid=CLERK)
    conversation = actions.conversation(f'{ACCOUNT}#{CLERK}')
    assert conversation
    assert conversation.waiting_unit is None


def test_somebody_who_only_signed_in_or_followed_is_on_no_list(door: Door) -> None:
    door.say('登录', openid=CLERK)
    door.event('subscribe', openid=RESIDENT)
    assert actions.recent(HOME) == []
    door.say('你好', openid=RESIDENT)
    assert [row.id for row in actions.recent(HOME)] == [f'{ACCOUNT}#{RESIDENT}']


def test_not_me_instead_of_two_also_refuses_the_browser_that_asks(door: Door) -> None:
    pending = signin.ask(BROWSER, door.now)
    door.say(pending.code, openid=CLERK)
    assert '已退出' in door.say('不是我', openid=CLERK)
    assert '继续给您发提醒' in door.say('1', openid=CLERK)
    assert signin.enter(pending.cookie, door.now) is None


def test_what_the_signature_does_not_cover_signs_nobody_in(door: Door) -> None:
    """In plain mode a signature seen once fits any words for five minutes: no dialogue about signing in."""
    from wechatpy.utils import WeChatSigner

    from chalicelib.alliance.records import Account

    account = Account.get(ACCOUNT)
    account.mode = 'plain'
    account.save()
    alliance.forget()
    signer = WeChatSigner()
    signer.add_data(SECRETS['token'], str(door.seconds), 'n')
    url = f'/wechat/{ACCOUNT}?signature={signer.signature}&timestamp={door.seconds}&nonce=n'
    xml = door.xml('text', Content='登录', openid=CLERK)
    answer = door.client.http.post(url, body=xml.encode(), headers={'Content-Type': 'text/xml'})
    assert answer.status_code == 200
    assert '/login/link/' not in answer.body.decode()


@pytest.mark.parametrize('text', ('1', '１', '1。', '收到', '好的'))
def test_a_member_who_answers_a_reminder_waits_for_nobody(door: Door, text: str) -> None:
    from chalicelib.inbox import actions

    assert '继续给您发提醒' in door.say(text, openid=CLERK)
    assert actions.waiting(HOME) == []
