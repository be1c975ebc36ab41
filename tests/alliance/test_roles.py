"""One table says what each role may do; whoever gives roles is held to it."""

import pytest

from chalicelib.alliance import roles
from chalicelib.alliance.records import Member


def member(*given: str) -> Member:
    return Member('m', name='m', roles=list(given))


def test_every_role_of_the_table_has_its_words() -> None:
    assert tuple(roles.roles()) == roles.NAMES
    for role in roles.roles().values():
        assert role.name
        assert role.may_words
        assert role.may_english.isascii() or '系统' in role.may_english


def test_nobody_can_give_more_than_he_may() -> None:
    """Whoever may give a role can already do what it brings, or it brings nothing over others: no way up by giving."""
    for role in roles.roles().values():
        for given in role.gives:
            assert roles.roles()[given].gives <= role.gives
            assert roles.LEAD_BELOW not in roles.roles()[given].may or roles.LEAD_BELOW in role.may
            assert roles.OPERATE not in roles.roles()[given].may


@pytest.mark.parametrize(
    ('given', 'may'),
    (
        (('clerk',), {roles.BE_TOLD}),
        (('lead',), {roles.BE_TOLD, roles.LEAD_UNIT}),
        (('district_admin',), {roles.BE_TOLD, roles.LEAD_UNIT, roles.LEAD_BELOW}),
        (('operator',), {roles.OPERATE}),
        (('publisher',), {roles.PUBLISH}),
        (('approver',), set()),
        (('dispatcher',), {roles.BE_TOLD, roles.DISPATCH}),
        (('crew',), {roles.SERVE}),
        (('a role of yesterday',), set()),
        ((), set()),
    ),
)
def test_a_member_may_what_his_roles_say(given: tuple[str, ...], may: set[str]) -> None:
    deeds = (
        roles.BE_TOLD, roles.LEAD_UNIT, roles.LEAD_BELOW, roles.OPERATE, roles.PUBLISH, roles.DISPATCH, roles.SERVE,
    )  # fmt: skip
    assert {deed for deed in deeds if roles.may(member(*given), deed)} == may


def test_what_is_no_role_is_named() -> None:
    assert roles.problems(['clerk', 'king']) == [
        'there is no role king; there are clerk, lead, publisher, approver, dispatcher, crew, district_admin, operator'
    ]
