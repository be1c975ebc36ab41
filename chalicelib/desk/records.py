"""Replies laid aside while their clerk goes to the bucket with a photo; rows of the table `tokens`."""

from datetime import datetime

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.storage import Record


class Draft(Record):
    """What stood in the reply form. Only its member, on its conversation, gets it back."""

    class Meta:
        table = 'tokens'

    key = UnicodeAttribute(hash_key=True)  # draft#…
    kind = UnicodeAttribute(default='draft')
    member = UnicodeAttribute()
    conversation = UnicodeAttribute()  # sha256 of its id: a resident who is forgotten meanwhile cannot be found here
    form = UnicodeAttribute()
    seen = NumberAttribute()
    text = UnicodeAttribute(default='')
    photo = UnicodeAttribute()  # token of the photo that is being brought
    until = UnicodeAttribute(default='')
    until_typed = UnicodeAttribute(default='')
    expires_at = UTCDateTimeAttribute()
    ttl = TTLAttribute()


def draft(token: str, member: str, conversation: str, now: datetime) -> Draft | None:
    try:
        found = Draft.get(f'draft#{token}', consistent_read=True)
    except DoesNotExist:
        return None
    mine = (found.member, found.conversation) == (member, conversation)
    return found if mine and now < found.expires_at else None
