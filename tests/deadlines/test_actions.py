"""Set, move, clear, done: on the caller's transaction."""

from datetime import timedelta

import pytest

from chalicelib import storage
from chalicelib.deadlines import actions, rules
from chalicelib.deadlines.records import Deadline
from tests.conftest import NOW
from tests.memory_store import Memory

LATER = NOW + timedelta(hours=1)
KEY, LATER_KEY = (rules.key('kind', 'a#b', at) for at in (NOW, LATER))


@pytest.fixture
def row(memory: Memory) -> Deadline:
    storage.commit(lambda tx: actions.set(tx, 'kind', 'a#b', NOW, {'rung': 1}))
    (row,) = memory.rows(Deadline)
    return row


def test_a_row_says_what_was_set(row: Deadline) -> None:
    assert (row.key, row.kind, row.id, row.due_at) == (KEY, 'kind', 'a#b', NOW)
    assert (row.shard, row.place, row.attempts, row.data) == (rules.shard('a#b'), KEY, 0, {'rung': 1})


def test_clear_takes_it_away_and_may_be_said_twice(memory: Memory, row: Deadline) -> None:
    for _ in range(2):
        storage.commit(lambda tx: actions.clear(tx, KEY))
        assert not memory.rows(Deadline)


def test_move_is_one_transaction_and_returns_the_new_key(memory: Memory, row: Deadline) -> None:
    before = memory.requests
    keys: list[str] = []
    storage.commit(lambda tx: keys.append(actions.move(tx, KEY, LATER)))
    assert memory.requests - before == 1
    assert keys == [moved.key for moved in memory.rows(Deadline)] == [LATER_KEY]


def test_a_move_to_the_same_time_writes_nothing(memory: Memory, row: Deadline) -> None:
    tx = storage.Transaction(connection=storage.connection())
    assert actions.move(tx, KEY, NOW) == KEY
    assert not tx._put_items + tx._delete_items


def test_a_move_to_the_same_time_with_other_data_writes_the_data(memory: Memory, row: Deadline) -> None:
    storage.commit(lambda tx: actions.move(tx, KEY, NOW, {'rung': 2}))
    assert [(found.key, found.data) for found in memory.rows(Deadline)] == [(KEY, {'rung': 2})]


def test_a_row_is_done_once(memory: Memory, row: Deadline) -> None:
    storage.commit(lambda tx: actions.done(tx, row))
    with pytest.raises(storage.Conflict):
        storage.commit(lambda tx: actions.done(tx, row))


def test_a_row_set_anew_is_not_the_one_that_was_read(memory: Memory, row: Deadline) -> None:
    storage.commit(lambda tx: actions.clear(tx, KEY))
    storage.commit(lambda tx: actions.set(tx, 'kind', 'a#b', NOW))
    for write in (lambda: storage.commit(lambda tx: actions.done(tx, row)), lambda: actions.drop(row)):
        with pytest.raises(storage.Conflict):
            write()
    assert [found.key for found in memory.rows(Deadline)] == [KEY]


def test_a_deadline_carries_little(memory: Memory) -> None:
    tx = storage.Transaction(connection=storage.connection())
    with pytest.raises(ValueError, match='carries little'):
        actions.set(tx, 'kind', 'a', NOW, 'x' * 600)
