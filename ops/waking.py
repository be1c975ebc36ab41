"""After deadlines were lost: whoever names one has it again, and every box in which something lies is looked into."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib import storage
from chalicelib.alliance.alerts import KIND
from chalicelib.alliance.records import Alert, Target
from chalicelib.bookings.records import Booking
from chalicelib.deadlines import actions as deadlines
from chalicelib.deadlines import rules as deadline_rules
from chalicelib.deadlines.records import Deadline
from chalicelib.inbox import restoring
from chalicelib.outreach.records import Telling
from chalicelib.storage import Transaction, Write


def set_again(now: datetime) -> int:
    """Reads deadlines, conversations, bookings, tellings, alerts and targets whole; how many deadlines were set."""
    there, done = {row.key for row in Deadline.scan()}, 0
    for found, key in restoring.missing_deadlines(there):
        try:
            restoring.set_again(found, key)
        except storage.Conflict:
            continue  # it was written meanwhile, and set its own
        done += 1
    asking = {target.retry for target in Target.scan() if target.retry} - there
    watched = {deadline_rules.name(key).id for key in there}
    boxes = {alert.box for alert in Alert.scan()} - watched
    lost = {key for key in _named_elsewhere() if key} - there
    for write in [*map(_put, sorted(asking | lost)), *(_wake(box, now) for box in sorted(boxes))]:
        storage.commit(write)
        done += 1
    return done


def _named_elsewhere() -> Iterator[str | None]:
    """Where the owner has another one by now, its row finds it disagreeing and goes."""
    yield from (booking.clock_key for booking in Booking.scan())
    yield from (telling.key for telling in Telling.scan())


def _put(key: str) -> Write:
    name = deadline_rules.name(key)

    def write(tx: Transaction) -> None:
        deadlines.set(tx, name.kind, name.id, name.due_at)

    return write


def _wake(box: str, now: datetime) -> Write:
    def write(tx: Transaction) -> None:
        deadlines.set(tx, KIND, box, now)

    return write
