"""What may be booked, and who comes: items, their categories, crews. All small, read whole."""

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.exceptions import DoesNotExist

from chalicelib.storage import Record


class Category(Record):
    """A shelf of the catalogue."""

    class Meta:
        table = 'service-categories'

    id = UnicodeAttribute(hash_key=True)
    order = NumberAttribute()
    name = UnicodeAttribute()
    picture = UnicodeAttribute(null=True)  # name of a bundled picture, without its ending


class Option(MapAttribute[str, Any]):
    """One way to have an item: how long, and what the company takes for it. Money in fen."""

    id = UnicodeAttribute()
    name = UnicodeAttribute()  # 2 小时
    minutes = NumberAttribute(null=True)  # None: by request, no time is taken
    price = NumberAttribute(null=True)  # None: 面议; 0: free
    ceiling = NumberAttribute(null=True)  # never more than this
    per = UnicodeAttribute(default='次')


class Item(Record):
    """One service. Every change is conditional on the version, so two publishers cannot both win."""

    class Meta:
        table = 'services'

    id = UnicodeAttribute(hash_key=True)  # a slug; ASCII, it stands in URLs
    category = UnicodeAttribute()
    order = NumberAttribute()
    name = UnicodeAttribute()
    description = UnicodeAttribute()
    picture = UnicodeAttribute(null=True)
    form = UnicodeAttribute()  # time | request
    where = UnicodeAttribute()  # home | venue
    venue = UnicodeAttribute(null=True)  # in words
    options: ListAttribute[Option] = ListAttribute(of=Option, default=list)
    prepare = UnicodeAttribute(null=True)
    area: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # units whose residents are served
    lead_minutes = NumberAttribute(default=0)  # from the booking to the beginning, at least
    horizon_days = NumberAttribute(default=14)  # how far ahead
    cancel_hours = NumberAttribute(default=0)  # free until so many hours before
    step_minutes = NumberAttribute(default=0)  # grid of starts; 0: only where a stretch of the crew's hours begins
    offered_by: ListAttribute[Any] = ListAttribute(
        of=UnicodeAttribute, default=list
    )  # units, as they are asked in turn
    state = UnicodeAttribute(default='offered')  # offered | withdrawn
    sample = BooleanAttribute(default=False)
    popular = BooleanAttribute(default=False)
    version = VersionAttribute()


class Crew(Record):
    """Those who come together, or the seats of a class: whose days are cut into slots."""

    class Meta:
        table = 'crews'

    id = UnicodeAttribute(hash_key=True)
    unit = UnicodeAttribute()
    name = UnicodeAttribute()
    items: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # none: all that its unit offers
    work = UnicodeAttribute()  # as `hours.parse` reads it
    off_days: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # 2026-10-01
    extra_days: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # worked as a Monday is
    on_holidays = BooleanAttribute(default=False)  # works through the national holidays
    buffer_minutes = NumberAttribute(default=0)  # on the way, after each job
    capacity = NumberAttribute(default=1)  # 20: seats of a class
    members: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    feed = UnicodeAttribute(null=True)  # secret mark of its calendar's address
    version = VersionAttribute()


def find_item(item_id: str) -> Item | None:
    """The row as it is now, not as a cache remembers it."""
    try:
        return Item.get(item_id, consistent_read=True)
    except DoesNotExist:
        return None


def find_crew(crew_id: str) -> Crew | None:
    """The row as it is now, not as a cache remembers it."""
    try:
        return Crew.get(crew_id, consistent_read=True)
    except DoesNotExist:
        return None


def all_now() -> tuple[list[Category], list[Item], list[Crew]]:
    """Everything as it is now: for the command that compares a file with it."""
    return (
        list(Category.scan(consistent_read=True)),
        list(Item.scan(consistent_read=True)),
        list(Crew.scan(consistent_read=True)),
    )
