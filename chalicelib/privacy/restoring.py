"""What of a backup must not come back: whatever the ledger says was erased. Works on rows that are in no live table."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, Self

from chalicelib.inbox import erasing
from chalicelib.inbox.erasing import Order
from chalicelib.privacy import records, rules

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation, Message

_EVER = datetime(2000, 1, 1, tzinfo=UTC)


class Erased(NamedTuple):
    """One entry, as far as it decides."""

    begun: datetime
    upto: datetime
    why: str


class Ledger:
    """Everything that was ever erased, as it stood when it was read.

    What is not younger than an entry is gone for good, however old the entry is: no moment is asked for.
    """

    def __init__(self, entries: Mapping[str, list[Erased]]) -> None:
        self._entries = entries

    @classmethod
    def read(cls) -> Self:
        entries: dict[str, list[Erased]] = {}
        for entry in records.all_forgotten(_EVER):
            entries.setdefault(entry.resident, []).append(Erased(entry.at, entry.upto, entry.why))
        return cls(entries)

    def new_since(self, earlier: Self) -> datetime | None:
        """When the first erasure began that the earlier reading does not have; None where there is none."""
        begun = [
            entry.begun
            for resident, entries in self._entries.items()
            for entry in entries
            if entry not in earlier._entries.get(resident, ())
        ]
        return min(begun, default=None)

    def takes_line(self, line: 'Message') -> bool:
        return any(erasing.covers(order, line) for order in self._orders(line.conversation))

    def takes_resident(self, conversation_id: str) -> bool:
        """Whether she has ever left or asked: what a copy says of who she is may be from before that."""
        return any(entry.why in (rules.LEFT, rules.ASKED) for entry in self._of(conversation_id))

    def conversation(self, found: 'Conversation') -> 'Conversation | None':
        """As it may come back: without what is gone, or not at all where she had left and nothing younger is there."""
        entries = self._of(found.id)
        if not entries:
            return found
        last = max(entries, key=lambda entry: entry.upto)
        order = self._order(found.id, last)
        if any(entry.why == rules.LEFT for entry in entries) and not self._came_back(found, order):
            return None
        found.forget_at = found.forget_key = found.forget_asked_at = None
        erasing.as_erased(order, found)
        return found

    def _came_back(self, found: 'Conversation', order: Order) -> bool:
        moments: Iterable[datetime | None] = (found.followed_at if found.followed else None, found.last_in_at)
        return any(at and at >= order.end for at in moments) or erasing.younger(order)

    def _of(self, conversation_id: str) -> list[Erased]:
        return self._entries.get(rules.hashed(conversation_id), [])

    def _orders(self, conversation_id: str) -> list[Order]:
        return [self._order(conversation_id, entry) for entry in self._of(conversation_id)]

    def _order(self, conversation_id: str, entry: Erased) -> Order:
        return Order(conversation_id, entry.upto, asked=entry.why in (rules.LEFT, rules.ASKED))
