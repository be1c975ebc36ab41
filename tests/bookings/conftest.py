"""The shop on the fake store, and on the one in memory for what takes thousands of steps."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from chalicelib.outreach import actions as outreach
from ops import tables
from tests.bookings.shop import furnish
from tests.memory_store import Memory, installed


@pytest.fixture
def shop(alliance: None, now: datetime) -> None:
    furnish(now)


@pytest.fixture
def memory(environment: pytest.MonkeyPatch, now: datetime) -> Iterator[Memory]:
    environment.setattr(outreach, 'deliver', lambda ids, now: None)  # another room's story
    with installed(environment, tables.models()) as memory:
        furnish(now, crews=2)
        yield memory
