"""What forgets without a visitor: the handlers of the deadlines `forget` and `expire`."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline

# What they need is loaded with the first deadline: the callback's cold start knows nothing of it.


def forget(deadline: 'Deadline', now: datetime) -> None:
    """She left, or asked: erase what is not to be kept."""
    from chalicelib.privacy import forgetting

    forgetting.forget(deadline, now)


def expire(deadline: 'Deadline', now: datetime) -> None:
    """What was closed is old enough: erase it."""
    from chalicelib.privacy import forgetting

    forgetting.expire(deadline, now)
