"""What runs without a visitor in the chat: the worker of the queue `late`."""

from datetime import datetime


def receive_late(body: str, now: datetime) -> None:
    """Bring one letter through the door, once; where the store still fails it comes again, in its order."""
    from chalicelib.chat import latecoming  # what only this worker needs

    latecoming.receive(body, now)
