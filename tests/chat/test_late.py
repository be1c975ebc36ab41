"""An outage of the store loses nothing: what could not be kept waits, closed, and comes through the door once."""

import json
import logging
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import aws, clock, settings, storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import credentials
from chalicelib.alliance.records import Account
from chalicelib.chat import converse, jobs, latecoming, reception
from chalicelib.inbox import actions
from chalicelib.inbox.records import Kept, Message
from chalicelib.platform import actions as account_events
from ops import resources
from tests.chat.test_callback import Silent
from tests.door import ACCOUNT, CLERK, HOME, ORIGINAL_ID, RESIDENT, SECRETS, Door
from tests.late import outage, show_again, waiting, work
from tests.store_faults import Wire, silent, throttled

ID = f'{ACCOUNT}#{RESIDENT}'
NEIGHBOUR = 'oResident000000000000000002'


@pytest.fixture(autouse=True)
def _no_wechat(environment: pytest.MonkeyPatch) -> None:
    """What is told afterwards reaches nobody here; `test_late_words.py` has phones."""
    environment.setenv('WEILIN_WECHAT_API', 'http://127.0.0.1:9')


def heard(openid: str = RESIDENT) -> list[str]:
    return [line.text for line in actions.talk(f'{ACCOUNT}#{openid}').messages if line.way == 'in']


def cold() -> None:
    """As in a process that has just begun."""
    alliance.forget()
    credentials.forget()
    storage.forget()


@pytest.mark.parametrize('fault', (silent, throttled()))
def test_what_comes_while_the_store_is_down_is_a_success_and_there_afterwards_once_and_in_order(
    door: Door, fault: Any
) -> None:
    door.say('先暖一下')
    letters = [door.xml('text', Content=text) for text in ('楼道灯不亮', '三楼也不亮', '孩子怕黑')]
    with outage(fault):
        for letter in letters:
            began = time.monotonic()
            assert door.words(door.post(letter)) == ''
            assert time.monotonic() - began < 4.9
        door.post(letters[1])  # WeChat had not heard us in time
    assert heard() == ['先暖一下']
    assert work() == 3
    assert heard() == ['先暖一下', '楼道灯不亮', '三楼也不亮', '孩子怕黑']
    assert [row.id for row in actions.waiting(HOME)] == [ID]


def test_a_message_whose_first_delivery_was_late_and_whose_second_was_not_is_one(door: Door) -> None:
    door.say('先暖一下')
    letter = door.xml('text', Content='楼道灯不亮')
    with outage():
        door.post(letter)
    door.post(letter)
    assert work() == 1
    assert heard() == ['先暖一下', '楼道灯不亮']


def test_the_same_job_twice_is_one_message(door: Door) -> None:
    with outage():
        door.say('楼道灯不亮')
    (job,) = waiting()
    jobs.receive_late(job['Body'], door.now)
    jobs.receive_late(job['Body'], door.now)
    assert heard() == ['楼道灯不亮']


def test_one_residents_letters_keep_their_order_and_hold_up_nobody_else(door: Door) -> None:
    with outage():
        door.say('一')
        door.say('二')
        door.say('邻居', openid=NEIGHBOUR)
    (first,) = waiting(1)
    with outage(), pytest.raises(latecoming.StillLate):
        jobs.receive_late(first['Body'], door.now)
    assert work() == 1
    assert (heard(), heard(NEIGHBOUR)) == ([], ['邻居'])
    show_again(first)
    work()
    assert heard() == ['一', '二']


def test_while_the_store_is_still_down_a_job_comes_back(door: Door) -> None:
    with outage():
        door.say('楼道灯不亮')
        (job,) = waiting()
        with pytest.raises(latecoming.StillLate) as raised:
            jobs.receive_late(job['Body'], door.now)
    assert str(raised.value) == 'Unavailable'
    show_again(job)
    assert work() == 1
    assert heard() == ['楼道灯不亮']


