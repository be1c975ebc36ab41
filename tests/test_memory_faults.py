"""The store in memory where it is unlike moto: what it lags by, what meets it, and where it is as strict as AWS."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pynamodb.exceptions import QueryError, TransactWriteError, UpdateError

from chalicelib import storage
from tests.contract.days import Day
from tests.memory_store import Memory, installed
from tests.store_faults import cancelled, silent


@pytest.fixture
def memory(environment: pytest.MonkeyPatch) -> Iterator[Memory]:
    with installed(environment, [Day]) as memory:
        yield memory


def seats() -> list[object]:
    return [row.seats for row in Day.query('a')]


def take(seat: int) -> None:
    """Read, and write on what was read."""
    row = Day.get('a', '1')
    row.seats = seat
    storage.commit(lambda tx: tx.save(row))


def test_a_query_or_a_read_lags_by_one_write(memory: Memory) -> None:
    Day('a', '1', seats=1).save()
    take(2)
    memory.lags = 'Query'
    assert seats() == [1]
    assert [row.seats for row in Day.query('a', consistent_read=True)] == [2]
    memory.lags = 'GetItem'
    assert (Day.get('a', '1').seats, seats()) == (1, [2])
    memory.lags = ''
    assert Day.get('a', '1').seats == 2


def test_another_writer_comes_between_the_read_and_the_write(memory: Memory) -> None:
    Day('a', '1', seats=1).save()
    memory.meet('TransactWriteItems', lambda: take(5))
    with pytest.raises(storage.Conflict):
        take(2)
    assert seats() == [5]
    take(2)
    assert seats() == [2]


@pytest.mark.parametrize(
    ('fault', 'error'), [(cancelled('TransactionConflict'), storage.Conflict), (silent, storage.Unavailable)]
)
def test_a_fault_meets_one_request_and_changes_nothing(
    memory: Memory, fault: Callable[[], object], error: type[Exception]
) -> None:
    Day('a', '1', seats=1).save()
    memory.meet('TransactWriteItems', fault)
    with pytest.raises(error):
        take(2)
    assert seats() == [1]
    take(2)
    assert seats() == [2]


@pytest.mark.parametrize(('applied', 'stands'), [(False, 1), (True, 2)])
def test_the_nth_request_has_no_answer(memory: Memory, applied: bool, stands: int) -> None:
    Day('a', '1', seats=1).save()
    memory.fail_after(1, applied=applied)  # the read passes
    with pytest.raises(storage.Unavailable):
        take(2)
    assert seats() == [stands]


def test_a_process_dies_at_a_request(memory: Memory) -> None:
    Day('a', '1', seats=1).save()
    memory.fail_after(1, by=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        take(2)
    assert seats() == [1]


def test_of_two_hundred_at_once_one_wins(memory: Memory) -> None:
    Day('a', '1', cells={}).save()
    free = Day.cells['s36_1'].does_not_exist()

    def book(number: int) -> bool:
        try:
            storage.commit(
                lambda tx: tx.update(
                    Day('a', '1'), [Day.cells['s36_1'].set(f'{number}')], free, add_version_condition=False
                )
            )
        except storage.Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(book, range(200))) == 1


class TestStricterThanMotoOrTheLocalAWS:
    """One or both let these pass; AWS refuses them as far as we know: it has not been asked."""

    def test_paths_overlap_in_a_transaction(self, memory: Memory) -> None:
        both = [Day.cells['s36_1'].set('x'), Day.cells.set({})]
        with pytest.raises(TransactWriteError):
            storage.commit(lambda tx: tx.update(Day('a', '1'), both, add_version_condition=False))

    def test_a_cell_of_no_map_is_removed(self, memory: Memory) -> None:
        Day('a', '1').save()
        with pytest.raises(UpdateError, match='invalid for update'):
            Day('a', '1').update([Day.cells['s36_1'].remove()], add_version_condition=False)

    def test_bounds_are_the_wrong_way_round(self, memory: Memory) -> None:
        with pytest.raises(QueryError, match='BETWEEN'):
            list(Day.query('a', Day.day.between('2', '1')))
