"""What the log says of a resident's message from the door to the answer, and that it names and quotes nobody."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

import app
from chalicelib import aws, pseudonym, settings
from chalicelib.chat import converse
from chalicelib.desk import access
from chalicelib.inbox import fetching
from chalicelib.logs import FunctionFailed
from chalicelib.wechat import client
from tests.door import ACCOUNT, CLERK, HOME, RESIDENT, SECRETS, Door
from tests.house import House
from tests.late import outage
from tests.late import waiting as letters
from tests.log_reading import Written, written
from tests.rules.conftest import Visitor

TEXT = '楼道灯不亮'
MINUTE = timedelta(minutes=1)
PHOTO = (Path(__file__).parents[1] / 'fixtures' / 'media' / 'photo.jpg').read_bytes()


@pytest.fixture
def lines() -> Iterator[Written]:
    with written() as lines:
        yield lines


def jobs(queue: str) -> list[str]:
    found = aws.client('sqs').receive_message(QueueUrl=settings.queue_url(queue), MaxNumberOfMessages=10)
    return [message['Body'] for message in found.get('Messages', [])]


def work(function: str, *bodies: str) -> None:
    """As Lambda does, each job in an invocation of its own."""
    with Client(app.app) as lambdas:
        for body in bodies:
            lambdas.lambda_.invoke(function, lambdas.events.generate_sqs_event([body], function))


def personal(house: House) -> tuple[str, ...]:
    return house.id.partition('#')[2], TEXT, '今晚师傅过去看', SECRETS['secret'], SECRETS['token'], SECRETS['aes_key']


def our(lines: Written) -> list[dict[str, Any]]:
    return [line for line in lines.lines if 'logger' not in line]


# From the door to the answer


def test_one_resident_from_her_message_to_the_answer(house: House, lines: Written) -> None:
    house.world.send_image('lin', ACCOUNT, PHOTO)
    house.world.wait_idle(20)
    work('fetch_media', *jobs('media'))
    house.later(60 * MINUTE)
    house.reply('今晚师傅过去看')
    told = our(lines)
    assert [line['message'] for line in told] == ['message kept', 'media settled', 'line sent']
    assert {line['resident'] for line in told} == {pseudonym.short(house.id)}
    kept, settled, _ = told
    assert kept['trace'] == settled['trace'] == kept['request'] != settled['request']
    for word in personal(house):
        assert word not in '\n'.join(lines.text)


def test_the_pseudonym_is_the_beginning_of_what_the_ledgers_have(house: House) -> None:
    from chalicelib.privacy import rules

    assert rules.hashed(house.id).startswith(pseudonym.short(house.id))
    assert len(pseudonym.short(house.id)) == 16


def test_what_comes_late_goes_on_with_its_trace(door: Door, lines: Written) -> None:
    with outage():
        door.say(TEXT)
    (letter,) = letters()
    work('receive_late', letter['Body'])
    queued, kept = lines.said('not stored, queued as late')[0], lines.said('message kept')[0]
    assert kept['late'] is True
    assert queued['trace'] == queued['request'] == kept['trace'] != kept['request']
    assert queued['resident'] == kept['resident'] == pseudonym.short(f'{ACCOUNT}#{RESIDENT}')


def test_a_letter_from_before_there_were_traces_comes_in(door: Door, lines: Written) -> None:
    with outage():
        door.say(TEXT)
    (letter,) = letters()
    old = json.loads(letter['Body'])
    del old['trace']
    work('receive_late', json.dumps(old))
    (kept,) = lines.said('message kept')
    assert kept['trace'] == kept['request']


def test_a_schedule_names_the_resident_whose_deadline_fails(
    house: House, lines: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.says(TEXT)
    house.later(2 * MINUTE)

    def broken(*_: object) -> None:
        raise ValueError(f'{house.id} {TEXT}')

    monkeypatch.setitem(app.DEADLINES, 'chase', broken)
    house.sweep()
    (failed,) = lines.said('a deadline failed')
    assert failed['resident'] == pseudonym.short(house.id)
    assert failed['exception'][0]['type'] == 'builtins.ValueError'
    assert 'resident' not in lines.said('deadlines worked')[0]
    for word in personal(house):
        assert word not in '\n'.join(lines.text)


# When things fail


class Loud(Exception):
    """As a library raises it: with everything in its text."""

    def __init__(self) -> None:
        super().__init__(f'{ACCOUNT}#{RESIDENT} {CLERK} {TEXT} access_token=88_abc secret={SECRETS["secret"]}')


def loud(*_: object, **__: object) -> Any:
    raise Loud


def quiet(text: str) -> bool:
    return not any(word in text for word in (RESIDENT, CLERK, TEXT, '88_abc', SECRETS['secret'], SECRETS['token']))


def nothing_said(lines: Written) -> None:
    assert lines.text
    for line in lines.text:
        assert quiet(json.dumps(json.loads(line), ensure_ascii=False)), line


@pytest.mark.parametrize('operation', ('Query', 'GetItem', 'TransactWriteItems', 'UpdateItem', 'Scan', 'PutItem'))
def test_a_door_whose_store_fails_says_nothing_of_her(door: Door, lines: Written, operation: str) -> None:
    with outage(loud) as wire:
        wire.faults = {operation: wire.faults[operation]}
        door.post(door.xml('text', Content=TEXT))
        door.post(door.xml('image', MediaId='m1', PicUrl='http://pic'))
    nothing_said(lines)


def test_a_late_letter_that_fails_says_nothing_of_her(door: Door, lines: Written) -> None:
    with outage():
        door.say(TEXT)
    (letter,) = letters()
    with outage(loud), pytest.raises(Exception, match=r'^Loud$'):
        work('receive_late', letter['Body'])
    nothing_said(lines)


@pytest.mark.parametrize(
    ('function', 'broken'), (('fetch_media', (fetching, 'fetch')), ('send_kept', (client, 'client_for')))
)
def test_a_worker_that_fails_tells_lambda_the_kind_only(
    door: Door, lines: Written, monkeypatch: pytest.MonkeyPatch, function: str, broken: tuple[Any, str]
) -> None:
    """Lambda writes the text of what ends a function into the log by itself."""
    monkeypatch.setattr(*broken, loud)
    monkeypatch.setattr('chalicelib.inbox.sending.send_kept', loud)
    with pytest.raises(FunctionFailed) as ended:
        work(function, json.dumps({'conversation': f'{ACCOUNT}#{RESIDENT}', 'key': '1#2', 'trace': 'first'}))
    assert str(ended.value) == 'Loud'
    assert ended.value.__cause__ is None
    assert ended.value.__suppress_context__
    (failed,) = lines.said('a function failed')
    assert failed['exception'][0]['type'].endswith('.Loud')
    assert failed['exception'][0]['frames'][-1].endswith(' loud')
    nothing_said(lines)


def test_a_schedule_that_fails_tells_lambda_the_kind_only(
    door: Door, lines: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('chalicelib.deadlines.jobs.run', loud)
    with Client(app.app) as lambdas, pytest.raises(FunctionFailed, match=r'^Loud$'):
        lambdas.lambda_.invoke('sweep', lambdas.events.generate_cw_event('aws.events', 'Scheduled Event', {}, []))
    nothing_said(lines)


@pytest.mark.parametrize('path', ('/desk/c/{ref}', '/desk/c/{ref}/reply'))
def test_a_page_that_fails_says_nothing_of_her(
    door: Door, lines: Written, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    clerk = Visitor(door, HOME)
    clerk.secret = TEXT
    monkeypatch.setattr(access, 'log_read', loud)
    monkeypatch.setattr('chalicelib.desk.answering.send', loud)
    answer = clerk.visit('POST' if path.endswith('reply') else 'GET', path)
    assert answer.status_code == 500
    (failed,) = lines.said('a staff page failed')
    assert failed['resident'] == pseudonym.short(f'{ACCOUNT}#{RESIDENT}')
    nothing_said(lines)


def test_a_view_nobody_guards_says_nothing_either(door: Door, lines: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('chalicelib.web.pages.file', loud)
    assert door.client.http.get('/static/style.css').status_code == 500
    (failed,) = lines.said('Caught exception for path')
    assert failed['request']
    nothing_said(lines)


def test_an_answerer_that_fails_says_nothing_of_her(
    door: Door, lines: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converse, 'answerers', [loud, *converse.answerers])
    door.say(TEXT)
    (letter,) = letters()
    work('receive_late', letter['Body'])
    assert lines.said('failed on a late message')[0]['answerer'] == 'loud'
    nothing_said(lines)


@pytest.mark.parametrize('fault', ({'always': {'/cgi-bin/message/custom/send': 45015}}, {'api_down': True}))
def test_a_send_that_fails_names_the_resident_by_her_pseudonym(
    house: House, lines: Written, fault: dict[str, Any]
) -> None:
    house.says(TEXT)
    for name, value in fault.items():
        setattr(house.world.faults, name, value)
    house.reply('今晚师傅过去看')
    failed = [line for line in our(lines) if line['message'] in ('send refused', 'not sent, tried again later')]
    assert {line['resident'] for line in failed} == {pseudonym.short(house.id)}
    for word in personal(house):
        assert word not in json.dumps(lines.lines, ensure_ascii=False)
