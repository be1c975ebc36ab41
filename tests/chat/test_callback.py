"""The door: once only, in two requests, under conflicts and silence; and what is never refused."""

import socket
import time
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import aws, storage
from chalicelib.chat import converse
from chalicelib.inbox import actions
from chalicelib.inbox.records import Conversation, Message
from chalicelib.platform import actions as account_events
from tests.conftest import forget
from tests.door import ACCOUNT, HOME, RESIDENT, SECRETS, Door
from tests.store_faults import Wire, cancelled, silent, throttled

ID = f'{ACCOUNT}#{RESIDENT}'


def stored() -> list[Message]:
    return actions.talk(ID).messages


def test_a_text_is_kept_and_answered_with_who_will_answer(door: Door) -> None:
    words = door.say('楼道灯不亮')
    assert '已收到' in words
    assert '仙游路社区' in words
    (message,) = stored()
    assert (message.text, message.way, message.at) == ('楼道灯不亮', 'in', door.now)
    conversation = actions.conversation(ID)
    assert conversation is not None
    assert (conversation.waiting_unit, conversation.label) == (HOME, '居民 A01')


def test_the_same_message_again_gets_the_same_answer_and_is_one(door: Door) -> None:
    xml = door.xml('text', Content='楼道灯不亮')
    first, again = door.words(door.post(xml)), door.words(door.post(xml))
    assert first == again != ''
    assert len(stored()) == 1


def test_an_event_again_gets_the_same_answer(door: Door) -> None:
    xml = door.xml('event', Event='subscribe', EventKey=f'qrscene_sq:{HOME}')
    assert door.words(door.post(xml)) == door.words(door.post(xml)) != ''
    assert len(stored()) == 1


def test_a_burst_is_one_thing_to_answer_with_one_receipt(door: Door) -> None:
    answers = [
        door.send('voice', MediaId='m1', Format='amr'),
        door.send('image', MediaId='m2', PicUrl='http://pic'),
        door.send('location', Location_X='36.07', Location_Y='120.38', Scale='16', Label='上杭路 7 号'),
        door.say('泡沫字还堆在门口'),
    ]
    assert [bool(words) for words in answers] == [True, False, False, False]
    (waiting,) = actions.waiting(HOME)
    assert waiting.last_text == '位置 · 照片 · 语音 · 泡沫字还堆在门口'
    assert len(stored()) == 4


def test_a_known_resident_costs_one_read_and_one_transaction(door: Door) -> None:
    door.say('第一次')
    wire = Wire()
    door.say('第二次')  # the first request of a new connection
    wire.sent.clear()
    door.say('第三次')
    assert wire.sent == {'GetItem': 1, 'TransactWriteItems': 1}


def test_a_duplicate_needs_no_third_request(door: Door) -> None:
    door.say('先打个招呼')
    xml = door.xml('text', Content='楼道灯不亮')
    door.post(xml)
    wire = Wire()
    door.post(xml)
    assert wire.sent == {'GetItem': 1, 'TransactWriteItems': 1}


@pytest.mark.parametrize(
    'fault',
    (
        cancelled('None', 'TransactionConflict'),
        cancelled('TransactionConflict', 'None'),
        cancelled('None', 'ThrottlingError'),
        throttled(),
    ),
)
def test_a_conflict_is_read_again_and_written_again(door: Door, fault: Any) -> None:
    door.say('第一次')
    wire = Wire()
    wire.meet('TransactWriteItems', fault, fault)
    door.say('第二次')
    assert wire.sent == {'GetItem': 3, 'TransactWriteItems': 1}
    assert [message.text for message in stored()] == ['第一次', '第二次']


def test_an_answer_lost_after_the_commit_is_still_one_message(door: Door) -> None:
    wire = Wire()
    wire.answers_lost = 1
    assert '已收到' in door.say('楼道灯不亮')
    assert len(stored()) == 1


def test_a_silent_store_is_given_up_within_four_seconds(door: Door) -> None:
    wire = Wire()
    wire.meet('GetItem', *[silent] * 50)
    began = time.monotonic()
    assert door.say('有人吗') == ''
    assert time.monotonic() - began < converse.GIVE_UP_AFTER


