"""The price lists and the figures of usage, as data: what `costs` reckons with, and what each price is worth."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).parent / 'data'
CONFIRMED, FROM_MEMORY, ESTIMATED = TRUSTS = ('confirmed', 'from memory', 'estimated')

Usage = Mapping[str, Any]


class Price(NamedTuple):
    """Of `per` units; what `trust` means stands at the head of the file."""

    price: float
    per: int
    trust: str
    source: str
    note: str

    def of(self, quantity: float) -> float:
        return quantity / self.per * self.price


class Source(NamedTuple):
    url: str
    date: date
    what: str


class Prices(NamedTuple):
    """One region's list, by what is charged; `official` is where AWS shows it."""

    region: str
    currency: str
    official: str
    of: Mapping[str, Price]

    def oldest(self) -> date:
        """When the oldest of the figures that a page confirms was seen there."""
        named = sources()
        return min(named[price.source].date for price in self.of.values() if price.trust == CONFIRMED)


def regions() -> list[str]:
    return list(_read('prices')['regions'])


def load(region: str) -> Prices | None:
    """The list of this region; None where there is none."""
    found = _read('prices')['regions'].get(region)
    if found is None:
        return None
    priced = {key: Price(**price) for key, price in found['prices'].items()}
    return Prices(region, found['currency'], found['list'], priced)


def sources() -> dict[str, Source]:
    return {name: Source(**source) for name, source in _read('prices')['sources'].items()}


def usage() -> Usage:
    return _read('usage')


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f'{name}.toml').read_text())
