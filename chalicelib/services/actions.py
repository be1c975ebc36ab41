"""What may be booked and who comes, from memory: the three tables are read whole and kept for a minute."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib import holidays, hours
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.cached import Cached
from chalicelib.services.records import Category, Crew, Item, find_item

if TYPE_CHECKING:
    from chalicelib.services.records import Option

_FRESH_SECONDS = 60


class Priced(Protocol):
    """What has a price: an option, or what was agreed to. PynamoDB's attributes have types of their own."""

    price: Any  # fen | None
    ceiling: Any  # fen | None
    per: Any  # str


def _load_categories() -> list[Category]:
    return sorted(Category.scan(), key=lambda category: (category.order, category.id))


def _load_items() -> dict[str, Item]:
    return {item.id: item for item in sorted(Item.scan(), key=lambda item: (item.order, item.id))}


def _load_crews() -> dict[str, Crew]:
    return {crew.id: crew for crew in sorted(Crew.scan(), key=lambda crew: crew.id)}


_categories = Cached('service categories', _load_categories, _FRESH_SECONDS)
_items = Cached('services', _load_items, _FRESH_SECONDS)
_crews = Cached('crews', _load_crews, _FRESH_SECONDS)


def categories() -> list[Category]:
    """In the order of the catalogue."""
    return _categories()


def items(withdrawn: bool = False) -> list[Item]:
    """By category, in the order of the catalogue; those that are not offered any more only where they are wanted."""
    place = {category.id: number for number, category in enumerate(categories())}
    found = sorted(_items().values(), key=lambda item: place.get(item.category, len(place)))
    return [item for item in found if withdrawn or item.state == 'offered']


def item(item_id: str) -> Item | None:
    """In any state."""
    return _items().get(item_id)


def item_now(item_id: str) -> Item | None:
    """The item as it is at this moment, in any state: for what is agreed to, price and all.

    A read and no condition of the booking's transaction, which would make all bookings of an item meet on one row.
    """
    return find_item(item_id)


def option(item: Item, option_id: str) -> 'Option | None':
    return next((option for option in item.options if option.id == option_id), None)


def serves(item: Item, unit_id: str) -> bool:
    """Whether it comes to this unit: the unit itself, or one above it, is in the item's area."""
    over = [unit.id for unit in alliance.above(unit_id)]
    return not {unit_id, *over}.isdisjoint(item.area)


def crews() -> list[Crew]:
    return list(_crews().values())


def crew(crew_id: str) -> Crew | None:
    return _crews().get(crew_id)


def crews_of(unit_id: str) -> list[Crew]:
    return [crew for crew in crews() if crew.unit == unit_id]


def crews_for(item: Item) -> list[Crew]:
    """Who may do it, in the order in which they are asked."""
    return [crew for unit in item.offered_by for crew in crews_of(unit) if not crew.items or item.id in crew.items]


def hours_of(crew: Crew) -> hours.Hours:
    return _week(crew.work, tuple(crew.off_days), tuple(crew.extra_days), bool(crew.on_holidays))


@lru_cache(256)
def _week(work: str, off: tuple[str, ...], extra: tuple[str, ...], on_holidays: bool) -> hours.Hours:
    calendar = None if on_holidays else holidays
    return hours.Hours(hours.parse(work), (), _days(off), _days(extra), calendar)


def _days(texts: Iterable[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)


def price_words(option: Priced) -> str:
    """80 元/次，最多 120 元; 面议; 免费."""
    if option.price == 0 and not option.ceiling:
        return '免费'
    words = '面议' if option.price is None else f'{yuan(option.price)} 元/{option.per}'
    above = option.ceiling is not None and option.ceiling != option.price
    return f'{words}，最多 {yuan(option.ceiling)} 元' if above else words


def yuan(fen: float) -> str:
    """8000 → 80; 8050 → 80.50."""
    whole, rest = divmod(int(fen), 100)
    return f'{whole}.{rest:02}' if rest else str(whole)


def forget() -> None:
    """Read everything again at the next question: after our own writes, and between tests."""
    for cached in (_categories, _items, _crews):
        cached.forget()
