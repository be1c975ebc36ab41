"""Tell one resident one thing by the best channel that is open, once, and know whether she was reached."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import retention, storage
from chalicelib.deadlines import actions as deadlines
from chalicelib.inbox import rules as inbox_rules
from chalicelib.outreach import alarms, records, rules
from chalicelib.outreach.records import Telling

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.storage import Transaction, Write
    from chalicelib.wechat.message import Inbound

log = logging.getLogger('weilin')


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
    row.key = deadlines.set(tx, alarms.KIND, id, now)
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
    """Those not proven to have been reached: nothing worked, it waits for their next word, or nobody knows."""
    return [row for row in tellings if not _is_reached(row)]


def _is_reached(row: Telling) -> bool:
    """A line may have been given since the row was last brought further, and a clerk may know that it arrived."""
    if row.state in (rules.LINE, rules.UNKNOWN) and row.line:
        from chalicelib.inbox import actions as inbox  # more than whoever only tells needs

        line = inbox.message(row.conversation, row.line)
        return line is not None and line.state == inbox_rules.SENT
    return rules.is_told(row.state)


def mark_told(id: str, member: 'Member', now: datetime) -> Telling | None:
    """A member has told her by telephone: no other way is tried any more, what waits for her is taken back.

    None where there is no such row; whoever was reached before stays so. Raises `storage.Conflict` where a run moves
    the same row this moment.
    """
    from chalicelib.outreach import telephoning

    return telephoning.mark_told(id, member, now)


def erase(conversation_id: str, upto: datetime | None = None) -> None:
    """All that was to be told to her goes, with `upto` what was made until then; and what she has subscribed to.

    Interrupted, it is begun again.
    """
    for id in records.ids_of(conversation_id, upto=upto):
        row = records.telling(id)
        if row:
            storage.commit(_erasure(row))
    for subscription in list(records.subscriptions(conversation_id)):
        storage.commit(records.erasure(subscription))


def erase_about(about: str, conversation_id: str) -> None:
    """What was told to her about one thing goes, for instance with what was told after she was forgotten."""
    for id in records.ids_of(conversation_id):
        row = records.telling(id) if id.startswith(f'{about}#') else None
        if row:
            storage.commit(_erasure(row))


def _erasure(row: Telling) -> 'Write':
    def write(tx: 'Transaction') -> None:
        records.erasure(row)(tx)
        if row.key:
            deadlines.clear(tx, row.key)

    return write


def fit(row: Telling) -> None:
    """Make a row of a backup fit for today: what was under way may have been told since. Nothing is stored."""
    if row.key:
        row.state, row.key = rules.UNKNOWN, None


def heard(account_id: str, inbound: 'Inbound', now: datetime) -> None:
    """WeChat says what became of a message, or what she has agreed to; anything else is none of ours."""
    from chalicelib.outreach import failing, subscribing  # a few a day; no message of a resident needs it

    conversation_id = f'{account_id}#{inbound.openid}'
    if inbound.event in subscribing.EVENTS:
        subscribing.heard(conversation_id, inbound, now)
    elif inbound.event in failing.EVENTS:
        failing.heard(conversation_id, inbound, now)
