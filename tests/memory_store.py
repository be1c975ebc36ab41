"""DynamoDB in dictionaries: what PynamoDB asks of it, fast enough for thousands of histories.

`tests/contract/test_memory_store.py` proves it equal to moto and to the local AWS. It stands where botocore would call,
so PynamoDB's own work is done. Unlike them it can lag by the last write: queries, as DynamoDB's may that are not
consistent; or single reads, as DynamoDB's may for the milliseconds in which a transaction is carried out. And it can be
met with faults, or with another writer, before any request.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from chalicelib import settings
from chalicelib.storage import Record
from tests.expressions import Invalid
from tests.memory_reads import Reads
from tests.memory_tables import Table
from tests.memory_writes import Cancelled, Unmet, Writes

REFUSED = {
    Unmet: 'ConditionalCheckFailedException',
    Cancelled: 'TransactionCanceledException',
    Invalid: 'ValidationException',
}


@contextmanager
def installed(patch: pytest.MonkeyPatch, models: Iterable[type[Record]]) -> Iterator['Memory']:
    """The product stands on it; `patch` is the test's `environment`, or any that is undone in time."""
    from tests.conftest import drop_clients

    memory = Memory(models)
    patch.setattr(BaseClient, '_make_api_call', lambda *asked: memory(*asked))
    yield memory
    drop_clients()  # made outside moto, and of no use to the tests that stand on it


class Memory(Reads, Writes):
    """`lags`: '' | 'Query' | 'GetItem', what answers as before the last write."""

    def __init__(self, models: Iterable[type[Record]]) -> None:
        self.tables = {settings.table_name(model.Meta.table): Table(model) for model in models}
        self.sent: Counter[str] = Counter()
        self._faults: dict[str, list[Callable[[], object]]] = {}
        self._failures: dict[int, tuple[bool, BaseException | None]] = {}
        self._lock = Lock()
        self.empty()

    def empty(self) -> None:
        for table in self.tables.values():
            table.empty()
        self.before, self.lags = {}, ''

    @property
    def requests(self) -> int:
        return self.sent.total()

    def rows(self, model: type[Record]) -> list[Any]:
        return [model.from_raw_data(item) for item in self.tables[settings.table_name(model.Meta.table)].rows.values()]

    def meet(self, operation: str, *faults: Callable[[], object]) -> None:
        """Meet the next requests of this operation with these, one each: faults of `tests.store_faults`, which refuse
        them, or what else happens before, as another writer's transaction."""
        self._faults.setdefault(operation, []).extend(faults)

    def fail_after(self, requests: int, applied: bool = False, by: BaseException | None = None) -> None:
        """The request that comes after so many has no answer; `applied`: though it was carried out. `by` says how,
        for instance a process's death, which nobody catches."""
        self._failures[self.requests + requests + 1] = applied, by

    def __call__(self, client: object, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """In the place of botocore's `BaseClient._make_api_call`."""
        with self._lock:
            self.sent[operation] += 1
            applied, by = self._failures.pop(self.requests, (None, None))
            fault = self._faults[operation].pop(0) if self._faults.get(operation) else None
        refused: Any = fault() if fault else None
        if refused:
            raise ClientError(refused[1], operation)
        if applied is False:
            raise by or EndpointConnectionError(endpoint_url='http://store')
        answer = self._carry_out(operation, asked)
        if applied:
            raise by or ReadTimeoutError(endpoint_url='http://store')
        return answer

    def _carry_out(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            try:
                answer: dict[str, Any] = getattr(self, f'_{operation}')(asked)
            except tuple(REFUSED) as refusal:
                raise _error(refusal, operation) from None
        return answer

    def _DescribeTable(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = asked['TableName']
        if name not in self.tables:
            raise ClientError({'Error': {'Code': 'ResourceNotFoundException', 'Message': name}}, 'DescribeTable')
        return {'Table': {'TableName': name, 'TableStatus': 'ACTIVE'}}


def _error(refusal: Exception, operation: str) -> ClientError:
    response: dict[str, Any] = {'Error': {'Code': REFUSED[type(refusal)], 'Message': str(refusal)}}
    if isinstance(refusal, Unmet) and refusal.kept:
        response['Item'] = refusal.kept
    if isinstance(refusal, Cancelled):
        response['CancellationReasons'] = refusal.reasons
    return ClientError(response, operation)
