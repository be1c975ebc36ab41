"""The table of what WeChat says about the accounts themselves, and of what it sent that we could not read."""

from typing import Any

from pynamodb.attributes import TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.storage import Json, Record


class Kinds(GlobalSecondaryIndex[Any]):
    """Events of one kind over all accounts, for the operator; a few a day."""

    class Meta:
        index_name = 'kinds'
        projection = AllProjection()

    kind = UnicodeAttribute(hash_key=True)
    at = UTCDateTimeAttribute(range_key=True)


class AccountEvent(Record):
    """What WeChat says about an account (a mass job, a verification), or sent us that we could not read."""

    class Meta:
        table = 'account-events'

    account = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)
    at = UTCDateTimeAttribute()
    kind = UnicodeAttribute()  # platform | unreadable
    event = UnicodeAttribute(default='')
    fields: Json = Json(null=True)
    raw = UnicodeAttribute(null=True)
    forget_at = TTLAttribute(null=True)

    kinds = Kinds()


def latest(kind: str, limit: int) -> list[AccountEvent]:
    return list(AccountEvent.kinds.query(kind, limit=limit, scan_index_forward=False))


def keep(event: AccountEvent) -> bool:
    """Store once; False where it was there already."""
    return event.save_if(AccountEvent.account.does_not_exist())
