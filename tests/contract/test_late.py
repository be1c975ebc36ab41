"""What the queue `late` relies on in SQS: order within a group, nobody else held up, one of the same, dead letters."""

import json

import pytest

from chalicelib import aws, settings
from chalicelib.inbox import actions
from ops.resources import Queue, create_queue
from tests.door import ACCOUNT, RESIDENT, Door
from tests.late import outage, show_again, waiting, work

NEIGHBOUR = 'oResident000000000000000002'


def texts(openid: str) -> list[str]:
    return [line.text for line in actions.talk(f'{ACCOUNT}#{openid}').messages if line.way == 'in']


@pytest.fixture(autouse=True)
def _no_wechat(environment: pytest.MonkeyPatch) -> None:
    environment.setenv('WEILIN_WECHAT_API', 'http://127.0.0.1:9')


def test_letters_come_once_in_their_order_and_wait_for_their_own_group_only(door: Door) -> None:
    with outage():
        letter = door.xml('text', Content='一')
        door.post(letter)
        door.post(letter)
        door.say('二')
        door.say('邻居', openid=NEIGHBOUR)
    (first,) = waiting(1)
    assert work() == 1
    assert (texts(RESIDENT), texts(NEIGHBOUR)) == ([], ['邻居'])
    show_again(first)
    assert work() == 2
    assert texts(RESIDENT) == ['一', '二']


@pytest.mark.usefixtures('store')
def test_what_keeps_failing_ends_among_the_dead_and_lets_the_next_one_pass(environment: pytest.MonkeyPatch) -> None:
    environment.setenv('WEILIN_QUEUE_LATE', create_queue(Queue('brief.fifo', visible_after=0, attempts=2)))
    sqs, url = aws.client('sqs'), settings.queue_url('late.fifo')
    for body in ('bad', 'good'):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId='one', MessageDeduplicationId=body)
    seen = [waiting(1) for _ in range(4)]
    assert [message['Body'] for messages in seen for message in messages][:3] == ['bad', 'bad', 'good']
    name = url.rsplit('/', 1)[-1].replace('brief', 'brief-dead')
    dead = sqs.get_queue_url(QueueName=name)['QueueUrl']
    assert [message['Body'] for message in sqs.receive_message(QueueUrl=dead)['Messages']] == ['bad']


@pytest.mark.usefixtures('store')
def test_an_outage_of_two_days_ends_before_the_attempts_do() -> None:
    asked = {'QueueUrl': settings.queue_url('late.fifo'), 'AttributeNames': ['All']}
    found = aws.client('sqs').get_queue_attributes(**asked)['Attributes']
    attempts = int(json.loads(found['RedrivePolicy'])['maxReceiveCount'])
    assert attempts <= 1000  # SQS takes no more
    assert attempts * int(found['VisibilityTimeout']) > 48 * 3600
    assert int(found['MessageRetentionPeriod']) > 48 * 3600
