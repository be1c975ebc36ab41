"""`python -m ops.forget`: one resident on request, and all of them again after a restore."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.inbox.records import Conversation, Message
from chalicelib.privacy.records import Forgotten
from ops import forget
from tests.door import ACCOUNT, RESIDENT
from tests.privacy.conftest import ID, WORDS, Life, everything, files, restore, traces


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
