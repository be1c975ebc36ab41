"""A slot has its capacity, whoever asks and how many: here on the store in memory; the contract suite does it too."""

from datetime import timedelta

from chalicelib import clock
from tests.bookings.crowd import MANY, crowd, seats
from tests.bookings.shop import SATURDAY
from tests.conftest import NOW
from tests.memory_store import Memory

WEDNESDAY = (SATURDAY - timedelta(days=3)).replace(hour=9, minute=30)


def test_four_crews_are_four_bookings(memory: Memory) -> None:
    held, others = crowd('cleaning', SATURDAY, NOW)
    assert sorted(seats(held).values()) == [1, 1, 1, 1]
    assert len(held) + len(others) == MANY
    assert all(len(offered) == 3 and SATURDAY not in offered for offered in others)


def test_twenty_seats_are_twenty_bookings(memory: Memory) -> None:
    assert clock.beijing(WEDNESDAY).isoweekday() == 3
    held, others = crowd('class', WEDNESDAY, NOW)
    assert len(seats(held)) == len(held) == 20
    assert len(others) == MANY - 20