def test_a_letter_is_read_hours_after_its_signature_went_stale(door: Door) -> None:
    with outage():
        door.say('楼道灯不亮')
    clock.move(timedelta(hours=30))
    assert work() == 1
    (line,) = (line for line in actions.talk(ID).messages if line.way == 'in')
    assert line.at == door.now
    assert line.answer == ''  # nobody was told anything at once


@pytest.mark.parametrize('mode', ('safe', 'compatible'))
def test_what_waits_is_closed_and_names_nobody(door: Door, mode: str) -> None:
    account = Account.get(ACCOUNT)
    account.mode = mode
    account.save()
    with outage():
        if mode == 'safe':
            door.say('楼道灯不亮')
        else:
            post_compatible(door, '楼道灯不亮')
    (job,) = waiting()
    shown = json.dumps(job, ensure_ascii=False) + json.loads(job['Body'])['body']
    assert RESIDENT not in shown
    assert '楼道灯不亮' not in shown
    assert set(json.loads(job['Body'])) == {'account', 'query', 'body', 'received_at', 'maybe_given', 'trace'}
    jobs.receive_late(job['Body'], door.now)
    assert heard() == ['楼道灯不亮']


def post_compatible(door: Door, text: str) -> None:
    """In compatible mode WeChat writes everything in the open, too."""
    client = door.client.http
    plain, real = door.xml('text', Content=text), client.post

    def post(url: str, body: bytes, headers: dict[str, str]) -> Any:
        return real(url, body=plain.encode().replace(b'</xml>', body.removeprefix(b'<xml>')), headers=headers)

    def without_the_name_twice(url: str, body: bytes, headers: dict[str, str]) -> Any:
        return post(url, body.replace(f'<ToUserName>{ORIGINAL_ID}</ToUserName>'.encode(), b''), headers)

    door.client = SimpleNamespace(http=SimpleNamespace(post=without_the_name_twice))  # type: ignore[assignment]
    assert door.words(door.post(plain)) == ''


def test_where_the_queue_fails_too_wechat_is_told_so(door: Door, environment: Any, caplog: Any) -> None:
    environment.setenv('WEILIN_QUEUE_LATE', 'http://127.0.0.1:9/nowhere.fifo')
    with outage():
        assert door.post(door.xml('text', Content='楼道灯不亮')).status_code == 503
    assert 'not queued either' in caplog.text


