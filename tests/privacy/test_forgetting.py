"""A resident leaves or asks to be forgotten: nothing of hers stays, whoever dies meanwhile, and nothing newer goes."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient

from chalicelib import storage
from chalicelib.inbox import actions as inbox_actions
from chalicelib.inbox import belonging, erasing, objects, searching
from chalicelib.inbox.changing import Gone, change
from chalicelib.inbox.records import Conversation, Home, Message
from chalicelib.privacy import forgetting
from chalicelib.privacy.records import Forgotten, Read
from chalicelib.privacy.rules import hashed
from chalicelib.residents import actions as residents
from chalicelib.residents.records import Resident
from tests.door import HOME
from tests.privacy.conftest import ID, WORDS, Life, everything, files, restore, traces


def ledger() -> Forgotten:
    (entry,) = Forgotten.scan()
    return entry


def test_a_resident_who_left_is_found_nowhere_afterwards(life: Life) -> None:
    assert len(traces()) > 3
    life.leaves()
    assert life.run() == {'done': 1}
    assert traces() == []
    entry = ledger()
    assert (entry.resident, entry.why, entry.ended_at) == (hashed(ID), 'left', life.now)
    assert (entry.messages, entry.files) == (7, 5)
    assert [read.resident for read in Read.scan()] == [hashed(ID)]


def test_what_she_said_is_not_found_any_more(life: Life) -> None:
    def found() -> int:
        return len(searching.lines([HOME], searching.wanted(WORDS), life.now, life.now).finds)

    assert found() > 2  # her words, a note, an answer
    life.leaves()
    assert life.run() == {'done': 1}
    assert found() == 0


def test_her_kept_answer_is_withdrawn_and_nobody_sees_her_on_a_list_as_soon_as_she_leaves(life: Life) -> None:
    (kept,) = life.conversation.kept
    life.leaves()
    found, line = life.conversation, Message.get(ID, kept.key)
    assert (found.kept_count, found.recent_unit, found.window_left) == (0, None, 0)
    assert (line.state, line.error) == ('withdrawn', '居民已取消关注')


class Killed(BaseException):
    """The function is stopped."""


class Deaths:
    """Stops the process at its n-th write, before or after the store has carried it out."""

    WRITES = frozenset({'TransactWriteItems', 'PutItem', 'UpdateItem', 'DeleteItem', 'DeleteObjects'})

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left, self.carried_out, send = 0, False, BaseClient._make_api_call

        def call(client: Any, operation: str, asked: Any) -> Any:
            self.left -= operation in self.WRITES
            dies = self.left == 0 and operation in self.WRITES
            if dies and not self.carried_out:
                raise Killed
            answer = send(client, operation, asked)
            if dies:
                raise Killed
            return answer

        monkeypatch.setattr(BaseClient, '_make_api_call', call)

    def kill_at(self, write: int, carried_out: bool) -> None:
        self.left, self.carried_out = write, carried_out

    def never(self) -> None:
        self.left = 0


@pytest.mark.parametrize('carried_out', [False, True])
def test_a_run_killed_at_any_write_goes_on_to_the_same_end(
    life: Life, monkeypatch: pytest.MonkeyPatch, carried_out: bool
) -> None:
    monkeypatch.setattr(erasing, 'PAGE', 2)
    monkeypatch.setattr(forgetting, 'PAGES', 2)
    life.leaves()
    before, began = everything(), life.now
    deaths = Deaths(monkeypatch)
    for write in range(1, 30):
        deaths.kill_at(write, carried_out)
        survived = True
        for _ in range(6):
            try:
                life.run()
            except Killed:
                survived = False
                deaths.never()
        deaths.never()
        assert traces() == [], write
        assert (ledger().messages, ledger().why) == (7, 'left'), write
        if survived:
            break
        restore(before)
        life.now = began
    assert 8 < write < 29  # pages, files and ends were all met


def test_files_go_before_the_lines_that_name_them(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    life.leaves()
    deaths = Deaths(monkeypatch)
    deaths.kill_at(1, carried_out=True)
    with pytest.raises(Killed):
        life.run()
    deaths.never()
    assert [name for name in files() if name.startswith('in/')] == []
    assert any(line.media for line in Message.query(ID))


def test_what_she_wrote_after_coming_back_in_the_middle_stays(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, 'PAGE', 2)
    monkeypatch.setattr(forgetting, 'PAGES', 1)
    life.leaves()
    life.run()
    life.comes_back()
    life.writes(text='我又回来了', waits=True)
    life.sends_photo()
    for _ in range(10):
        life.run()
    found = life.conversation
    assert [line.text or line.kind for line in Message.query(ID) if line.way == 'in'] == [
        'follow',
        '我又回来了',
        'image',
    ]
    assert (found.followed, found.waiting_unit, found.recent_unit) == (True, found.unit, found.unit)
    assert (found.remark, found.forget_at, found.forget_asked_at) == ('', None, None)
    assert WORDS not in str(found.to_simple_dict())
    assert len(files()) == 2
    assert ledger().why == 'left'


def test_coming_back_while_something_is_open_goes_on_with_the_thread(life: Life) -> None:
    life.writes(text='还有一件事', waits=True)
    life.leaves()
    life.run()
    life.comes_back()
    life.run(timedelta(days=31))
    assert life.conversation.waiting_unit
    assert WORDS in [line.text for line in Message.query(ID)]
    assert list(Forgotten.scan()) == []


def test_what_is_open_stays_until_it_is_closed(life: Life) -> None:
    life.writes(text='还有一件事', waits=True)
    life.leaves()
    life.run(timedelta(days=3))
    assert life.conversation.waiting_unit
    life.is_noted('她搬走了')
    life.is_closed()
    life.run()
    assert traces() == []
    assert '她搬走了' not in str(everything())


def test_what_is_still_open_after_thirty_days_goes_too(life: Life) -> None:
    life.writes(text='还有一件事', waits=True)
    life.leaves()
    life.run(timedelta(days=29))
    assert life.conversation.waiting_unit
    life.run(timedelta(days=2))
    assert traces() == []


def test_one_who_asks_and_follows_keeps_what_is_newer_than_her_asking(life: Life) -> None:
    life.asks_to_be_forgotten()
    life.later(timedelta(seconds=5))
    life.writes(text='路灯坏了', waits=True)
    assert life.run() == {'done': 2}  # forgotten; and her clerk is told of the new line
    found = life.conversation
    assert [line.text for line in Message.query(ID)] == ['路灯坏了']
    assert (found.last_text, found.remark, found.kept_count) == ('路灯坏了', '', 0)
    assert (found.waiting_unit, found.recent_unit) == (found.unit, found.unit)
    assert WORDS not in str(everything())
    assert files() == []
    assert (ledger().why, ledger().messages) == ('asked', 7)


def test_one_who_asked_and_wrote_nothing_since_is_on_no_list(life: Life) -> None:
    label = life.conversation.label
    life.asks_to_be_forgotten()
    life.run()
    found = life.conversation
    assert (found.label, found.last_text, found.recent_unit, found.followed) == (label, '', None, True)
    assert list(Message.query(ID)) == []


def test_a_line_that_is_being_sent_is_waited_for(life: Life) -> None:
    life.leaves()
    found = life.conversation
    found.calling = [{'key': '1#a#1', 'until': life.now + timedelta(minutes=3), 'attempts': 0}]
    found.save()
    life.run()
    assert life.conversation.forget_at == life.now + timedelta(minutes=1)
    life.run()
    assert traces() == []


def test_a_note_written_while_she_is_forgotten_is_refused(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = life.conversation
    life.leaves()
    life.run()
    monkeypatch.setattr(Life, 'conversation', seen)
    with pytest.raises(Gone):
        life.is_noted(WORDS)
    assert traces() == []


def test_somebody_else_is_not_touched(life: Life) -> None:
    other = Life(life.now, openid='oNeighbour0000000000000001')
    other.writes(text='我家也是', waits=True)
    other.sends_photo()
    life.leaves()
    life.run()
    assert other.conversation.waiting_unit
    assert len(list(Message.query(other.id))) == 2
    assert len(list(objects.under('in', other.id))) == 2


def test_a_deadline_that_is_not_hers_any_more_erases_nothing(life: Life) -> None:
    life.leaves()
    life.conversation.update([Conversation.forget_key.set('2026-01-01T00:00:00.000000Z#forget#other')])
    assert life.run() == {'doubted': 1}
    assert len(list(Message.query(ID))) > 5


@pytest.mark.parametrize('how', ['leaves', 'asks_to_be_forgotten'])
def test_who_she_is_and_where_she_lives_goes_too(life: Life, how: str) -> None:
    def moves(fresh: Conversation) -> list[storage.Write]:
        belonging.lives(fresh, '370202001002', belonging.HERSELF)
        belonging.does_not_live(fresh, '370202001001')
        fresh.homes, fresh.for_whom = [Home(label='我妈家', unit='370202001002')], '我妈家'
        return []

    change(life.conversation, moves, life.now)
    told = {'name': WORDS, 'building': '', 'door': '', 'phone': ''}
    residents.tell(life.conversation, told, None, life.now)
    assert Resident.get(ID).name['text'] == WORDS
    getattr(life, how)()
    life.run()
    assert list(Resident.scan()) == []
    left = inbox_actions.conversation(ID)
    if left:
        assert (left.home_unit, left.home_by, left.known_until) == (HOME, 'account', None)
        assert (list(left.homes), list(left.not_home), left.for_whom) == ([], [], None)
