"""The store in memory that models are tried on, and what it has to be equal to."""

import pytest
from pynamodb.exceptions import PutError

from tests.contract.days import Day
from tests.contract.store_random import Requests
from tests.memory_store import installed

ROUNDS = 100


@pytest.fixture
def days(store: None) -> None:
    Day.create_table(wait=True, billing_mode='PAY_PER_REQUEST')


@pytest.mark.usefixtures('days')
@pytest.mark.parametrize('seed', range(2))
def test_random_requests_come_to_the_same(seed: int, request: pytest.FixtureRequest) -> None:
    mixed = 'moto' not in request.node.callspec.id  # it says only what it met first
    told = Requests(seed, mixed).tell(ROUNDS)
    with pytest.MonkeyPatch.context() as patch, installed(patch, [Day]):
        for ours, theirs in zip(Requests(seed, mixed).tell(ROUNDS), told, strict=True):
            assert ours == theirs


@pytest.mark.usefixtures('days')
def test_a_cell_is_taken_out_of_its_map_and_an_empty_key_is_refused() -> None:
    def tell() -> list[object]:
        row = Day('a', '1', cells={'s36_1': 'x', 's37_1': 'y'})
        row.save()
        row.update([Day.cells['s36_1'].remove(), Day.cells['s40_1'].remove()])
        with pytest.raises(PutError) as refused:
            Day('', '1').save()
        return [row.cells.as_dict(), refused.value.cause_response_code]

    told = tell()
    with pytest.MonkeyPatch.context() as patch, installed(patch, [Day]):
        assert tell() == told == [{'s37_1': 'y'}, 'ValidationException']
