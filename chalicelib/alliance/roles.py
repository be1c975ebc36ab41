"""What each role may do: the table in roles.toml, read on first use."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member

BE_TOLD, LEAD_UNIT, LEAD_BELOW, OPERATE = 'be_told', 'lead_unit', 'lead_below', 'operate'
PUBLISH, DISPATCH, SERVE = 'publish', 'dispatch', 'serve'
NAMES = ('clerk', 'lead', 'publisher', 'approver', 'dispatcher', 'crew', 'district_admin', 'operator')


class Role(NamedTuple):
    """`name`, `may_words`: as staff read them; `may`: deeds; `gives`: roles that it lets give to others."""

    id: str
    name: str
    english: str
    may: frozenset[str]
    gives: frozenset[str]
    may_words: str
    may_english: str


@cache
def roles() -> Mapping[str, Role]:
    import tomllib

    said = tomllib.loads(Path(__file__).with_suffix('.toml').read_text('utf-8'))
    deeds = said['deeds']
    return {
        id: Role(
            id, said[id]['name'], said[id]['english'], frozenset(said[id]['may']), frozenset(said[id]['gives']),
            '；'.join(deeds[deed]['chinese'] for deed in said[id]['may']),
            '; '.join(deeds[deed]['english'] for deed in said[id]['may']),
        )
        for id in NAMES
    }  # fmt: skip


def may(member: 'Member', deed: str) -> bool:
    return any(deed in roles()[role].may for role in member.roles if role in roles())


def gives(member: 'Member') -> frozenset[str]:
    """The roles he may give to others and take from them."""
    return frozenset(given for role in member.roles if role in roles() for given in roles()[role].gives)


def problems(given: Iterable[str]) -> list[str]:
    """One line for each that is no role."""
    return [f'there is no role {role}; there are {", ".join(NAMES)}' for role in given if role not in NAMES]


def named(given: Iterable[str]) -> str:
    """As staff read them, in the order of the table."""
    wanted = set(given)
    return '、'.join(role.name for role in roles().values() if role.id in wanted)
