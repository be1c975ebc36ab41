"""On which day a person last answered at an account: noted once a day, after the answer, and never in its way.

Not in the answer's own transaction: all clerks of an account would write one row there, and an answer would fail with
it. Not derived at night from the index of recent conversations: it shows the last line, which is often hers again.
"""

import logging
from datetime import datetime

from chalicelib import clock
from chalicelib.insight import records

log = logging.getLogger('weilin')

_noted: dict[str, str] = {}  # account: the last day this process has noted


def answered(account: str, now: datetime) -> None:
    """One request for the first answer of an account's day in this process, none for the others. Never raises."""
    day = clock.day(now).isoformat()
    if _noted.get(account, '') >= day:
        return
    try:
        records.put_answered(account, day)
    except Exception as error:  # she has her answer; the next one of the day is noted
        log.warning('an answer was not noted account=%s error=%s', account, type(error).__name__)
        return
    _noted[account] = day


def forget() -> None:
    """As a new process: for tests."""
    _noted.clear()
