"""`python -m ops.forget`: one resident on request, and all of them again after a restore."""

import json
from datetime import timedelta

import pytest

from chalicelib import aws, clock
from chalicelib.inbox.records import Conversation, Message
from chalicelib.privacy.records import Forgotten
from ops import dead_queues, forget
from tests.door import ACCOUNT, RESIDENT
from tests.privacy.conftest import ID, WORDS, Life, everything, files, restore, traces


@pytest.fixture(autouse=True)
def _one_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a second server of a queue."""
    monkeypatch.setattr(dead_queues, '_WAIT', 0)


def run(monkeypatch: pytest.MonkeyPatch, life: Life, *words: str) -> int:
    monkeypatch.setattr(clock, 'now', lambda: life.now)
    return forget.main(['--stage', 'test', *words])


@pytest.fixture
def again(life: Life, monkeypatch: pytest.MonkeyPatch):
    """Restored to a moment before she was forgotten; the operator names the day of the backup."""

    def erase() -> None:
        life.later(timedelta(days=1))
        assert run(monkeypatch, life, 'again', '--since', '2036-11-20') == 0

    return erase


@pytest.mark.parametrize('restored', [(), ('conversations',), ('messages',)])
def test_after_a_restore_one_who_left_is_forgotten_again(life: Life, again, restored: tuple[str, ...]) -> None:
    backup = everything()
    life.leaves()
    life.run()
    ledger = everything()['weilin-test-forgotten']
    restore(backup, *restored or ('conversations', 'messages', 'deadlines'))
    assert traces()
    again()
    assert [trace for trace in traces() if 'deadlines' not in trace] == []
    assert all(row in everything()['weilin-test-forgotten'] for row in ledger)


def test_after_a_restore_one_who_had_asked_loses_what_was_older_and_keeps_what_was_newer(life: Life, again) -> None:
    before = everything()
    life.asks_to_be_forgotten()
    life.run()
    life.writes(text='路灯坏了', waits=True)
    newer = everything()
    restore({name: [*rows, *newer[name]] for name, rows in before.items()}, 'messages')
    assert len(list(Message.query(ID))) > 5
    again()
    assert [line.text for line in Message.query(ID)] == ['路灯坏了']
    assert life.conversation.waiting_unit
    assert files() == []


def test_residents_who_were_never_forgotten_are_left_alone(life: Life, again, capsys) -> None:
    again()
    assert WORDS in str(everything())
    assert '0 came back' in capsys.readouterr().out


def test_one_is_erased_on_request_also_what_is_open(life: Life, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    life.writes(text='还有一件事', waits=True)
    life.later(timedelta(hours=1))
    assert run(monkeypatch, life, 'one', '--account', ACCOUNT, '--openid', RESIDENT) == 0
    assert (life.conversation.waiting_unit, life.conversation.remark) == (None, '')
    assert list(Message.query(ID)) == []
    assert files() == []
    (entry,) = Forgotten.scan()
    assert (entry.why, entry.messages) == ('asked', 7)
    told = capsys.readouterr().out
    assert '7 messages' in told
    assert RESIDENT not in told


def test_one_who_left_is_erased_on_request_without_a_row_left(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    life.writes(text='还有一件事', waits=True)
    life.leaves()
    life.later(timedelta(hours=1))
    run(monkeypatch, life, 'one', '--account', ACCOUNT, '--openid', RESIDENT)
    assert list(Conversation.scan()) == []
    assert [trace for trace in traces() if 'deadlines' not in trace] == []


def test_an_unknown_account_is_refused(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, life, 'one', '--account', 'nowhere', '--openid', RESIDENT) == 2
    assert WORDS in str(everything())


def test_her_dead_letters_go_with_her(life: Life, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    dead = dead_queues.DeadQueue('sends')
    for whose in (ID, f'{ACCOUNT}#oResident000000000000000002'):
        aws.client('sqs').send_message(QueueUrl=dead.url, MessageBody=json.dumps({'conversation': whose, 'key': '1#1'}))
    assert (
        run(monkeypatch, life, 'one', '--conversation', f'https://weilin.example/api/desk/c/{ACCOUNT}.{RESIDENT}') == 0
    )
    assert '1 dead letters' in capsys.readouterr().out
    assert [letter.job['conversation'] for letter in dead.look()] == [f'{ACCOUNT}#oResident000000000000000002']


@pytest.mark.parametrize(
    'words',
    [
        (),
        ('--account', ACCOUNT),
        ('--conversation', 'nothing'),
        ('--conversation', f'{ACCOUNT}.{RESIDENT}', '--openid', RESIDENT),
        ('--conversation', f'nowhere.{RESIDENT}'),
    ],
)
def test_nobody_is_forgotten_where_nobody_is_named(
    life: Life, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    assert run(monkeypatch, life, 'one', *words) == 2
    assert WORDS in str(everything())
