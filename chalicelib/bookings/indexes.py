"""What lists of bookings are made of: indexes by when they are, with what their rows show."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

_SHOWN = [
    'version', 'state', 'form', 'item', 'item_name', 'option_name', 'minutes', 'partner', 'crew', 'starts_at',
    'ends_at', 'made_by', 'steps', 'due_at', 'conversation', 'joined', 'unit', 'rating', 'reason', 'over_at',
    'made_at', 'price', 'ceiling', 'per',
]  # fmt: skip


class ByPartner(GlobalSecondaryIndex[Any]):
    """What a company has, by when it is."""

    class Meta:
        index_name = 'by_partner'
        projection = IncludeProjection(_SHOWN)

    partner = UnicodeAttribute(hash_key=True)
    when = UTCDateTimeAttribute(range_key=True)


class ByUnit(GlobalSecondaryIndex[Any]):
    """What the residents of a community have, by when it is."""

    class Meta:
        index_name = 'by_unit'
        projection = IncludeProjection(_SHOWN)

    unit = UnicodeAttribute(hash_key=True)
    when = UTCDateTimeAttribute(range_key=True)


class ByBooker(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = 'by_booker'
        projection = IncludeProjection(_SHOWN)

    conversation = UnicodeAttribute(hash_key=True)
    when = UTCDateTimeAttribute(range_key=True)


class ByJoined(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = 'by_joined'
        projection = IncludeProjection(_SHOWN)

    joined = UnicodeAttribute(hash_key=True)
    when = UTCDateTimeAttribute(range_key=True)
