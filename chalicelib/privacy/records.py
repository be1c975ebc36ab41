"""Who looked at whose conversation, and the proof of what was erased. Residents stand in both by a hash only."""

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.storage import Record


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


class Forgotten(Record):
    """What was erased of whom, when, and up to which moment: the proof, and what a restored table is run through."""

    class Meta:
        table = 'forgotten'

    resident = UnicodeAttribute(hash_key=True)  # sha256 of the conversation's id
    at = UTCDateTimeAttribute(range_key=True)
    upto = UTCDateTimeAttribute()  # what is not younger is gone
    why = UnicodeAttribute()  # left | asked | kept long enough
    messages = NumberAttribute()
    files = NumberAttribute()
    forget_at = TTLAttribute()
