"""How many wait at each account, and how many for more than a day: what the watch has just read, kept where it changed.

So the page of the accounts reads one table, and no index of any unit.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.alliance import actions as alliance
from chalicelib.insight import records, rules

if TYPE_CHECKING:
    from chalicelib.inbox.records import WaitingTimes


def keep(rows: 'Sequence[WaitingTimes]', now: datetime) -> None:
    """One read, and a write for each account where something has changed; one more says when this was."""
    known = records.everything().by_account
    waiting = Counter(row.account for row in rows)
    long = Counter(row.account for row in rows if _is_long(row, now))
    for account in alliance.accounts():
        counts = (waiting[account.id], long[account.id])
        row = known.get(account.id)
        if row is None or (row.waiting, row.waiting_long) != counts:
            records.put_counts(account.id, *counts)
    records.put_counted(now)


def _is_long(row: 'WaitingTimes', now: datetime) -> bool:
    """Who was promised a further answer has been answered."""
    return not row.follow_up and row.since <= now - rules.LONG_WAIT
