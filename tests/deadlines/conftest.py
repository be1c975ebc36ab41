"""The room of deadlines on a store in memory, which is fast enough for thousands of histories."""

from collections.abc import Iterator

import pytest
from botocore.client import BaseClient

from chalicelib.deadlines.records import Deadline
from tests.conftest import drop_clients
from tests.deadlines.desk import Desk
from tests.deadlines.histories import Owner
from tests.deadlines.memory_store import Memory


@pytest.fixture
def memory(environment: pytest.MonkeyPatch) -> Iterator[Memory]:
    memory = Memory([Deadline, Owner])
    environment.setattr(BaseClient, '_make_api_call', lambda *asked: memory(*asked))
    yield memory
    drop_clients()  # made outside moto, and of no use to the tests that stand on it


@pytest.fixture
def desk(memory: Memory) -> Desk:
    return Desk(memory)
