"""Units, accounts and staff are read whole, kept for a minute, and outlive a failing store."""

import pytest

from chalicelib.alliance import actions
from chalicelib.alliance.records import Account, Member, Unit

ACCOUNT = '370202007005'


def test_units_and_accounts_by_id_and_in_order(neighbourhood):
    assert [unit.name for unit in actions.units()] == ['江苏路街道', '仙游路社区']
    assert actions.unit(ACCOUNT).parent == '370202007000'
    assert [account.id for account in actions.accounts()] == [ACCOUNT]
    assert actions.account(ACCOUNT).mode == 'safe'
    assert actions.unit('x') is actions.account('x') is actions.member('x') is None


@pytest.mark.parametrize(
    ('scene', 'unit'), ((f'sq:{ACCOUNT}', ACCOUNT), (ACCOUNT, None), ('sq:x', None), ('sq:', None), ('', None))
)
def test_a_posters_scene_names_its_unit(neighbourhood, scene, unit):
    found = actions.unit_of_scene(scene)
    assert (found and found.id) == unit


def test_only_a_verified_account_may_write_first(neighbourhood):
    assert actions.may_send(actions.account(ACCOUNT))
    assert not actions.may_send(Account('new', name='新', kind='subscription', unit=ACCOUNT))


def test_a_member_is_known_by_his_chat_on_his_own_account_only(wang):
    assert actions.member_in_chat(ACCOUNT, wang.openid).name == '王敏'
    assert actions.member_in_chat('370202001001', wang.openid) is None
    assert actions.member_in_chat(ACCOUNT, 'oSomebody') is None


def test_tables_are_kept_until_forgotten(neighbourhood):
    assert actions.unit('new') is None
    Unit('new', name='新社区', kind='community').save()
    assert actions.unit('new') is None
    actions.forget()
    assert actions.unit('new').name == '新社区'


@pytest.mark.parametrize(
    ('kept', 'model', 'question'),
    (
        (actions._units, Unit, actions.units),
        (actions._accounts, Account, actions.accounts),
        (actions._staff, Member, actions.members),
    ),
)
def test_a_failing_store_leaves_what_was_known(neighbourhood, wang, monkeypatch, kept, model, question):
    actions.forget()
    known = question()
    assert known
    model.delete_table()
    kept._held = (kept._held[0], 0.0)  # its minute is over
    assert question() == known