class TestColdStart:
    """The store is down when a process begins: nobody's row can be read."""

    def test_what_is_encrypted_proves_itself_and_waits(self, door: Door) -> None:
        cold()
        with outage():
            assert door.say('楼道灯不亮') == ''
        assert work() == 1
        assert heard() == ['楼道灯不亮']

    def test_the_time_is_enough_though_the_store_takes_calls_and_is_silent(
        self, door: Door, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        silent_store = Silent()
        real = storage.settings
        names = SimpleNamespace(region=real.region, table_name=real.table_name, aws_endpoint=lambda: silent_store.url)
        cold()
        monkeypatch.setattr(storage, 'settings', names)
        began = time.monotonic()
        assert door.say('楼道灯不亮') == ''
        assert time.monotonic() - began < converse.GIVE_UP_AFTER
        monkeypatch.setattr(storage, 'settings', real)
        silent_store.socket.close()
        cold()
        assert work() == 1
        assert heard() == ['楼道灯不亮']

    def test_what_is_plain_proves_nothing_and_does_not_wait(self, door: Door) -> None:
        cold()
        with outage():
            assert post_plain(door, '楼道灯不亮').status_code == 503
        assert waiting() == []

    def test_somebody_elses_made_up_account_does_not_wait_and_takes_no_room(self, door: Door) -> None:
        cold()
        door.account = 'nowhere'
        with outage():
            assert door.post(door.xml('text', Content='x')).status_code == 503
        assert waiting() == []
        assert credentials._cached == {}

    def test_without_secrets_either_it_does_not_wait(self, door: Door) -> None:
        cold()
        aws.client('ssm').delete_parameter(Name=settings.account_parameter(ACCOUNT))
        with outage():
            assert door.post(door.xml('text', Content='x')).status_code == 503
        assert waiting() == []


def post_plain(door: Door, text: str) -> Any:
    from wechatpy.utils import WeChatSigner

    signer = WeChatSigner()
    signer.add_data(SECRETS['token'], str(door.seconds), 'n')
    url = f'/wechat/{ACCOUNT}?signature={signer.signature}&timestamp={door.seconds}&nonce=n'
    xml = door.xml('text', Content=text)
    return door.client.http.post(url, body=xml.encode(), headers={'Content-Type': 'text/xml'})


def test_an_account_in_plain_mode_waits_as_it_came(door: Door) -> None:
    account = Account.get(ACCOUNT)
    account.mode = 'plain'
    account.save()
    alliance.forget()
    alliance.account(ACCOUNT)
    with outage():
        assert post_plain(door, '楼道灯不亮 😀').body == b'success'
    assert work() == 1
    assert heard() == ['楼道灯不亮 😀']


@pytest.mark.parametrize('warm', (True, False))
def test_forged_stale_and_garbled_envelopes_do_not_wait(door: Door, warm: bool) -> None:
    if warm:
        door.say('先暖一下')
    begin = (lambda: None) if warm else cold
    stale = Door(door.client, door.now - timedelta(minutes=11))
    xml = door.xml('text', Content='x')
    with outage():
        for secrets in ({**SECRETS, 'token': 'othertoken'}, {**SECRETS, 'app_id': 'wxother'}):
            begin()
            assert door.post(xml, secrets).status_code == 403
        begin()
        assert stale.post(stale.xml('text', Content='x')).status_code == 403
        url = f'/wechat/{ACCOUNT}?encrypt_type=aes&msg_signature=x&signature=x&timestamp={door.seconds}&nonce=n'
        answer = door.client.http.post(url, body=b'\xff<xml', headers={'Content-Type': 'text/xml'})
        assert answer.status_code in (400, 403)
    assert waiting() == []


def test_what_wechat_sent_unreadably_is_kept_for_the_operator_afterwards(door: Door) -> None:
    door.say('先暖一下')
    with outage():
        assert door.words(door.post('<xml>not a message</xml>')) == ''
    assert work() == 1
    (event,) = account_events.latest(account_events.UNREADABLE)
    assert event.raw == '<xml>not a message</xml>'


def test_a_word_about_the_account_itself_is_late_too(door: Door) -> None:
    door.say('先暖一下')
    with outage():
        assert door.event('MASSSENDJOBFINISH', MsgID='1000001625', Status='send success') == ''
    assert work() == 1
    (event,) = account_events.latest(account_events.PLATFORM)
    assert event.event == 'MASSSENDJOBFINISH'


def test_what_no_key_opens_any_more_is_kept_closed_and_does_not_come_again(door: Door) -> None:
    with outage():
        door.say('楼道灯不亮')
    changed = {**SECRETS, 'aes_key': 'x' * 42 + 'E'}
    resources.put_secret(settings.account_parameter(ACCOUNT), json.dumps(changed))
    cold()
    assert work() == 1
    (event,) = account_events.latest(account_events.UNREADABLE)
    assert str(event.raw).startswith('<xml><Encrypt>')


def test_an_account_that_is_gone_brings_nothing_back(door: Door) -> None:
    with outage():
        door.say('楼道灯不亮')
    Account.get(ACCOUNT).delete()
    cold()
    assert work() == 1
    assert heard() == []


def broken(visit: Any) -> None:
    raise ValueError(f'cannot cope with {visit.message.openid}: {visit.text}')


def test_a_mistake_of_ours_loses_no_message_and_a_person_sees_it(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(converse, 'answerers', [broken, *converse.answerers])
    assert door.say('楼道灯不亮') == ''
    assert work() == 1
    assert heard() == ['楼道灯不亮']
    assert [row.id for row in actions.waiting(HOME)] == [ID]
    assert 'broken' in caplog.text


def test_where_even_the_receipt_fails_a_person_sees_it(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converse, 'answerers', [broken])
    door.say('楼道灯不亮')
    work()
    assert [row.id for row in actions.waiting(HOME)] == [ID]


def test_the_log_names_nobody(door: Door, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG, 'weilin')
    monkeypatch.setattr(converse, 'answerers', [broken])
    door.say('楼道灯不亮')
    (job,) = waiting()
    with outage(), pytest.raises(latecoming.StillLate) as raised:
        jobs.receive_late(job['Body'], door.now)
    said = f'{caplog.text} {raised.getrepr(style="native")}'
    assert 'not stored, queued as late' in said
    assert 'late message not stored yet' in said
    assert RESIDENT not in said
    assert '楼道灯不亮' not in said


def test_a_photo_that_was_late_is_fetched(door: Door) -> None:
    door.say('先暖一下')
    with outage():
        door.send('image', MediaId='m1', PicUrl='http://pic')
    work()
    asked = aws.client('sqs').receive_message(QueueUrl=settings.queue_url('media'))['Messages']
    assert json.loads(asked[0]['Body'])['wechat_id'] == 'm1'


class TestDialogues:
    """A step she cannot be told of is not gone."""

    def test_a_digit_from_the_menu_waits_for_nobody_and_asks_nothing(self, door: Door) -> None:
        door.event('subscribe')
        before = asked_until()
        with outage():
            door.say('2')
        clock.move(timedelta(minutes=10))
        work()
        assert heard() == ['', '2']
        assert asked_until() == before
        assert actions.waiting(HOME) == []

    def test_confirming_a_sign_in_signs_nobody_in(self, door: Door) -> None:
        from chalicelib.alliance import signin

        pending = signin.ask('Chrome', door.now)
        door.say(pending.code, openid=CLERK)
        with outage():
            door.say('1', openid=CLERK)
        work()
        assert signin.resume(pending.cookie, door.now).status == 'waiting'
        assert actions.talk(f'{ACCOUNT}#{CLERK}').messages[-1].kind == 'private'

    def test_not_me_ends_every_session_though_late(self, door: Door) -> None:
        from chalicelib.alliance import sessions, signin

        cookie = sessions.begin('wangmin', door.now, 'Chrome', door.now, lambda tx: None)
        assert cookie
        with outage():
            door.say('不是我', openid=CLERK)
        work()
        assert signin.session(cookie, door.now) is None


def asked_until() -> Any:
    found = actions.conversation(ID)
    assert found
    assert found.asked
    assert found.asked.kind == reception.MENU.kind
    return found.asked.until


class TestKeptReplies:
    """What a clerk wrote and WeChat did not let us send."""

    @pytest.fixture(autouse=True)
    def _kept(self, door: Door) -> None:
        door.say('楼道灯不亮')
        found = actions.conversation(ID)
        assert found
        line = Message(ID, f'{door.seconds}#reply', at=door.now, way='out', kind='text', text='明天修', state='kept')
        line.save()
        found.kept = [Kept(key=line.key, kind='text', text='明天修', unit_name='仙游路社区', confirmed_at=door.now)]
        found.kept_count = 1
        found.waiting_unit = found.waiting_since = found.due_at = None
        found.save()

    def state(self) -> str:
        found = actions.message(ID, next(line.key for line in Message.query(ID) if line.text == '明天修'))
        assert found
        return str(found.state)

    @pytest.mark.parametrize('text', ('还没有人来', '1'))
    def test_they_are_not_given_by_a_late_message(self, door: Door, text: str) -> None:
        with outage():
            assert door.say(text) == ''
        work()
        assert self.state() == 'kept'
        assert '明天修' in door.say('1')
        assert self.state() == 'sent'

    def test_a_late_knock_starts_no_clock(self, door: Door) -> None:
        with outage():
            door.say('1')
        work()
        found = actions.conversation(ID)
        assert found
        assert (found.waiting_unit, found.fresh) == (None, True)

    def test_if_the_store_took_them_and_did_not_say_so_they_are_said_again(self, door: Door) -> None:
        """Counted as given in a transaction whose answer was lost, and she was told `success`."""
        Wire().answers_lost = 2
        assert door.say('还没有人来') == ''
        assert self.state() == 'sent'
        work()
        told = [line.text for line in actions.talk(ID).messages if line.way == 'out']
        assert any('明天修' in text and '已收到' in text for text in told)
