"""Tell one resident one thing by the best channel that is open, once, and know whether she was reached."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import logs, retention
from chalicelib.deadlines import actions as deadlines
from chalicelib.outreach import records, rules
from chalicelib.outreach.records import Telling

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.storage import Transaction
    from chalicelib.wechat.message import Inbound

log = logging.getLogger('weilin')

KIND = 'outreach'  # of the deadlines that bring a telling further


def tell(
    tx: 'Transaction',
    conversation_id: str,
    about: str,
    what: str,
    words: str,
    unit: str,
    until: datetime,
    now: datetime,
    values: Mapping[str, str | datetime] | None = None,
    url: str | None = None,
) -> str:
    """Put it into the caller's transaction, with a deadline due now; returns the row's id, for `deliver`.

    Once for each resident, `about` and `what`: told before, nothing is written, so what may happen again (a second
    move) needs a `what` of its own. `values` are by the names of `rules.PURPOSES`; which purpose, `about` says.
    """
    id = rules.telling_id(conversation_id, about, what)
    if records.telling(id):
        return id
    row = Telling(
        id, about=about, what=what, conversation=conversation_id, unit=unit, words=rules.cut(words),
        purpose=about.partition('#')[0], values=rules.stored(values) if values else None, url=url, until=until,
        state=rules.PLANNED, made_at=now, forget_at=until + retention.TELLINGS.lasts,
    )  # fmt: skip
    row.key = deadlines.set(tx, KIND, id, now)
    tx.save(row)
    return id


def deliver(ids: Iterable[str], now: datetime) -> None:
    """Try at once what was committed just now; never raises. What is not done here, the deadline does."""
    from chalicelib.outreach import delivering  # loads what calls WeChat

    for id in ids:
        try:
            delivering.at_once(id, now)
        except Exception as error:
            log.warning('not told at once error=%s', type(error).__name__)


def of(about: str) -> list[Telling]:
    """All that is told about one thing, the oldest first; up to a second old."""
    return records.about(about)


def untold(tellings: Iterable[Telling], now: datetime) -> list[Telling]:
    """Those who are not proven to have been reached: nothing worked, or it waits for their next word, or nobody knows."""
    raise NotImplementedError


def mark_told(id: str, member: 'Member', now: datetime) -> Telling | None:
    """A member has told her by telephone. None where there is no such row; one who was reached before stays so."""
    raise NotImplementedError


def erase(conversation_id: str) -> None:
    """All that was to be told to her goes, and what she had subscribed to; again where it was interrupted."""
    raise NotImplementedError


def heard(account_id: str, inbound: 'Inbound', now: datetime) -> None:
    """WeChat says what became of a message, or what she has subscribed to."""
    raise NotImplementedError
