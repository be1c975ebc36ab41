"""Who residents are, as far as somebody has said so; apart from the conversations, which the callback reads."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pynamodb.attributes import TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.residents.rules import Said
from chalicelib.storage import Json, Record, Write


class ByUnit(GlobalSecondaryIndex[Any]):
    """Those of a unit, for searching."""

    class Meta:
        index_name = 'by_unit'
        projection = IncludeProjection(['name', 'building', 'door', 'phone', 'forget_at'])

    unit = UnicodeAttribute(hash_key=True)


class Resident(Record):
    """One openid of one account. Each fact is a `rules.Said`."""

    class Meta:
        table = 'residents'

    id = UnicodeAttribute(hash_key=True)  # account#openid
    unit = UnicodeAttribute(null=True)  # where she lives
    name: Json = Json(null=True)
    building: Json = Json(null=True)
    door: Json = Json(null=True)
    phone: Json = Json(null=True)
    forget_at = TTLAttribute()

    by_unit = ByUnit()


class GuestLink(Record):
    """What became of a link that lets a resident in; hashes only, for a day.

    `link#<hash of the token>`: the browser that owns it. `ended#<hash of the conversation>`: what was given before `at`
    lets nobody in any more.
    """

    class Meta:
        table = 'guest-links'

    key = UnicodeAttribute(hash_key=True)
    browser = UnicodeAttribute(null=True)  # hash of its cookie
    at = UTCDateTimeAttribute()
    forget_at = TTLAttribute()


def guest_links(keys: Iterable[str]) -> dict[str, GuestLink]:
    """Those of the keys that are there, in one request."""
    return {row.key: row for row in GuestLink.batch_get(list(keys), consistent_read=True)}


def own_link(row: GuestLink) -> bool:
    """Whether the browser in `row` owns the link now: as the first, or as before."""
    return row.save_if(GuestLink.key.does_not_exist() | (GuestLink.browser == row.browser))


def resident(id: str) -> Resident | None:
    try:
        return Resident.get(id, consistent_read=True)
    except DoesNotExist:
        return None


def by_unit(unit: str) -> Iterator[Resident]:
    """Up to a second old."""
    return iter(Resident.by_unit.query(unit))


def told(id: str, unit: str, facts: Mapping[str, Said | None], forget_at: datetime) -> Write:
    """Store these facts, take away those that are None, leave the others as they are."""
    changed: list[Action] = [Resident.unit.set(unit), Resident.forget_at.set(forget_at)]
    for name, said in facts.items():
        attribute = getattr(Resident, name)
        changed.append(attribute.set(dict(said)) if said else attribute.remove())
    return lambda tx: tx.update(Resident(id), changed)


def moved(id: str, unit: str) -> Write:
    return lambda tx: tx.update(Resident(id), [Resident.unit.set(unit)])


def erasure(id: str) -> Write:
    """Also where there is nothing."""
    return lambda tx: tx.delete(Resident(id))
