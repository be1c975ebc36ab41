"""`python -m ops.dead_letters` on queues in which jobs really die."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib import aws, settings
from chalicelib.privacy import rules
from ops import dead_letters, dead_queues, resources
from ops.dead_queues import DeadQueue
from tests.door import ACCOUNT, RESIDENT

ID = f'{ACCOUNT}#{RESIDENT}'
RESIDENT_HASH = rules.hashed(ID)


@pytest.fixture
def queues(store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    hasten(monkeypatch)


@pytest.fixture
def real_queues(real_store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not moto's, which buries the messages of a group in any order."""
    hasten(monkeypatch)


def hasten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's queues; what fails is dead after its second attempt, and nobody waits for a second server."""
    monkeypatch.setattr(dead_queues, '_WAIT', 0)
    sqs = aws.client('sqs')
    for queue in resources.QUEUES:
        url = settings.queue_url(queue.name)
        redrive = json.loads(
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['RedrivePolicy'])['Attributes']['RedrivePolicy']
        )
        changed = json.dumps({**redrive, 'maxReceiveCount': 2})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={'VisibilityTimeout': '0', 'RedrivePolicy': changed})


def send(queue: str, body: Any, group: str = RESIDENT_HASH) -> None:
    ordered = {'MessageGroupId': group, 'MessageDeduplicationId': f'{group}{body}'} if queue.endswith('fifo') else {}
    aws.client('sqs').send_message(QueueUrl=settings.queue_url(queue), MessageBody=json.dumps(body), **ordered)


def receive(url: str) -> list[Any]:
    return aws.client('sqs').receive_message(QueueUrl=url, MaxNumberOfMessages=10).get('Messages', [])


def die(queue: str) -> None:
    """Everything in it is received, and fails, until nothing is there."""
    url, counted = settings.queue_url(queue), 'ApproximateNumberOfMessages'
    left = ''
    while left != '0':
        receive(url)
        asked = aws.client('sqs').get_queue_attributes(QueueUrl=url, AttributeNames=[counted])
        left = asked['Attributes'][counted]


def dead_url(queue: str) -> str:
    return aws.client('sqs').get_queue_url(QueueName=resources.full_name(queue, '-dead'))['QueueUrl']


def alive(queue: str) -> list[Any]:
    """Taken out of its own queue, in order."""
    found = []
    while messages := receive(settings.queue_url(queue)):
        for message in messages:
            found.append(json.loads(message['Body']))
            aws.client('sqs').delete_message(QueueUrl=settings.queue_url(queue), ReceiptHandle=message['ReceiptHandle'])
    return found


def dead(queue: str) -> list[Any]:
    return [letter.job for letter in DeadQueue(queue).look()]


def run(*words: str) -> int:
    return dead_letters.main(['--stage', settings.stage(), *words])


def job(number: int) -> dict[str, Any]:
    return {'account': ACCOUNT, 'conversation': ID, 'key': f'{number}#{number}', 'kind': 'image', 'wechat_id': 'secret'}


def test_what_died_is_listed_and_shown_without_whose_it_is(queues: None, capsys: pytest.CaptureFixture[str]) -> None:
    send('media', job(1))
    send('late.fifo', {'account': ACCOUNT, 'body': '三楼王奶奶的水管'})
    die('media')
    die('late.fifo')
    assert run('list') == 0
    listed = capsys.readouterr().out
    assert re.search(r'^media\t1\t0h0', listed, re.MULTILINE)
    assert re.search(r'^sends\t0\t-$', listed, re.MULTILINE)
    rows = [line.split('\t') for line in listed.splitlines() if line.startswith(('media\t', 'late.fifo\t'))][-2:]
    assert [(row[0], row[4], row[5]) for row in rows] == [
        ('media', ACCOUNT, RESIDENT_HASH[:16]),
        ('late.fifo', ACCOUNT, RESIDENT_HASH[:16]),
    ]
    assert run('show', 'media', '--id', rows[0][1]) == 0
    shown = capsys.readouterr().out
    assert 'key\t1#1' in shown
    for told in (listed, shown):
        assert RESIDENT not in told
        assert '王奶奶' not in told
        assert 'secret' not in told


def test_looking_hides_nothing(queues: None) -> None:
    for number in range(25):
        send('media', job(number))
    die('media')
    assert run('list', 'media') == 0
    assert len(dead('media')) == 25


def test_all_go_back_into_their_own_queue_and_none_stays(queues: None) -> None:
    jobs = [job(number) for number in range(25)]
    for one in jobs:
        send('media', one)
    die('media')
    assert run('replay', 'media', '--all') == 0
    assert dead('media') == []
    assert sorted(alive('media'), key=lambda one: int(one['key'].partition('#')[0])) == jobs


