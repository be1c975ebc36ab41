"""Who may edit the catalogue of services, and whose crews somebody looks after."""

from typing import TYPE_CHECKING

from chalicelib.alliance import actions as alliance
from chalicelib.alliance import managing, roles

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member


def districts(member: 'Member') -> list[str]:
    """The districts whose catalogue the member edits; none for anybody but a publisher of one."""
    return _of_kind(member.units, 'district') if roles.may(member, roles.PUBLISH) else []


def crew_units(member: 'Member') -> list[str]:
    """The units whose crews the member looks after: those led, and as a dispatcher the own ones."""
    own = member.units if roles.may(member, roles.DISPATCH) else ()
    return _of_kind(dict.fromkeys([*own, *managing.units_managed(member)]), 'partner', 'community')


def is_of_company(member: 'Member') -> bool:
    """Whether the way to the crews stands in the header."""
    looks_after = roles.may(member, roles.DISPATCH) or roles.may(member, roles.LEAD_UNIT)
    return looks_after and bool(_of_kind(member.units, 'partner'))


def _of_kind(units: 'list[str] | dict[str, None]', *kinds: str) -> list[str]:
    return [id for id in units if (unit := alliance.unit(id)) and unit.kind in kinds]
