"""The room of deadlines on a store in memory, which is fast enough for thousands of histories."""

from collections.abc import Iterator

import pytest

from chalicelib.deadlines.records import Deadline
from tests.deadlines.desk import Desk
from tests.deadlines.histories import Owner
from tests.memory_store import Memory, installed


@pytest.fixture
def memory(environment: pytest.MonkeyPatch) -> Iterator[Memory]:
    with installed(environment, [Deadline, Owner]) as memory:
        yield memory


@pytest.fixture
def desk(memory: Memory) -> Desk:
    return Desk(memory)