def test_a_group_goes_back_in_its_order_also_when_it_died_before(real_queues: None) -> None:
    jobs = [{'account': ACCOUNT, 'n': number} for number in range(13)]
    for one in jobs:
        send('late.fifo', one)
    for _ in range(2):  # SQS would drop what it has seen within five minutes
        die('late.fifo')
        assert run('replay', 'late.fifo', '--all') == 0
    assert dead('late.fifo') == []
    assert alive('late.fifo') == jobs


def test_one_by_its_id_goes_back_and_the_others_stay(queues: None, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        send('media', job(number))
    die('media')
    wanted = DeadQueue('media').look()[0]
    assert run('replay', 'media', '--id', wanted.id) == 0
    assert [one['key'] for one in alive('media')] == [wanted.job['key']]
    assert len(dead('media')) == 2
    assert run('replay', 'media', '--id', wanted.id) == 2
    assert 'not among the dead letters' in capsys.readouterr().err


class Killed(BaseException):
    pass


@pytest.mark.parametrize('step', ['_send', '_delete'])
@pytest.mark.parametrize('after', [False, True])
@pytest.mark.parametrize('number', [0, 1, 2])
def test_killed_anywhere_nothing_is_lost(
    real_queues: None, monkeypatch: pytest.MonkeyPatch, step: str, after: bool, number: int
) -> None:
    for one in range(3):
        send('media', job(one))
    die('media')
    with monkeypatch.context() as patched:
        patched.setattr(DeadQueue, step, _killed_at(getattr(DeadQueue, step), number, after))
        with pytest.raises(Killed):
            run('replay', 'media', '--all')
    everywhere = {one['key'] for one in [*alive('media'), *dead('media')]}
    assert everywhere == {job(one)['key'] for one in range(3)}
    assert run('replay', 'media', '--all') == 0


def _killed_at(step: Callable[..., Any], number: int, after: bool) -> Callable[..., Any]:
    calls: Iterator[int] = iter(range(100))

    def killed(*given: Any) -> Any:
        if next(calls) == number:
            if after:
                step(*given)
            raise Killed
        return step(*given)

    return killed


def test_what_carried_attributes_carries_them_again(queues: None) -> None:
    attributes = {'trace': {'DataType': 'String', 'StringValue': 'abc'}}
    aws.client('sqs').send_message(QueueUrl=settings.queue_url('sends'), MessageBody='{}', MessageAttributes=attributes)
    die('sends')
    assert run('replay', 'sends', '--all') == 0
    found = aws.client('sqs').receive_message(QueueUrl=settings.queue_url('sends'), MessageAttributeNames=['All'])
    assert found['Messages'][0]['MessageAttributes']['trace']['StringValue'] == 'abc'


def test_one_beyond_repair_is_dropped_only_by_whoever_says_yes(
    queues: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    send('sends', {'conversation': ID, 'key': '1#1'})
    send('sends', {'conversation': ID, 'key': '2#2'})
    die('sends')
    wanted = DeadQueue('sends').look()[0]
    monkeypatch.setattr('builtins.input', lambda _: 'no')
    assert run('drop', 'sends', '--id', wanted.id) == 2
    assert len(dead('sends')) == 2
    monkeypatch.setattr('builtins.input', lambda _: 'yes')
    assert run('drop', 'sends', '--id', wanted.id) == 0
    assert [one['key'] for one in dead('sends')] != [wanted.job['key']]
    assert len(dead('sends')) == 1
    assert alive('sends') == []
    assert RESIDENT not in capsys.readouterr().out


def test_what_lies_dead_of_one_resident_goes_and_nobody_elses(queues: None) -> None:
    other = f'{ACCOUNT}#oResident000000000000000002'
    for number in range(12):
        send('late.fifo', {'account': ACCOUNT, 'n': number})
    send('late.fifo', {'account': ACCOUNT, 'n': 99}, group=rules.hashed(other))
    send('media', job(1))
    send('media', {**job(2), 'conversation': other})
    send('sends', {'conversation': ID, 'key': '1#1'})
    for queue in dead_queues.NAMES:
        die(queue)
    assert dead_queues.drop_of(RESIDENT_HASH) == 14
    assert [one['n'] for one in dead('late.fifo')] == [99]
    assert [one['key'] for one in dead('media')] == ['2#2']
    assert dead('sends') == []


def test_a_stage_without_queues_is_refused(queues: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert dead_letters.main(['--stage', 'nowhere', 'list']) == 2
    assert 'there is no queue weilin-nowhere-media-dead' in capsys.readouterr().err
