"""After deadlines were lost: whoever names one has it again, and every box in which something lies is looked into."""

from datetime import datetime

from chalicelib import storage
from chalicelib.alliance.alerts import KIND
from chalicelib.alliance.records import Alert, Target
from chalicelib.deadlines import actions as deadlines
from chalicelib.deadlines import rules as deadline_rules
from chalicelib.deadlines.records import Deadline
from chalicelib.inbox import restoring
from chalicelib.storage import Transaction, Write


def set_again(now: datetime) -> int:
    """Reads deadlines, conversations, alerts and targets whole; how many deadlines were set."""
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
    for write in [*map(_put, sorted(asking)), *(_wake(box, now) for box in sorted(boxes))]:
        storage.commit(write)
        done += 1
    return done


def _put(key: str) -> Write:
    name = deadline_rules.name(key)

    def write(tx: Transaction) -> None:
        deadlines.set(tx, name.kind, name.id, name.due_at)

    return write


def _wake(box: str, now: datetime) -> Write:
    def write(tx: Transaction) -> None:
        deadlines.set(tx, KIND, box, now)

    return write
