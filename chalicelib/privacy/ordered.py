"""What an operator orders: forget one resident, forget again after a restore."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from chalicelib import storage
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import erasing
from chalicelib.inbox.erasing import Order
from chalicelib.privacy import erasure, records, rules
from chalicelib.privacy.erasure import Erasure

_TRIES = 5


class Done(NamedTuple):
    """What was erased of one resident, who is named by a hash."""

    resident: str
    messages: int
    files: int


def forget_now(conversation_id: str, now: datetime) -> Done:
    """Erase all of one resident, whatever is open; one who follows goes on as somebody who has never written."""
    found = inbox.conversation(conversation_id)
    if found and found.followed:
        return _carry_out(erasure.of_one_who_asked(conversation_id, now, now), False, now)
    return _carry_out(erasure.of_one_gone(conversation_id, now, now), True, now)


def forget_again(since: datetime, now: datetime) -> Iterator[Done]:
    """After a restore: erase what came back of those in the ledger since then.

    Reads the ledger, all conversations and all lines: for an operator, once.
    """
    forgotten: dict[str, list[records.Forgotten]] = {}
    for entry in records.all_forgotten(since):
        forgotten.setdefault(entry.resident, []).append(entry)
    for conversation_id in erasing.everybody():
        if entries := forgotten.get(rules.hashed(conversation_id)):
            yield _again(conversation_id, entries, now)


def _again(conversation_id: str, entries: list[records.Forgotten], now: datetime) -> Done:
    last = max(entries, key=lambda entry: entry.upto)
    left = any(entry.why == rules.LEFT for entry in entries)
    asked = left or any(entry.why == rules.ASKED for entry in entries)
    order = Order(conversation_id, last.upto, asked=asked)
    return _carry_out(Erasure(order, last.why, now), left, now)


def _carry_out(wanted: Erasure, left: bool, now: datetime) -> Done:
    """All of it at once; a conversation of which nothing younger is there goes too where she had left."""
    for attempt in range(_TRIES):
        try:
            while wanted.page(inbox.conversation(wanted.order.id)):
                pass
            found = inbox.conversation(wanted.order.id)
            whole = left and not erasing.younger(wanted.order)
            last = wanted._replace(order=wanted.order._replace(whole=whole))
            if found and not whole:
                found.forget_at = found.forget_key = found.forget_asked_at = None
            storage.commit(last.end(found, now))
            break
        except storage.Conflict:
            if attempt + 1 == _TRIES:
                raise
    told = next(iter(records.forgotten(rules.hashed(wanted.order.id))))
    return Done(told.resident, int(told.messages), int(told.files))
