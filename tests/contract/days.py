"""A model with all that rooms use: a map of cells, a version, numbers, a TTL, two indexes of which one is sparse."""

from typing import Any

from pynamodb.attributes import (
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

from chalicelib.storage import Record


class Waiting(GlobalSecondaryIndex[Any]):
    """Sparse, and its order is a number's."""

    class Meta:
        index_name = 'waiting'
        projection = IncludeProjection(['note'])

    unit = UnicodeAttribute(hash_key=True)
    rank = NumberAttribute(range_key=True)


class ByNote(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = 'by_note'
        projection = AllProjection()

    note = UnicodeAttribute(hash_key=True)
    day = UnicodeAttribute(range_key=True)


class Day(Record):
    class Meta:
        table = 'contract-days'

    crew = UnicodeAttribute(hash_key=True)
    day = UnicodeAttribute(range_key=True)
    cells: MapAttribute[str, Any] = MapAttribute(null=True)
    version = VersionAttribute()
    seats = NumberAttribute(null=True)
    names: ListAttribute[Any] = ListAttribute(null=True)
    forget_at = TTLAttribute(null=True)
    note = UnicodeAttribute(null=True)
    unit = UnicodeAttribute(null=True)
    rank = NumberAttribute(null=True)

    waiting = Waiting()
    by_note = ByNote()
