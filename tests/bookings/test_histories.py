"""Thousands of random steps, overtaken and cut off anywhere: nobody is booked twice, and nothing is lost."""

from collections import Counter
from datetime import datetime

import pytest

from tests.bookings.machine import Shop, ends
from tests.memory_store import Memory


@pytest.mark.parametrize('seed', range(40))
def test_ten_thousand_operations(memory: Memory, now: datetime, seed: int) -> None:
    shop = Shop(seed, now, memory)
    shop.play(250)
    ends(shop)
    SEEN.update(shop.tally)


def test_chance_has_tried_everything() -> None:
    assert {'gone', 'died', 'in between', 'NotNow', 'Gone', 'confirm', 'move', 'ticked'} <= set(SEEN), SEEN


SEEN: Counter[str] = Counter()
