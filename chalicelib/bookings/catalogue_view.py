"""The catalogue as pages show it: shelves with their items, and what is to be known of one."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.bookings import making, rules, telling
from chalicelib.bookings.words import say
from chalicelib.services import actions as services
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.services.records import Item, Option


class Card(NamedTuple):
    id: str
    name: str
    price: str
    sample: bool


class Shelf(NamedTuple):
    id: str
    name: str
    picture: str  # file name, '' for none
    cards: list[Card]


class Choice(NamedTuple):
    """An option; `mark` is the price as it is shown here, to be compared when she books."""

    id: str
    name: str
    price: str
    mark: str


def offered(unit: str) -> list['Item']:
    """What is to be had in a unit: it, one above it or one below it is served."""
    return [item for item in services.items() if services.serves(item, unit) or _below(item, unit)]


def served(unit: str) -> list['Item']:
    """What a resident of this unit can book."""
    return [item for item in services.items() if services.serves(item, unit)]


def shelves(items: Iterable['Item']) -> list[Shelf]:
    found = list(items)
    all_of = [
        Shelf(one.id, one.name, _picture(one.picture), [card(item) for item in found if item.category == one.id])
        for one in services.categories()
    ]
    return [shelf for shelf in all_of if shelf.cards]


def popular(items: Iterable['Item']) -> list[Card]:
    return [card(item) for item in items if item.popular]


def card(item: 'Item') -> Card:
    """The first option's price stands for all."""
    prices = [choice(option) for option in item.options]
    words = prices[0].price if len({one.price for one in prices}) == 1 else f'{prices[0].name} {prices[0].price}'
    return Card(item.id, item.name, words, bool(item.sample))


def choice(option: 'Option') -> Choice:
    return Choice(option.id, option.name, services.price_words(option), making.mark(option))


def chosen(item: 'Item', option_id: str) -> 'Option':
    """The option asked for; the first where there is no such."""
    return services.option(item, option_id) or item.options[0]


def facts(item: 'Item') -> list[tuple[str, str]]:
    """What to know before booking, by its name."""
    found = [(say('fact.where'), item.venue or say('fact.at_home'))]
    if item.prepare:
        found.append((say('fact.prepare'), item.prepare))
    if item.form == rules.BY_TIME:
        found += [(say('fact.ahead'), _ahead(item)), (say('fact.cancel'), cancel_rule(item))]
    found.append((say('fact.area'), _names(item.area)))
    found.append((say('fact.by'), _names(item.offered_by)))
    return found


def cancel_rule(item: 'Item') -> str:
    if all(option.price == 0 and not option.ceiling for option in item.options):
        return say('fact.cancel_free')
    if not item.cancel_hours:
        return say('fact.cancel_always')
    return say('fact.cancel_until', hours=_number(item.cancel_hours))


def _ahead(item: 'Item') -> str:
    minutes = int(item.lead_minutes)
    lead = say('fact.lead', span=clock.spoken_span(timedelta(minutes=minutes))) if minutes else ''
    return lead + say('fact.horizon', days=int(item.horizon_days))


def _number(value: float) -> str:
    return f'{value:g}'


def _names(units: Iterable[str]) -> str:
    return '、'.join(name for unit in units if (name := telling.name(unit)))


def _below(item: 'Item', unit: str) -> bool:
    return any(unit == above.id for area in item.area for above in alliance.above(area))


def _picture(name: str | None) -> str:
    return f'{name}.svg' if f'{name}.svg' in render.STATIC_TYPES else ''
