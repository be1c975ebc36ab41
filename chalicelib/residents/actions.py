"""What is known of a resident: told by herself, noted by a clerk, searched by her unit, erased.

`conversation.known_until` says that there is a row, so that nobody who has told nothing costs a read.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import retention
from chalicelib.inbox.changing import Refused, change
from chalicelib.residents import records, rules
from chalicelib.residents.records import Resident
from chalicelib.residents.rules import Said
from chalicelib.storage import Write

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.inbox.records import Conversation


def of(conversation: 'Conversation', now: datetime) -> Resident | None:
    """What is known of her; asks the store only where something is."""
    if conversation.known_until is None or conversation.known_until <= now:
        return None
    return records.resident(conversation.id)


def by_unit(unit: str, now: datetime) -> Iterator[Resident]:
    """Those who live there and of whom something is known."""
    return (found for found in records.by_unit(unit) if found.forget_at > now)


def said(resident: Resident | None, field: str) -> Said | None:
    """One of `rules.FIELDS`, with who said it."""
    found: Said | None = getattr(resident, field) if resident else None
    return found


def tell(conversation: 'Conversation', values: Mapping[str, str], by: 'Member | None', now: datetime) -> 'Conversation':
    """Store what she herself, or with `by` a clerk, says of her; what stays the same keeps who said it.

    Raises `Refused` in Chinese. What she confirms of a clerk's notes is hers from then on.
    """
    if trouble := rules.trouble(values):
        raise Refused(trouble)
    before = of(conversation, now)
    facts = {
        field.name: _fact(values[field.name], by, now)
        for field in rules.FIELDS
        if _is_new(values[field.name], said(before, field.name), by)
    }

    def write(fresh: 'Conversation') -> list[Write]:
        if by is None and not any(values.values()):  # nothing of hers is kept that she has taken away
            fresh.known_until = None
            return [records.erasure(fresh.id)]
        fresh.known_until = now + retention.RESIDENTS.lasts
        return [records.told(fresh.id, fresh.home_unit, facts, fresh.known_until)]

    return change(conversation, write, now) if facts else conversation


def _fact(text: str, by: 'Member | None', now: datetime) -> Said | None:
    if not text:
        return None
    return Said(text=text, by=by.id if by else rules.HERSELF, by_name=by.name if by else '', at=now.isoformat())


def _is_new(text: str, before: Said | None, by: 'Member | None') -> bool:
    if before is None:
        return bool(text)
    return text != before['text'] or (by is None and before['by'] != rules.HERSELF)


def lives(conversation: 'Conversation', unit: str, now: datetime) -> list[Write]:
    """Keep her with those of the unit where she lives; nothing where nothing is known of her."""
    known = conversation.known_until is not None and conversation.known_until > now
    return [records.moved(conversation.id, unit)] if known else []


def erasure(conversation_id: str) -> Write:
    """All that is known of her goes; also where there is nothing."""
    return records.erasure(conversation_id)
