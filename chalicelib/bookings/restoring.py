"""Bookings of a backup, made fit for today: their clocks run again, and their cells are theirs again."""

from contextlib import suppress
from datetime import datetime

from chalicelib import storage
from chalicelib.bookings import cells, records, rules
from chalicelib.bookings.keeping import Planned
from chalicelib.bookings.records import Booking
from chalicelib.storage import Write

# What differs between a row and the backup it was made from.
MOVING = frozenset({'version', 'clock_key'})


def put_back(found: Booking, now: datetime) -> None:
    """Store one that is gone. Raises `Conflict` where it is there, or its time is somebody else's meanwhile."""
    found.attribute_values.pop('version', None)
    found.clock_key = None
    storage.commit(Planned(found, now, _cells(found, now), new=True).write)


def take_again(now: datetime) -> int:
    """Every open booking takes the cells it has lost; how many did. Where somebody else has them, they stay so."""
    taken = 0
    for found in records.everything():
        for write in _cells(found, now):
            with suppress(storage.Conflict):
                storage.commit(write)
                taken += 1
    return taken


def _cells(found: Booking, now: datetime) -> list[Write]:
    """What it lacks of its cells, where it is still to come."""
    span = found.span
    if span is None or found.state not in {*rules.OPEN, rules.ARRIVED} or found.ends_at <= now:
        return []
    kept = records.cells_now([(span.crew, span.day)]).get((span.crew, span.day))
    value = cells.value(found.id)
    lacking = {name: value for name in span.names if (kept or {}).get(name) != value}
    return [records.change_cells(span.crew, span.day, kept is not None, lacking, {}, '', now)] if lacking else []
