"""`python -m ops.status`: what needs a person is said first, what does not answer is said to be silent."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib import aws, clock, holidays, settings, storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import credentials
from chalicelib.alliance.records import Alert
from chalicelib.deadlines import actions as deadlines
from chalicelib.inbox import receiving
from chalicelib.inbox.receiving import Answer
from chalicelib.platform import actions as events
from chalicelib.wechat.message import Inbound
from ops import aws_clients, status, status_lines
from ops.resources import full_name
from tests.conftest import NOW
from tests.door import ACCOUNT, HOME, RESIDENT

MINUTE = timedelta(minutes=1)


class Stack:
    """moto has CloudFormation only with packages that we do not install."""

    status = 'UPDATE_COMPLETE'

    def __init__(self, client: Any, name: str) -> None:
        assert name == 'weilin-test'

    def describe(self) -> dict[str, Any]:
        return {'StackStatus': self.status, 'CreationTime': NOW, 'LastUpdatedTime': NOW}


@pytest.fixture
def stage(alliance: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Deployed, with nothing wrong."""
    monkeypatch.setattr(clock, '_moved', now - datetime.now(now.tzinfo))
    really = aws_clients.client
    monkeypatch.setattr(aws_clients, 'client', lambda name: None if name == 'cloudformation' else really(name))
    monkeypatch.setattr(status_lines, 'Stack', Stack)
    return now


def seen(capsys: pytest.CaptureFixture[str]) -> tuple[int, str, dict[str, dict[str, Any]]]:
    """Exit status, first sentence, and the lines by what they are about."""
    capsys.readouterr()
    done = status.main(['--stage', 'test', '--json'])
    said = json.loads(capsys.readouterr().out)
    assert said['fine'] is (done == 0)
    return done, said['sentence'], {line['about']: line for line in said['lines'] if line['about']}


def waits(now: datetime, promised: timedelta) -> None:
    inbound = Inbound('text', 'gh_1', RESIDENT, now, f'{int(now.timestamp())}#1', '泡沫字', '', '', {})
    found = receiving.find(f'{ACCOUNT}#{RESIDENT}', HOME, now)
    receiving.keep(found, inbound, Answer(waits=True, due_at=now + promised), now)


def chased(until: datetime) -> None:
    """The run of every minute has taken what was due."""
    for shard in range(8):
        for due in list(deadlines.due(shard, until)):
            deadlines.drop(due)


def test_nothing_is_wrong(stage: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    done, sentence, lines = seen(capsys)
    assert (done, sentence) == (0, 'Nothing needs a person.')
    assert lines['stack']['words'].startswith('UPDATE_COMPLETE')
    assert lines['alarms']['words'] == 'none rings'
    assert lines['accounts']['words'] == '1, all with their secrets'


def test_the_screen_is_a_hundred_columns_and_names_no_resident(
    stage: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    waits(stage - 30 * MINUTE, 10 * MINUTE)
    chased(stage)
    for number in range(30):
        _ring(f'alarm-number-{number}')
    assert status.main(['--stage', 'test']) == 1
    screen = capsys.readouterr().out
    assert max(len(line) + status._wide(line) for line in screen.splitlines()) <= 100
    assert screen.startswith(
        'One thing needs a person: 30 alarms ring.\ntest in cn-north-1, 2026-11-23 22:10 in Beijing'
    )
    assert '1 wait, 1 of them past their time' in screen
    flat = ' '.join(screen.split())
    assert '仙游路社区 (370202013001): 1, the oldest for 30 min, 1 past their time, the worst by 20 min' in flat
    assert not any(word in screen for word in (RESIDENT, '泡沫字', '居民'))


def _ring(name: str) -> None:
    cloudwatch = aws_clients.client('cloudwatch')
    cloudwatch.put_metric_alarm(
        AlarmName=f'weilin-test-{name}', MetricName='m', Namespace='n', Period=60, EvaluationPeriods=1, Threshold=1,
        Statistic='Sum', ComparisonOperator='GreaterThanThreshold',
    )  # fmt: skip
    cloudwatch.set_alarm_state(AlarmName=f'weilin-test-{name}', StateValue='ALARM', StateReason='a test')


@pytest.mark.parametrize('said', ('UPDATE_ROLLBACK_COMPLETE', 'UPDATE_FAILED', 'DELETE_FAILED'))
def test_a_stack_that_is_not_whole(
    stage: datetime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setattr(Stack, 'status', said)
    assert seen(capsys)[:2] == (1, f'One thing needs a person: the stack is {said}.')


def alarm(now: datetime) -> None:
    _ring('sweep-silent')


def dead_letter(now: datetime) -> None:
    sqs = aws.client('sqs')
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=full_name('media', '-dead'))['QueueUrl'], MessageBody='{}')


def missing_queue(now: datetime) -> None:
    sqs = aws.client('sqs')
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=full_name('sends'))['QueueUrl'])


