"""What a run does about what goes wrong, and what it says."""

import logging
from datetime import datetime, timedelta

import pytest

from chalicelib import storage
from chalicelib.deadlines import actions, jobs, rules
from chalicelib.deadlines.records import Deadline
from tests.conftest import NOW
from tests.deadlines.desk import Desk
from tests.store_faults import silent

MINUTE = timedelta(minutes=1)


def test_one_that_fails_waits_longer_each_time_and_stops_nobody(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    key = desk.set('a', data={'rung': 2})
    desk.fails['a'] = ValueError('no')
    desk.set('b')
    assert desk.run() == {'put_off': 1, 'done': 1}
    now, waited = NOW, []
    for _ in range(8):
        (row,) = desk.rows()
        assert (row.key, row.due_at, row.data) == (key, NOW, {'rung': 2})
        waited.append((rules.name(row.place).due_at - now) // MINUTE)
        now = rules.name(row.place).due_at
        assert desk.run(now - timedelta(seconds=1)) == {}
        assert desk.run(now) == {'put_off': 1}
    assert waited == [1, 2, 4, 8, 16, 32, 60, 60]
    alarms = [record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL]
    assert alarms == [f'a deadline keeps failing kind=kind attempts={attempts}' for attempts in (5, 6, 7, 8, 9)]


def test_an_unknown_kind_is_told_and_waits(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.set('a', kind='forgotten')
    assert desk.run() == {'put_off': 1}
    assert [(r.levelname, r.getMessage()) for r in caplog.records if r.levelno > logging.INFO] == [
        ('ERROR', 'a deadline has no handler kind=forgotten attempts=1')
    ]


def test_a_handler_that_finishes_nothing_has_failed(desk: Desk) -> None:
    desk.set('a')
    assert jobs.run({'kind': lambda deadline, now: None}, NOW, 60, lambda: 0) == {'put_off': 1}


def test_an_owner_that_disagrees_is_asked_twice(desk: Desk) -> None:
    desk.set('a')
    desk.fails['a'] = actions.Moot()
    assert desk.run() == {'doubted': 1}
    assert desk.run() == {}
    assert desk.run(NOW + MINUTE) == {'dropped': 1}
    assert not desk.rows()


def test_a_failure_after_the_state_has_moved_is_told_and_not_repeated(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    def handle(deadline: Deadline, now: datetime) -> None:
        storage.commit(lambda tx: actions.done(tx, deadline))
        raise ValueError('the world outside')

    desk.set('a')
    assert jobs.run({'kind': handle}, NOW, 60, lambda: 0) == {'overtaken': 1}
    assert 'a deadline failed after it was taken kind=kind' in caplog.text
    assert desk.run(NOW + MINUTE) == {}


def test_a_queue_that_cannot_be_read_stops_no_other(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.set('a')  # in shard 2
    desk.memory.meet('Query', silent)
    assert desk.run() == {'done': 1}
    assert 'deadlines not read shard=0 error=' in caplog.text


def test_a_row_set_anew_where_the_old_is_put_off_to_is_the_owners(desk: Desk) -> None:
    """While the handler fails, its owner sets another deadline for the very moment of the next attempt."""

    def handle(deadline: Deadline, now: datetime) -> None:
        desk.set('a', NOW + MINUTE)
        raise ValueError('no')

    desk.set('a')
    assert jobs.run({'kind': handle}, NOW, 60, lambda: 0) == {'overtaken': 1}
    assert sorted(row.key for row in desk.rows()) == [rules.key('kind', 'a', at) for at in (NOW, NOW + MINUTE)]
    assert desk.run(NOW + MINUTE) == {'done': 2}
