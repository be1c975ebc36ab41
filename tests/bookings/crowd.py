"""Two hundred residents who want the same slot in the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

from chalicelib.bookings import actions, making
from chalicelib.bookings.actions import Booker, TimeGone, Wish
from chalicelib.bookings.records import Booking
from chalicelib.services import actions as services
from tests.door import HOME

MANY = 200


def crowd(
    item_id: str, at: datetime, now: datetime, many: int = MANY
) -> tuple[list[Booking], list[tuple[datetime, ...]]]:
    """All of them at once; those who hold it, and what each loser was offered instead."""
    item = services.item(item_id)
    assert item
    wish = Wish(item_id, item.options[0].id, at, making.mark(item.options[0]))
    start = Barrier(many)

    def one(number: int) -> Any:
        start.wait()
        try:
            return actions.do(lambda: making.hold(wish, Booker(f'a#c{number}', HOME, 'oauth'), f'crowd{number}', now))
        except TimeGone as gone:
            return gone.nearest

    with ThreadPoolExecutor(many) as pool:
        came = list(pool.map(one, range(many)))
    return [one for one in came if isinstance(one, Booking)], [one for one in came if isinstance(one, tuple)]


def seats(held: list[Booking]) -> Counter[tuple[str, int]]:
    return Counter((one.crew, int(one.seat)) for one in held)
