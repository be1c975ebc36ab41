"""What deadlines rely on in their store, the store in memory that most of their tests use, and what a run costs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from pynamodb.exceptions import TransactWriteError

from chalicelib import storage
from chalicelib.deadlines import actions, jobs, records, rules
from chalicelib.deadlines.records import Deadline
from tests.conftest import NOW
from tests.deadlines.histories import Owner
from tests.deadlines.machine import tell
from tests.deadlines.random_writes import tell_random_writes
from tests.memory_store import Memory
from tests.store_faults import Wire

MINUTE = timedelta(minutes=1)


def set_all(ids: list[str], minutes: int) -> None:
    with Deadline.batch_write() as batch:
        for id in ids:
            key = rules.key('kind', id, NOW + minutes * MINUTE)
            batch.save(Deadline(rules.shard(id), key, key=key, mark='0'))


def finish(deadline: Deadline, now: object) -> None:
    storage.commit(lambda tx: actions.done(tx, deadline))


def run() -> dict[str, int]:
    return jobs.run({'kind': finish}, NOW, 600)


@pytest.fixture
def owners(store: None) -> None:
    Owner.create_table(wait=True, billing_mode='PAY_PER_REQUEST')


@pytest.mark.usefixtures('owners')
class TestStore:
    @pytest.mark.parametrize('seed', range(3))
    def test_the_store_in_memory_is_its_equal(self, seed: int) -> None:
        told = tell_random_writes(seed)
        memory = Memory([Deadline, Owner])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(BaseClient, '_make_api_call', lambda *asked: memory(*asked))
            assert tell_random_writes(seed) == told
        assert {'written', 'Conflict'} <= {word for word in told if isinstance(word, str)}

    def test_more_than_a_page_is_read_oldest_first(self) -> None:
        ids = [f'{number}' for number in range(1300) if rules.shard(f'{number}') == 0]
        assert len(ids) > 2 * records.PAGE
        for minutes, id in enumerate(ids):
            set_all([id], -minutes)
        set_all(['later'], 1)
        assert [row.id for row in records.due(0, NOW)] == ids[::-1]
        assert run() == {'done': len(ids)}

    def test_two_writes_on_one_row_are_refused(self) -> None:
        """Why a move to the same time writes nothing, and why a handler sets and never moves."""
        key = rules.key('kind', 'a', NOW)

        def both(tx: storage.Transaction) -> None:
            actions.clear(tx, key)
            actions.set(tx, 'kind', 'a', NOW)

        with pytest.raises(TransactWriteError):
            storage.commit(both)


@pytest.fixture
def real_owners(real_store: None) -> None:
    Owner.create_table(wait=True, billing_mode='PAY_PER_REQUEST')


@pytest.mark.usefixtures('real_owners')
class TestTheLocalAWS:
    def test_a_hundred_histories(self) -> None:
        tally = tell(None, 100, steps=30)
        assert {'fired', 'overtaken', 'dropped'} <= set(tally), tally

    def test_requests_depend_on_what_is_due_and_not_on_what_exists(self, capacity: list[Any]) -> None:
        cost: list[object] = []
        for existing in (0, 1_000, 9_000):
            set_all([f'{existing} {number}' for number in range(existing)], 60)
            capacity.clear()
            wire = Wire()
            assert run() == {}
            idle = wire.requests(), sum(capacity)
            set_all([f'{number}' for number in range(100)], 0)
            wire.sent.clear()
            capacity.clear()
            assert run() == {'done': 100}
            cost.append((idle, dict(wire.sent), sum(capacity)))
        # Half a unit for an empty page and two for a row taken away; a handler that moves a state adds its own.
        assert cost == [((8, 4.0), {'Query': 8, 'TransactWriteItems': 100}, 204.0)] * 3

    def test_two_runs_side_by_side_do_everything_once(self) -> None:
        set_all([f'{number}' for number in range(200)], 0)
        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(lambda _: run(), range(2))
        assert first['done'] + second['done'] == 200
        assert not list(Deadline.scan())


@pytest.fixture
def capacity(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The units each request has cost."""
    units: list[float] = []
    real: Callable[..., dict[str, Any]] = BaseClient._make_api_call

    def call(*asked: Any) -> dict[str, Any]:
        answer = real(*asked)
        of = answer.get('ConsumedCapacity', [])
        units.extend(each['CapacityUnits'] for each in (of if isinstance(of, list) else [of]))
        return answer

    monkeypatch.setattr(BaseClient, '_make_api_call', call)
    return units
