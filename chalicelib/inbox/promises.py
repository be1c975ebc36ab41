"""By when a resident is promised an answer: the moment that her receipt, the clerk's page and the chase share."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.alliance import actions as alliance
from chalicelib.inbox import kinds, rules

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation


class Promise(NamedTuple):
    """An answer by then. `at_next_word`: WeChat will not let us write by then, so it is given at her next message."""

    due_at: datetime
    at_next_word: bool


def promise(
    conversation: 'Conversation', unit: str, at: datetime, window_until: datetime | None, kind: str = kinds.ORDINARY
) -> Promise:
    """What this unit can promise somebody who wrote at `at`, while WeChat lets us write until `window_until`.

    The time that the kind of matter has comes first. Where that is later than WeChat's window less a margin, the last
    moment before it at which somebody is there; where nobody is, the promise stands and the answer waits for her next
    message.
    """
    hours = alliance.hours_of(unit)
    matter = kinds.kind(kind)
    due_at = matter.add(hours, at, matter.within)
    if not may_write_first(conversation):
        return Promise(_to_the_minute(due_at), at_next_word=True)
    closes = (window_until or at) - rules.WINDOW_SPARE
    if due_at <= closes:
        return Promise(_to_the_minute(due_at), at_next_word=False)
    sooner = hours.last_staffed(at, closes, rules.STAFFED_AT_LEAST)
    return Promise(_to_the_minute(sooner or due_at), at_next_word=sooner is None)


def may_write_first(conversation: 'Conversation') -> bool:
    """Whether WeChat takes messages from this conversation's account at all; an unverified one only answers."""
    account = alliance.account(conversation.account)
    return account is not None and alliance.may_send(account)


def _to_the_minute(at: datetime) -> datetime:
    """She is told hours and minutes: what is kept is what she was told."""
    return at.replace(second=0, microsecond=0)
