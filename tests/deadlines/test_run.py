"""One run: whom it calls, in which order, and when it stops."""

import functools
import itertools
from datetime import timedelta

import pytest

from chalicelib.deadlines import rules
from tests.conftest import NOW
from tests.deadlines.desk import Desk

MINUTE = timedelta(minutes=1)


def test_what_is_due_is_called_once_and_what_is_not_waits(desk: Desk) -> None:
    desk.set('late', NOW - MINUTE)
    desk.set('now')
    desk.set('soon', NOW + timedelta(microseconds=1))
    assert desk.run() == {'done': 2}
    assert desk.run() == {}
    assert sorted(desk.called) == ['late', 'now']
    assert [row.id for row in desk.rows()] == ['soon']


def test_nothing_due_costs_eight_requests_whatever_exists(desk: Desk) -> None:
    for number in range(500):
        desk.set(f'{number}', NOW + MINUTE)
    before = desk.memory.requests
    desk.run()
    assert desk.memory.requests - before == rules.SHARDS


def test_queues_take_turns_and_each_is_worked_oldest_first(desk: Desk) -> None:
    full = [f'{number}' for number in range(2000) if rules.shard(f'{number}') == 0][:120]  # several pages
    for age, id in enumerate(full):
        desk.set(id, NOW - age * MINUTE)
    others = [next(f'{n}' for n in itertools.count() if rules.shard(f'{n}') == shard) for shard in range(1, 8)]
    for id in others:
        desk.set(id)
    desk.run()
    assert desk.called[:8] == [full[-1], *others]
    assert desk.called[8:] == full[-2::-1]


def test_ten_thousand_due_at_once_are_worked_off_over_several_runs(desk: Desk) -> None:
    for number in range(10_000):
        desk.set(f'{number}')
    runs = [desk.run(monotonic=functools.partial(next, itertools.count(0, 0.025))) for _ in range(6)]
    assert max(run['done'] for run in runs) <= 2000  # 50 seconds at 25 ms each
    assert sum(run['done'] for run in runs) == 10_000
    assert sorted(desk.called) == sorted(f'{number}' for number in range(10_000))


def test_a_run_takes_nothing_more_ten_seconds_before_its_end(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.set('a')
    desk.set('b')
    moments = iter([100.0, 149.9, 150.0])
    assert desk.run(monotonic=lambda: next(moments)) == {'done': 1}
    assert 'deadlines left for the next run' in caplog.text
    assert desk.run() == {'done': 1}


def test_what_a_handler_sets_for_now_comes_after_all_that_was_due(desk: Desk) -> None:
    """So that three who wait are one message: the alert is worked when all three have been told of."""
    for number in range(20):
        desk.set(f'{number}')
    desk.follows = {f'{number}': 'alert' for number in range(20)}
    assert desk.run(rounds=3) == {'done': 21}
    assert sorted(desk.called[:20]) == sorted(desk.follows)
    assert desk.called[20:] == ['alert']


def test_one_round_leaves_it_for_the_next_run(desk: Desk) -> None:
    desk.set('a')
    desk.follows = {'a': 'alert'}
    assert desk.run() == {'done': 1}
    assert desk.run() == {'done': 1}
    assert desk.called == ['a', 'alert']
