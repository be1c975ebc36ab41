"""Reads, written down and told; and whether something has been forgotten."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import retention
from chalicelib.privacy import records, rules
from chalicelib.privacy.records import Read

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


def was_forgotten(conversation_id: str, at: datetime) -> bool:
    """Whether what she wrote at `at` has been erased: then a late delivery of it is not to be kept anew."""
    return any(entry.upto >= at for entry in records.forgotten(rules.hashed(conversation_id)))
