"""An account has published: known from WeChat's list, from an event, or because a clerk says so."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from chalicelib import clock, storage
from chalicelib.alliance import actions as alliance
from chalicelib.deadlines import actions as deadlines
from chalicelib.deadlines import rules as deadline_rules
from chalicelib.insight import records, rules
from chalicelib.insight.records import Activity
from chalicelib.storage import Transaction

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account, Member
    from chalicelib.wechat.message import Inbound

KIND = 'silence'  # of its deadlines; their ids are accounts
TICKED_AT_MOST = timedelta(days=60)

_TRIES = 5
_PUBLISHED = 'PUBLISHJOBFINISH'
_SENT = 'MASSSENDJOBFINISH'

Decide = Callable[[Activity], bool]  # whether there is something to store


class NotOnThatDay(ValueError):
    """The day of a tick cannot be meant; the words, in Chinese, say why."""


def heard(account: 'Account', inbound: 'Inbound', now: datetime) -> None:
    """WeChat says that a publication, or a mass message, went out; those that failed are no publication."""
    if inbound.event == _PUBLISHED and inbound.text_at('PublishEventInfo', 'publish_status') != '0':
        return
    if inbound.event == _SENT and inbound.text_at('Status') not in ('send success', 'sendsuccess'):
        return
    published(account, inbound.at, rules.EVENT, now)


def tick(account: 'Account', on: date, by: 'Member', now: datetime) -> bool:
    """A member says it was published in the console that day; False where as much is known already."""
    if on > clock.day(now):
        raise NotOnThatDay('发布的日期不能在今天以后。')
    if clock.day(now) - on > TICKED_AT_MOST:
        raise NotOnThatDay('只能补记六十天以内的发布。')
    at = datetime.combine(on, time(), clock.BEIJING).astimezone(UTC)

    def sign(row: Activity) -> None:
        row.ticked_by, row.ticked_name, row.ticked_at = by.id, by.name, now

    return published(account, at, rules.TICK, now, sign)


def published(
    account: 'Account', at: datetime, source: str, now: datetime, also: Callable[[Activity], None] = lambda row: None
) -> bool:
    """The last publication is not older than this; with a newer one the silence begins anew, and its warnings."""
    at = min(at, now)

    def decide(row: Activity) -> bool:
        if row.published_at and row.published_at >= at:
            return False
        row.published_at, row.source, row.told = at, source, 0
        also(row)
        return True

    return change(account, decide, now)


def change(account: 'Account', decide: Decide, now: datetime) -> bool:
    """Decide on the row as it is, and store it with its deadline; when overtaken both start afresh."""
    for _ in range(_TRIES):
        row = records.activity(account.id) or Activity(account.id)
        if not decide(row):
            return False
        try:
            storage.commit(partial(_write, row=row, account=account, now=now))
            return True
        except storage.Conflict:
            continue
    raise storage.Unavailable('conflicts without end')


def _write(tx: Transaction, row: Activity, account: 'Account', now: datetime) -> None:
    arm(tx, row, account, now)
    records.put(tx, row)


def arm(tx: Transaction, row: Activity, account: 'Account', now: datetime) -> None:
    """Let the deadline stand at the rung that comes next, by the hours the unit has now.

    It is written even where it stands already: one that was lost with a restored table comes back so.
    """
    at = next_moment(row, account, now)
    if at is None:
        if row.silence_key:
            deadlines.clear(tx, row.silence_key)
        row.silence_key = None
        return
    if row.silence_key and row.silence_key != deadline_rules.key(KIND, row.account, at):
        deadlines.clear(tx, row.silence_key)
    row.silence_key = deadlines.set(tx, KIND, row.account, at)


def next_moment(row: Activity, account: 'Account', now: datetime) -> datetime | None:
    """What should have come before now comes as soon as somebody is there: a silence that was not known of."""
    if row.published_at is None:
        return None
    hours = alliance.hours_of(account.unit)
    at = rules.next_moment(row.published_at, int(row.told), hours)
    return hours.add(now, timedelta()) if at is not None and at < now else at
