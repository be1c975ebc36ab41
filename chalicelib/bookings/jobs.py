"""What runs without a visitor for bookings: the handler of their deadline, and what alerts ask."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline

# What they need is loaded with the first deadline: the callback's cold start knows nothing of it.


def tick(deadline: 'Deadline', now: datetime) -> None:
    """Something happens to a booking by itself: a hold or an offer is over, a reminder is due."""
    from chalicelib.bookings import ticking

    ticking.work(deadline, now)


def still_open(about: str, level: str) -> bool:
    """Whether a company still has to be told of a booking."""
    from chalicelib.bookings import ticking

    return ticking.still_open(about, level)
