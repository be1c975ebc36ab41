"""The deadline `silence`: an account has published nothing for so long that its unit, and those above, are told."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import alerts
from chalicelib.alliance.alerts import Matter
from chalicelib.deadlines import actions as deadlines
from chalicelib.insight import publishing, records, rules
from chalicelib.storage import Transaction

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account
    from chalicelib.deadlines.records import Deadline
    from chalicelib.insight.records import Activity

LEVEL = 'silent'

_LATER = timedelta(microseconds=1)


def warn(deadline: 'Deadline', now: datetime) -> None:
    """Tell whoever has to know by now, and set the next rung, in one transaction. A late run tells once."""
    row = records.activity(deadline.id)
    if row is None or row.silence_key != deadline.key or row.published_at is None:
        raise deadlines.Moot
    account = alliance.account(row.account)
    told = [(unit, _matter(row, account)) for unit in climb(row, account, now)] if account else []

    def write(tx: Transaction) -> None:
        deadlines.done(tx, deadline)
        for unit, matter in told:
            alerts.tell(tx, unit, matter, now)
        row.silence_key = _set_next(tx, row, account, now)
        records.put(tx, row)

    storage.commit(write)


def climb(row: 'Activity', account: 'Account', now: datetime) -> list[str]:
    """Bring the row to the rung reached by `now`; the units told at it."""
    assert row.published_at
    reached = rules.reached(row.published_at, alliance.hours_of(account.unit), now)
    if reached <= row.told:
        return []  # the unit's hours have changed since
    row.told = reached
    return rules.units_told([account.unit, *(unit.id for unit in alliance.above(account.unit))], reached)


def still_silent(about: str, level: str) -> bool:
    """Whether staff still have to be told of this account: nothing was published since its last warning."""
    row = records.activity(about.removeprefix(alerts.ACCOUNT))
    return row is not None and bool(row.told)


def _set_next(tx: Transaction, row: 'Activity', account: 'Account | None', now: datetime) -> str | None:
    """The deadline of the rung that comes next; none after the last, or where the account is gone."""
    at = publishing.next_moment(row, account, now) if account else None
    return deadlines.set(tx, publishing.KIND, row.account, max(at, now + _LATER)) if at else None


def _matter(row: 'Activity', account: 'Account') -> Matter:
    assert row.published_at
    since = row.published_at
    return Matter(f'{alerts.ACCOUNT}{row.account}', LEVEL, account.unit, since, since + rules.LIMIT)
