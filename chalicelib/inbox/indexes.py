"""What lists of the inbox are made of: sparse indexes, with what their rows show. Only records.py uses them."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

# What lists show, and nothing more: every attribute here is written again into both indexes.
LISTED = [
    'last_at', 'label', 'remark', 'last_text', 'last_from', 'waiting_since', 'follow_up', 'fresh', 'failed',
    'kept_count', 'kind', 'taken_by', 'taken_name', 'handed_by', 'named',
]  # fmt: skip


class Waiting(GlobalSecondaryIndex[Any]):
    """Sparse: only conversations in which somebody waits, ordered by when they are due."""

    class Meta:
        index_name = 'waiting'
        projection = IncludeProjection([*LISTED, 'unit'])

    waiting_unit = UnicodeAttribute(hash_key=True)
    due_at = UTCDateTimeAttribute(range_key=True)


class Recent(GlobalSecondaryIndex[Any]):
    """Sparse: a unit's conversations in which somebody has spoken, ordered by the last line."""

    class Meta:
        index_name = 'recent'
        projection = IncludeProjection([*LISTED[1:], 'unit', 'waiting_unit', 'due_at'])

    recent_unit = UnicodeAttribute(hash_key=True)
    last_at = UTCDateTimeAttribute(range_key=True)


class WithStreet(GlobalSecondaryIndex[Any]):
    """Sparse: what a community did not answer in time and its street was told of."""

    class Meta:
        index_name = 'with_street'
        projection = IncludeProjection([*LISTED, 'unit', 'waiting_unit'])

    street = UnicodeAttribute(hash_key=True)
    due_at = UTCDateTimeAttribute(range_key=True)


class WithDistrict(GlobalSecondaryIndex[Any]):
    """Sparse: what a street did not settle either, and the district was told of."""

    class Meta:
        index_name = 'with_district'
        projection = IncludeProjection([*LISTED, 'unit', 'waiting_unit'])

    district = UnicodeAttribute(hash_key=True)
    due_at = UTCDateTimeAttribute(range_key=True)


class HandedOver(GlobalSecondaryIndex[Any]):
    """Sparse: what a unit has handed over and nobody has accepted yet."""

    class Meta:
        index_name = 'handed_over'
        projection = IncludeProjection([*LISTED[:-2], 'named', 'unit', 'waiting_unit', 'due_at'])

    handed_by = UnicodeAttribute(hash_key=True)
    handed_until = UTCDateTimeAttribute(range_key=True)


class Following(GlobalSecondaryIndex[Any]):
    """Sparse: who follows an account, by nothing but their ids: a hundred read units tell 11,000."""

    class Meta:
        index_name = 'following'
        projection = KeysOnlyProjection()

    followed_account = UnicodeAttribute(hash_key=True)


class Said(GlobalSecondaryIndex[Any]):
    """Sparse: lines with words, by the unit that had them and the Beijing month, for search. See `searching`."""

    class Meta:
        index_name = 'said'
        projection = IncludeProjection(['text', 'way', 'kind', 'by_name', 'forget_at'])

    said = UnicodeAttribute(hash_key=True)
    at = UTCDateTimeAttribute(range_key=True)
