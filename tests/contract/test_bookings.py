"""Bookings on stores that are not ours: the same histories and crowds as in memory, and what each thing costs."""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from chalicelib.outreach import actions as outreach
from ops import tables
from tests.bookings.crowd import MANY, crowd, seats
from tests.bookings.machine import Shop, ends, holds
from tests.bookings.shop import SATURDAY, furnish
from tests.memory_store import installed

# `make test-long` tells all of them on the local AWS.
OPERATIONS = int(os.environ.get('WEILIN_BOOKING_OPERATIONS', '2000'))
WRITERS = 4


@pytest.fixture
def open_shop(environment: pytest.MonkeyPatch, now: datetime) -> Callable[[], None]:
    environment.setattr(outreach, 'deliver', lambda ids, now: None)  # another room's story
    return lambda: furnish(now, crews=2)


def test_a_hundred_operations(store: None, open_shop: Callable[[], None], now: datetime) -> None:
    """The two stores and the one in memory tell the same story, step by step."""
    told = []
    with pytest.MonkeyPatch.context() as patch, installed(patch, tables.models()):
        open_shop()
        told.append(tell(now))
    open_shop()
    told.append(tell(now))
    assert told[0] == told[1]
    assert {'gone', 'confirm', 'move', 'ticked'} <= set(told[0])


def tell(now: datetime) -> Counter[str]:
    shop = Shop(7, now)
    shop.play(100, lambda shop: None)
    holds(shop)
    return shop.tally


@pytest.mark.usefixtures('real_store')
class TestTheLocalAWS:
    def test_writers_side_by_side(self, open_shop: Callable[[], None], now: datetime) -> None:
        """Each with a clock of its own, which may be ahead of the others': what holds is looked at by the latest."""
        open_shop()
        shops = [Shop(seed, now) for seed in range(WRITERS)]
        for _ in range(OPERATIONS // (WRITERS * 50)):
            latest = max(shop.now for shop in shops)
            for shop in shops:
                shop.now = latest
            with ThreadPoolExecutor(WRITERS) as pool:
                list(pool.map(lambda shop: shop.play(50, lambda shop: None), shops))
            shops[0].now = max(shop.now for shop in shops)
            holds(shops[0])
        tally = sum((shop.tally for shop in shops), Counter())
        assert {'gone', 'confirm', 'move', 'NotNow', 'ticked'} <= set(tally), tally
        ends(shops[0])

    def test_two_hundred_want_one_slot(self, open_shop: Callable[[], None], now: datetime) -> None:
        open_shop()
        held, others = crowd('cleaning', SATURDAY, now)
        assert sorted(seats(held).values()) == [1, 1, 1, 1]
        assert len(held) + len(others) == MANY
        assert all(len(offered) == 3 and SATURDAY not in offered for offered in others)

    def test_two_hundred_want_twenty_seats(self, open_shop: Callable[[], None], now: datetime) -> None:
        open_shop()
        wednesday = (SATURDAY - timedelta(days=3)).replace(hour=9, minute=30)
        held, others = crowd('class', wednesday, now)
        assert len(seats(held)) == len(held) == 20
        assert len(others) == MANY - 20
