"""What runs without a visitor: residents are told what there is to tell them."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline


def deliver(deadline: 'Deadline', now: datetime) -> None:
    """Bring one telling a step further: plan and begin it, look how it fares, end it."""
    from chalicelib.outreach import delivering  # the callback's cold start knows nothing of it

    delivering.deliver(deadline, now)