def test_no_transaction_is_begun_that_may_not_end_in_time(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """The read took two of the four seconds: against a dead store a transaction would leave none for the queue."""
    door.say('第一次')
    real = time.monotonic
    wire = Wire()
    wire.meet('GetItem', lambda: monkeypatch.setattr(time, 'monotonic', lambda: real() + 2))
    assert door.say('第二次') == ''
    assert wire.sent == {'GetItem': 1}


def test_a_transaction_that_can_be_tried_only_once_in_time_is(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.say('第一次')
    real = time.monotonic
    Wire().meet('GetItem', lambda: monkeypatch.setattr(time, 'monotonic', lambda: real() + 1.5))
    assert door.say('第二次') == ''  # within a burst, and stored
    assert [message.text for message in stored()] == ['第一次', '第二次']


def test_a_failure_after_the_store_is_a_success(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('WEILIN_QUEUE_MEDIA', 'http://127.0.0.1:9/nowhere')
    assert '已收到' in door.send('image', MediaId='m', PicUrl='http://pic')
    assert len(stored()) == 1


def test_unknown_account_forged_signature_wrong_app_and_too_large(door: Door) -> None:
    xml = door.xml('text', Content='x')
    assert door.post(xml, {**SECRETS, 'token': 'othertoken'}).status_code == 403
    assert door.post(xml, {**SECRETS, 'app_id': 'wxother'}).status_code == 403
    assert door.post(door.xml('text', Content='好' * 100_000)).status_code == 413
    door.account = 'nowhere'
    assert door.post(xml).status_code == 404
    assert actions.conversation(ID) is None


def test_what_is_not_from_wechat_is_refused_and_not_kept(door: Door) -> None:
    answer = door.client.http.post(f'/wechat/{ACCOUNT}', body=b'<xml></xml>', headers={'Content-Type': 'text/xml'})
    assert answer.status_code in (400, 403)
    assert account_events.latest(account_events.UNREADABLE) == []


@pytest.mark.parametrize(
    'xml',
    (
        '<xml><ToUserName>gh_1</ToUserName></xml>',
        '<xml><ToUserName>a</ToUserName><FromUserName>b</FromUserName><CreateTime>1764000000000</CreateTime>'
        '<MsgType>text</MsgType><Content>c</Content><MsgId>1</MsgId></xml>',
        'not xml at all',
        '<!DOCTYPE x [<!ENTITY e "x">]><xml>&e;</xml>',
    ),
)
def test_what_is_wechats_and_unreadable_is_kept_raw_and_answered(door: Door, xml: str) -> None:
    assert door.words(door.post(xml)) == ''
    assert door.words(door.post(xml)) == ''
    (event,) = account_events.latest(account_events.UNREADABLE)
    assert event.raw == xml
    assert event.account == ACCOUNT


def test_platform_events_are_kept_once_where_features_find_them(door: Door) -> None:
    xml = door.xml('event', Event='MASSSENDJOBFINISH', MsgID='1000001625', Status='send success', TotalCount='100')
    door.post(xml)
    assert door.words(door.post(xml)) == ''
    (event,) = account_events.latest(account_events.PLATFORM)
    assert (event.event, event.fields['Status']) == ('MASSSENDJOBFINISH', 'send success')
    assert actions.conversation(ID) is None


def test_a_passing_event_stores_nothing(door: Door) -> None:
    door.say('先暖一下')
    wire = Wire()
    assert door.event('LOCATION', Latitude='36.0', Longitude='120.3', Precision='10') == ''
    assert wire.requests() == 0


@pytest.mark.parametrize(
    'text',
    ('😀👨‍👩‍👧', ']]>', 'a<script>alert(1)</script>', '\u202eright to left\u202c', '好' * 2048, ' spaced \n lines '),
)
def test_any_text_is_stored_as_sent_and_answered_validly(door: Door, text: str) -> None:
    assert '已收到' in door.say(text)
    assert stored()[0].text == text


def test_a_stale_envelope_is_refused(door: Door) -> None:
    late = Door(door.client, door.now - timedelta(minutes=11))
    assert late.post(late.xml('text', Content='x')).status_code == 403


def test_verification_echoes(door: Door) -> None:
    from wechatpy.utils import WeChatSigner

    timestamp = str(int(door.now.timestamp()))
    signer = WeChatSigner()
    signer.add_data(SECRETS['token'], timestamp, 'n')
    good = f'/wechat/{ACCOUNT}?signature={signer.signature}&timestamp={timestamp}&nonce=n&echostr=4375120948345356249'
    answer = door.client.http.get(good)
    assert (answer.status_code, answer.body) == (200, b'4375120948345356249')
    assert door.client.http.get(good.replace('nonce=n', 'nonce=m')).status_code == 403


def test_labels_are_given_once_per_resident(door: Door) -> None:
    door.say('一')
    door.say('二', openid='oResident000000000000000002')
    door.say('三')
    labels = {row.id.rpartition('#')[2]: row.label for row in Conversation.scan()}
    assert labels == {RESIDENT: '居民 A01', 'oResident000000000000000002': '居民 A02'}


def test_a_photo_whose_job_was_lost_is_asked_for_again_with_the_repeat(door: Door, environment: Any) -> None:
    """WeChat delivers again: the message is there, and nobody had asked for its photo."""
    from chalicelib import settings

    queue = settings.queue_url('media')
    environment.setenv('WEILIN_QUEUE_MEDIA', 'http://127.0.0.1:9/nowhere')
    xml = door.xml('image', MediaId='m1', PicUrl='http://pic')
    door.post(xml)
    environment.setenv('WEILIN_QUEUE_MEDIA', queue)
    door.post(xml)
    jobs = aws.client('sqs').receive_message(QueueUrl=queue).get('Messages', [])
    assert len(jobs) == 1


@pytest.mark.parametrize('operation', ('GetItem', 'TransactWriteItems'))
def test_one_throttled_request_is_asked_again(door: Door, operation: str) -> None:
    door.say('第一次')
    Wire().meet(operation, throttled())
    door.say('第二次')
    assert [message.text for message in stored()] == ['第一次', '第二次']


def test_a_message_is_kept_though_its_unit_has_no_row(door: Door) -> None:
    from chalicelib.alliance import actions as alliance
    from chalicelib.alliance.records import Unit

    for unit in Unit.scan():
        unit.delete()
    alliance.forget()
    assert '仙游路社区' in door.say('楼道灯不亮')
    assert len(stored()) == 1


@pytest.mark.parametrize('label', ('\x01' * 20_000, '😀' * 30_000, '好' * 60_000))
def test_a_place_with_an_endless_label_is_kept(door: Door, label: str) -> None:
    xml = door.xml('location', Location_X='36.1', Location_Y='120.4', Scale='16', Label='LABEL')
    door.words(door.post(xml.replace('LABEL', f'<![CDATA[{label}]]>')))
    assert [message.kind for message in stored()] == ['location']


def test_what_is_unreadable_and_endless_is_kept_in_part(door: Door) -> None:
    assert door.words(door.post('<xml>' + '\u4e0d' * 60_000)) == ''
    (event,) = account_events.latest(account_events.UNREADABLE)
    assert str(event.raw).startswith('<xml>')


class Silent:
    """Takes connections and never answers."""

    def __init__(self) -> None:
        self.socket = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.url = f'http://127.0.0.1:{self.socket.getsockname()[1]}'


@pytest.mark.parametrize('warm', (True, False))
@pytest.mark.parametrize('event', ('', 'MASSSENDJOBFINISH'))
def test_where_the_whole_of_aws_takes_calls_and_is_silent_it_ends_in_time(
    door: Door, environment: Any, warm: bool, event: str
) -> None:
    xml = door.xml('event', Event=event, MsgID='1') if event else door.xml('text', Content='有人吗')
    if warm:
        door.say('先暖一下')
    silent_store = Silent()
    environment.setenv('WEILIN_AWS_ENDPOINT', silent_store.url)
    environment.setenv('WEILIN_QUEUE_LATE', f'{silent_store.url}/late.fifo')
    storage.forget()
    aws.forget()
    if not warm:
        forget()
    began = time.monotonic()
    assert door.post(xml).status_code == 503
    assert time.monotonic() - began < 4.9  # WeChat hangs up at five
    silent_store.socket.close()
