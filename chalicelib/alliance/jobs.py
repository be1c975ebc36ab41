"""What runs without a visitor among the staff: the handler of the deadlines by which they are told."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline

# What the handler needs is loaded with its first deadline: the callback's cold start knows nothing of it.


def alert(deadline: 'Deadline', now: datetime) -> None:
    """Work off a box: a unit's is handed out to those who are there, a target's becomes one message.

    The box decides, whatever deadline it was: one that comes to an empty box is done.
    """
    if deadline.id.startswith('unit.'):
        from chalicelib.alliance import handing_out

        handing_out.hand_out(deadline, now)
    else:
        from chalicelib.alliance import calling

        calling.call(deadline, now)
