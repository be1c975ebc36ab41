"""Where the product may run, and what has to be said before it does."""

import tomllib
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / 'data' / 'regions.toml'


class Region(NamedTuple):
    """`production`: residents' personal data may be kept there. `tracing`: X-Ray works with Lambda."""

    id: str
    name: str
    partition: str
    domain: str
    currency: str
    production: bool
    tracing: bool


def regions() -> dict[str, Region]:
    return {name: Region(name, **found) for name, found in tomllib.loads(DATA.read_text()).items()}


def known(region: str) -> Region | None:
    return regions().get(region)


def warning(region: str) -> str | None:
    """What has to be read before anything is made outside mainland China; None where production may run."""
    found = known(region)
    if found and found.production:
        return None
    mainland = ', '.join(each.id for each in regions().values() if each.production)
    where = f'{region} ({found.name})' if found else f'{region}, which docs/regions.md does not know,'
    return (
        f'{where} is not a region of mainland China.\n'
        'A state organ keeps the personal data it handles within the mainland, and needs a security assessment before\n'
        'any of it goes abroad (Personal Information Protection Law, article 36). So this is for demonstrations with\n'
        'invented residents only: never connect an Official Account that real residents follow.\n'
        f'Production is for {mainland}.'
    )
