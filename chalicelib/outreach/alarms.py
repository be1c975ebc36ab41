"""The deadline of a telling: kept with its row, in the one transaction that moves both."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.deadlines import actions as deadlines
from chalicelib.outreach.records import Telling
from chalicelib.storage import Transaction, Write

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline

KIND = 'outreach'


def stand(row: Telling, deadline: 'Deadline | None', at: datetime | None) -> Write:
    """Store the row; it is gone on with at `at`, or never again. `deadline`: the one that is being handled, if any."""

    def write(tx: Transaction) -> None:
        if deadline:
            deadlines.done(tx, deadline)
            row.key = deadlines.set(tx, KIND, row.id, at) if at else None
        elif at:
            row.key = deadlines.move(tx, row.key, at) if row.key else deadlines.set(tx, KIND, row.id, at)
        elif row.key:
            deadlines.clear(tx, row.key)
            row.key = None
        tx.save(row)

    return write


def soon(deadline: 'Deadline | None', now: datetime) -> datetime:
    """In the next round of this run. A deadline that is due this very moment has to be gone first."""
    return now if deadline is None or deadline.due_at < now else now + timedelta(seconds=1)
