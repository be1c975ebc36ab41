"""WeChat refuses our address: log, operators and the page 系统 hear which one, and the sender is no worse off."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import aws, settings
from chalicelib.platform import egress as telling
from chalicelib.platform.records import AccountEvent
from chalicelib.wechat import egress
from tests.door import ACCOUNT
from tests.house import House, open_house
from tests.late import outage
from tests.log_reading import Written, written

TOKEN, SEND, GET = '/cgi-bin/stable_token', '/cgi-bin/message/custom/send', '/cgi-bin/media/get'


@pytest.fixture
def lines() -> Iterator[Written]:
    with written() as lines:
        yield lines


@pytest.fixture
def house(alliance: None, monkeypatch: pytest.MonkeyPatch, now: Any) -> Iterator[House]:
    with open_house(monkeypatch, now) as opened:
        yield opened


class Operators:
    """An operator's queue behind the topic, as a mailbox would be."""

    def __init__(self, environment: pytest.MonkeyPatch) -> None:
        self.sqs, sns = aws.client('sqs'), aws.client('sns')
        self.url = self.sqs.create_queue(QueueName='operators')['QueueUrl']
        wanted = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=['QueueArn'])
        topic = sns.create_topic(Name='weilin-test-alarms')['TopicArn']
        sns.subscribe(TopicArn=topic, Protocol='sqs', Endpoint=wanted['Attributes']['QueueArn'])
        environment.setenv('WEILIN_ALARM_TOPIC', topic)

    def read(self) -> list[dict[str, Any]]:
        found = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get('Messages', [])
        for message in found:
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message['ReceiptHandle'])
        return [json.loads(message['Body']) for message in found]


@pytest.fixture
def operators(house: House, environment: pytest.MonkeyPatch) -> Operators:
    return Operators(environment)


@pytest.mark.parametrize('path', (TOKEN, SEND))
def test_the_notice_names_address_account_and_what_to_do(
    house: House, operators: Operators, lines: Written, path: str
) -> None:
    house.says('楼道灯不亮')
    house.world.faults.always[path] = 40164
    (line,) = house.reply('今晚师傅过去看')
    assert line.state == 'failed'
    (said,) = lines.said('WeChat refuses our address')
    assert (said['level'], said['ip'], said['account']) == ('ERROR', '127.0.0.1', ACCOUNT)
    (notice,) = operators.read()
    assert notice['Subject'] == 'Weilin test: WeChat refuses our address 127.0.0.1'
    for word in ('127.0.0.1', '仙游路社区', ACCOUNT, 'IP 白名单'):
        assert word in notice['Message']
    for word in (house.id, '楼道灯不亮', '今晚师傅过去看'):
        assert word not in notice['Message']


def test_it_is_said_once_an_hour(
    house: House, operators: Operators, lines: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [1000.0]
    monkeypatch.setattr('chalicelib.platform.egress.time.monotonic', lambda: seconds[0])
    for later, notices in ((0, 1), (3599, 0), (1, 1)):
        seconds[0] += later
        telling.address_refused('wx1234567890abcdef', '47.1.2.3', house.now)
        assert len(operators.read()) == notices
    telling.address_refused('wx1234567890abcdef', '47.1.2.4', house.now)
    assert len(operators.read()) == 1  # another address is another matter
    assert len(lines.said('WeChat refuses our address')) == 4


def test_the_page_of_the_system_shows_it_once_an_hour(house: House) -> None:
    from chalicelib.desk import system

    for later in (0, 10, 60):
        telling.forget()
        telling.address_refused('wx1234567890abcdef', '47.1.2.3', house.now + timedelta(minutes=later))
    shown = system.shown('', house.now + timedelta(hours=1)).platform
    assert [event.words for event in shown.events] == ['微信拒绝本系统的 IP 地址，本号的消息发不出去'] * 2
    assert all(event.fields['ip'] == '47.1.2.3' for event in AccountEvent.scan())


@pytest.mark.parametrize('topic', ('arn:aws-cn:sns:cn-north-1:123456789012:no-such', 'nonsense', None))
def test_a_notice_that_fails_changes_nothing_for_whoever_sends(
    house: House, lines: Written, environment: pytest.MonkeyPatch, topic: str | None
) -> None:
    if topic:
        environment.setenv('WEILIN_ALARM_TOPIC', topic)
    house.says('楼道灯不亮')
    house.world.faults.always[SEND] = 40164
    (line,) = house.reply('今晚师傅过去看')
    assert line.state == 'failed'
    assert line.error
    assert bool(lines.said('operators not told of our refused address')) == bool(topic)


def test_a_store_that_fails_as_well_keeps_no_notice_back(house: House, operators: Operators, lines: Written) -> None:
    from chalicelib.alliance import actions as alliance

    alliance.forget()
    with outage():
        telling.address_refused('wx1234567890abcdef', '47.1.2.3', house.now)
    assert [notice['Subject'].rpartition(' ')[2] for notice in operators.read()] == ['47.1.2.3']
    assert [line['way'] for line in lines.said('operators not told of our refused address')] == ['page']


def test_a_medium_that_is_refused_for_it_says_so_too(house: House, operators: Operators) -> None:
    from chalicelib.alliance.credentials import credentials
    from chalicelib.wechat import errors
    from chalicelib.wechat.client import client_for

    house.world.faults.always[GET] = 40164
    with pytest.raises(errors.Refused) as refused:
        client_for(credentials(ACCOUNT)).download('media-1', 1000)
    assert refused.value.address == '127.0.0.1'
    assert len(operators.read()) == 1


@pytest.mark.parametrize(
    ('said', 'address'),
    (
        ('invalid ip 47.1.2.3, not in whitelist', '47.1.2.3'),
        ('invalid ip 47.1.2.3 ipv6 ::ffff:47.1.2.3, not in whitelist rid: 6543-21', '47.1.2.3'),
        ('invalid ip 2408:4003:1::7, not in whitelist hint: [abc]', '2408:4003:1::7'),
        ('not in whitelist', ''),
        ('invalid ip <script>, not in whitelist', ''),
    ),
)
def test_the_address_is_read_from_what_wechat_says(said: str, address: str) -> None:
    assert egress.refused_address(said) == address


def test_publishing_ends_soon() -> None:
    config = aws.client('sns').meta.config
    assert (config.connect_timeout, config.read_timeout) == (0.5, 1.5)
    assert settings.alarm_topic() is None
