"""Reads, written down and told; and whether something has been forgotten."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import retention
from chalicelib.privacy import records, rules
from chalicelib.privacy.records import Read, Search

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member


def log_read(member: 'Member', unit_name: str, conversation_id: str, now: datetime) -> None:
    """Write down that this member is about to see this conversation; whoever cannot do so shows nothing."""
    Read(
        rules.hashed(conversation_id),
        rules.look(member.id, now),
        at=now,
        member=member.id,
        member_name=member.name,
        unit_name=unit_name,
        forget_at=now + retention.READS.lasts,
    ).save()


def reads_of(conversation_id: str, limit: int) -> list[Read]:
    """Who saw this conversation, the latest first."""
    return records.reads(rules.hashed(conversation_id), limit)


def reads_before(conversation_id: str, at: datetime, limit: int) -> list[Read]:
    """Who saw it up to about this moment, the latest first."""
    return records.reads_before(rules.hashed(conversation_id), at, limit)


def complete_from(oldest: Read) -> datetime:
    """From when on nobody is missing in a list that ends with this read: their keys tell ten minutes only."""
    return rules.look_ends(oldest.key)


def log_search(member: 'Member', unit_name: str, results: int, now: datetime) -> None:
    """Write down that this member has searched, before he sees what was found; never the words."""
    Search(
        rules.searches_of(member.id),
        now.isoformat(timespec='microseconds'),
        at=now,
        member=member.id,
        member_name=member.name,
        unit_name=unit_name,
        results=results,
        forget_at=now + retention.READS.lasts,
    ).save()


def searches_of(member_id: str, limit: int) -> list[Search]:
    """What this member searched, when and with how many results, the latest first."""
    return records.searches(rules.searches_of(member_id), limit)


def was_forgotten(conversation_id: str, at: datetime) -> bool:
    """Whether what she wrote at `at` has been erased: then a late delivery of it is not to be kept anew."""
    return any(entry.upto >= at for entry in records.forgotten(rules.hashed(conversation_id)))
