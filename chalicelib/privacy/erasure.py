"""One erasure: its order to the inbox, and its row in the ledger, in the same transactions."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import retention
from chalicelib.bookings import erasing as bookings
from chalicelib.inbox import erasing
from chalicelib.inbox.erasing import Order
from chalicelib.outreach import actions as outreach
from chalicelib.privacy import records, rules
from chalicelib.privacy.records import Forgotten
from chalicelib.residents import actions as residents
from chalicelib.storage import Transaction, Write

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation


class Erasure(NamedTuple):
    """What goes and why, begun when: a run that goes on with it goes on with its row in the ledger."""

    order: Order
    why: str
    begun: datetime

    def page(self, found: 'Conversation | None') -> bool:
        """Erase a page; whether there may be more."""
        return erasing.page(self.order, found, self.told)

    def told(self, messages: int, files: int, ended_at: datetime | None = None) -> Write:
        entry = Forgotten(
            rules.hashed(self.order.id),
            self.begun,
            upto=self.order.upto,
            why=self.why,
            ended_at=ended_at,
            forget_at=self.begun + retention.LEDGER.lasts,
        )
        return lambda tx: records.tell(tx, entry, messages, files)

    def end(self, found: 'Conversation | None', now: datetime) -> Write:
        """The last transaction: files nobody names are gone before it, the conversation goes or is wiped in it."""
        # What is a year old the bucket has dropped by itself.
        files = 0 if self.why == rules.KEPT_LONG_ENOUGH else erasing.leftovers(self.order)
        told, ended = self.told(0, files, now), erasing.end(self.order, found, now)
        hers_too = self.order.asked or self.order.whole
        if hers_too:
            bookings.erase(self.order.id, now)  # first: what is gone tells her nothing new
            outreach.erase(self.order.id, None if self.order.whole else self.order.upto)
        hers = residents.erasure(self.order.id) if hers_too else _nothing

        def write(tx: Transaction) -> None:
            told(tx)
            ended(tx)
            hers(tx)

        return write


def _nothing(tx: Transaction) -> None:
    pass


def of_one_gone(conversation_id: str, begun: datetime, now: datetime) -> Erasure:
    """She left: all of it, also what was written since. The version of her conversation says she is still away."""
    return Erasure(Order(conversation_id, now, whole=True, asked=True), rules.LEFT, begun)


def of_one_who_asked(conversation_id: str, asked_at: datetime, begun: datetime) -> Erasure:
    return Erasure(Order(conversation_id, asked_at, asked=True), rules.ASKED, begun)


def of_age(conversation_id: str, upto: datetime, begun: datetime) -> Erasure:
    return Erasure(Order(conversation_id, upto), rules.KEPT_LONG_ENOUGH, begun)