def overdue_by_days(now: datetime) -> None:
    waits(now - timedelta(days=4), timedelta(hours=1))
    chased(now)


def deadline_not_worked(now: datetime) -> None:
    storage.commit(lambda tx: deadlines.set(tx, 'chase', 'a#b', now - 6 * MINUTE) and None)


def alert_that_fails(now: datetime) -> None:
    Alert(
        f'unit.{HOME}', 'x', mark='m', about='a', level='first', unit=HOME, told=HOME, since=now, due_at=now,
        told_at=now - 9 * MINUTE, failures=2,
    ).save()  # fmt: skip


def no_secrets(now: datetime) -> None:
    aws.client('ssm').delete_parameter(Name=settings.account_parameter(ACCOUNT))


def refused_address(now: datetime) -> None:
    events.keep_refused_address(ACCOUNT, '192.0.2.7', now - 5 * MINUTE)


def unreadable(now: datetime) -> None:
    events.keep_unreadable(ACCOUNT, b'<xml>', now - 5 * MINUTE)


@pytest.mark.parametrize(
    ('wrong', 'about', 'said'),
    (
        (alarm, 'alarms', '1 alarms ring'),
        (dead_letter, 'queue media', '1 dead letters in media (ops.dead_letters)'),
        (missing_queue, 'queue sends', 'the queue sends is missing'),
        (overdue_by_days, 'residents', 'a resident waits 3 days past the time she was told'),
        (deadline_not_worked, 'deadlines', 'what is due is not worked off (sweep)'),
        (alert_that_fails, 'alerts', 'staff of 1 units are not reached'),
        (no_secrets, 'accounts', '1 accounts have no secrets'),
        (refused_address, 'WeChat said', 'WeChat refuses our address 192.0.2.7'),
        (unreadable, 'unreadable', 'messages could not be read'),
    ),
)
def test_one_thing_that_needs_a_person(
    stage: datetime, capsys: pytest.CaptureFixture[str], wrong: Any, about: str, said: str
) -> None:
    wrong(stage)
    done, sentence, lines = seen(capsys)
    assert (done, sentence) == (1, f'One thing needs a person: {said}.')
    assert lines[about]['state'] == 'look'


@pytest.mark.parametrize(
    ('today', 'todo'),
    (
        ('2026-11-30', ''),
        ('2026-12-01', 'the holidays of 2027 are not known'),
        ('2027-01-04', 'the holidays of 2027 are not known'),
    ),
)
def test_from_december_on_the_holidays_of_the_next_year_are_wanted(
    monkeypatch: pytest.MonkeyPatch, today: str, todo: str
) -> None:
    monkeypatch.setattr(holidays, 'known_until', lambda: date(2026, 12, 31))
    (line,) = status_lines._holidays(datetime.fromisoformat(f'{today}T00:30+08:00'))
    assert line.words.startswith('known until 2026-12-31')
    assert (line.state, line.todo) == ('look' if todo else 'fine', todo)
    assert ('raise chinesecalendar in requirements.txt, and deploy' in line.words) is bool(todo)


def test_what_passes_by_itself_needs_nobody(stage: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    waits(stage - 30 * MINUTE, 10 * MINUTE)  # late, and being chased
    events.keep_refused_address(ACCOUNT, '192.0.2.7', stage - timedelta(hours=5))
    storage.commit(lambda tx: deadlines.set(tx, 'chase', 'a#b', stage - 2 * MINUTE) and None)
    chased(stage - 4 * MINUTE)
    assert seen(capsys)[:2] == (0, 'Nothing needs a person.')


def test_a_store_that_is_silent_needs_somebody_and_the_rest_is_told(
    stage: datetime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any) -> Any:
        raise storage.Unavailable('ConnectTimeoutError')

    monkeypatch.setattr(alliance, 'units', silent)
    credentials.forget()
    done, sentence, lines = seen(capsys)
    assert (done, sentence) == (1, 'One thing needs a person: no answer about residents.')
    assert lines['residents']['words'] == 'no answer (Unavailable)'
    assert lines['alarms']['state'] == 'fine'
