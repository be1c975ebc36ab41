"""Forgets a few pages at a time: what the deadlines `forget` and `expire` do. See `deadlines.jobs` for how."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib import storage
from chalicelib.deadlines import actions as deadlines
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import erasing
from chalicelib.privacy import erasure
from chalicelib.privacy.erasure import Erasure
from chalicelib.storage import Transaction

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline
    from chalicelib.inbox.records import Conversation

log = logging.getLogger('weilin')

PAGES = 20  # of 25 lines in one call: about two seconds; the rest is for the next run
_NEXT = timedelta(seconds=1)


def forget(deadline: 'Deadline', now: datetime) -> None:
    """She left, or asked: erase a few pages, then end it or go on in the next run."""
    found = inbox.conversation(deadline.id)
    if found is None or found.forget_key != deadline.key:
        raise deadlines.Moot
    asked_for = _asked_for(found, deadline, now)
    if until := erasing.calling_until(found, now):
        _go_on_forgetting(found, asked_for, deadline, until)
    elif _pages(asked_for, found):
        _go_on_forgetting(found, asked_for, deadline, now + _NEXT)
    else:
        found.forget_at = found.forget_key = found.forget_asked_at = None
        _end(asked_for, found, deadline, now)


def expire(deadline: 'Deadline', now: datetime) -> None:
    """What was closed a year ago goes. Where she waits again since then, it goes with what is closed next."""
    found, upto = inbox.conversation(deadline.id), datetime.fromisoformat(deadline.data['upto'])
    aged = erasure.of_age(deadline.id, upto, _begun(deadline))
    if found is None or (found.waiting_since and found.waiting_since < aged.order.end):
        storage.commit(lambda tx: deadlines.done(tx, deadline))
    elif _pages(aged, found):
        data = {**deadline.data, 'begun': aged.begun.isoformat()}
        _go_on(deadline, now + _NEXT, data, lambda tx, key: None)
    else:
        _end(aged, found, deadline, now)


def _asked_for(found: 'Conversation', deadline: 'Deadline', now: datetime) -> Erasure:
    begun = _begun(deadline)
    if not found.followed:
        return erasure.of_one_gone(found.id, begun, now)
    if found.forget_asked_at is None:
        raise deadlines.Moot
    return erasure.of_one_who_asked(found.id, found.forget_asked_at, begun)


def _begun(deadline: 'Deadline') -> datetime:
    begun = (deadline.data or {}).get('begun')
    return datetime.fromisoformat(begun) if begun else deadline.due_at


def _pages(asked_for: Erasure, found: 'Conversation') -> bool:
    return all(asked_for.page(found) for _ in range(PAGES))


def _end(asked_for: Erasure, found: 'Conversation', deadline: 'Deadline', now: datetime) -> None:
    end = asked_for.end(found, now)

    def write(tx: Transaction) -> None:
        end(tx)
        deadlines.done(tx, deadline)

    storage.commit(write)
    log.info('forgotten account=%s why=%s', found.account, asked_for.why)


def _go_on_forgetting(found: 'Conversation', asked_for: Erasure, deadline: 'Deadline', at: datetime) -> None:
    def keep(tx: Transaction, key: str) -> None:
        found.forget_at, found.forget_key = at, key
        tx.save(found)

    _go_on(deadline, at, {'begun': asked_for.begun.isoformat()}, keep)


def _go_on(deadline: 'Deadline', at: datetime, data: dict[str, Any], keep: Callable[[Transaction, str], None]) -> None:
    """Set itself again, for the next run; `keep` stores the new key with its owner."""

    def write(tx: Transaction) -> None:
        deadlines.done(tx, deadline)
        keep(tx, deadlines.set(tx, deadline.kind, deadline.id, at, data))

    storage.commit(write)
