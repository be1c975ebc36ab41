"""Who looked at whose conversation, and the proof of what was erased. Residents stand in both by a hash only."""

from collections.abc import Iterator
from datetime import datetime

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.update import Action

from chalicelib.storage import Record, Transaction


class Read(Record):
    """One member opened one resident's conversation; again within the same ten minutes is the same row."""

    class Meta:
        table = 'reads'

    resident = UnicodeAttribute(hash_key=True)  # sha256 of the conversation's id
    key = UnicodeAttribute(range_key=True)  # begin of the ten minutes#member
    at = UTCDateTimeAttribute()
    member = UnicodeAttribute()
    member_name = UnicodeAttribute()
    unit_name = UnicodeAttribute()
    forget_at = TTLAttribute()


class Search(Record):
    """One member has searched, and found so much; never what for."""

    class Meta:
        table = 'reads'

    resident = UnicodeAttribute(hash_key=True)  # search#member: a row of no resident
    key = UnicodeAttribute(range_key=True)  # when
    at = UTCDateTimeAttribute()
    member = UnicodeAttribute()
    member_name = UnicodeAttribute()
    unit_name = UnicodeAttribute()  # in whose letters
    results = NumberAttribute()
    forget_at = TTLAttribute()


class Forgotten(Record):
    """What was erased of whom, when, and up to which moment: the proof, and what a restored table is run through."""

    class Meta:
        table = 'forgotten'

    resident = UnicodeAttribute(hash_key=True)  # sha256 of the conversation's id
    at = UTCDateTimeAttribute(range_key=True)  # when it began
    upto = UTCDateTimeAttribute()  # what is not younger is gone
    why = UnicodeAttribute()  # left | asked | kept long enough
    messages = NumberAttribute(default=0)
    files = NumberAttribute(default=0)
    ended_at = UTCDateTimeAttribute(null=True)  # None: under way, or cut off and to be begun again
    forget_at = TTLAttribute()


def reads(resident: str, limit: int) -> list[Read]:
    """The latest first."""
    return list(Read.query(resident, limit=limit, scan_index_forward=False))


def reads_before(resident: str, at: datetime, limit: int) -> list[Read]:
    """Those begun before, the latest first. Keys hold the begin of ten minutes: they are a little before `at`."""
    return list(Read.query(resident, Read.key < f'{at:%Y-%m-%dT%H:%M}~', limit=limit, scan_index_forward=False))


def searches(of: str, limit: int) -> list[Search]:
    """The latest first."""
    return list(Search.query(of, limit=limit, scan_index_forward=False))


def tell(tx: Transaction, entry: Forgotten, messages: int, files: int) -> None:
    """Add to the ledger what the same transaction erases; the reason it began with stays."""
    changed: list[Action] = [
        Forgotten.messages.add(messages),
        Forgotten.files.add(files),
        Forgotten.upto.set(entry.upto),
        Forgotten.why.set(Forgotten.why | entry.why),
        Forgotten.forget_at.set(entry.forget_at),
    ]
    if entry.ended_at:
        changed.append(Forgotten.ended_at.set(entry.ended_at))
    tx.update(Forgotten(entry.resident, entry.at), changed)


def forgotten(resident: str) -> Iterator[Forgotten]:
    """The latest first."""
    return iter(Forgotten.query(resident, scan_index_forward=False))


def all_forgotten(since: datetime) -> Iterator[Forgotten]:
    """Everything erased since then. A scan, for the operator's commands."""
    return iter(Forgotten.scan(Forgotten.at >= since))
