"""Who residents are, as far as somebody has said so; apart from the conversations, which the callback reads."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
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
