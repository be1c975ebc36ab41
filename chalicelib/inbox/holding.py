"""What is held of one resident, in numbers: for her own question."""

from datetime import datetime
from typing import NamedTuple

from chalicelib.inbox import records


class Held(NamedTuple):
    """Lines counted to `records.HELD_AT_MOST`, since when, and how many photos, voices and videos among them."""

    lines: int
    media: int
    oldest: datetime | None
    more: bool


def held(conversation_id: str, now: datetime) -> Held:
    counted = list(records.held(conversation_id))
    lines = [line for line in counted if not line.past(now)]
    media = sum(line.media is not None for line in lines)
    return Held(len(lines), media, min((line.at for line in lines), default=None), len(counted) == records.HELD_AT_MOST)
