"""An invitation makes one chat a member, once."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.alliance import actions, invitations, signin
from chalicelib.alliance.records import Member, Token
from chalicelib.storage import Conflict, commit

ACCOUNT, OPENID = '370202007005', 'oWangMin'


@pytest.fixture
def invited(store, now):
    return signin.invite('王敏', (ACCOUNT,), ('clerk', 'lead'), now)


def test_an_accepted_invitation_makes_an_active_member_of_that_chat(invited, now):
    member, code = invited
    invitation = signin.find_invitation(code, now)
    assert (invitation.name, invitation.units) == ('王敏', [ACCOUNT])
    commit(signin.accept(invitation, ACCOUNT, OPENID, now))
    actions.forget()
    known = actions.member_in_chat(ACCOUNT, OPENID)
    assert (known.id, known.state, known.units, known.roles) == (member.id, 'active', [ACCOUNT], ['clerk', 'lead'])


def test_until_it_is_accepted_nobody_is_a_member(invited):
    assert actions.member(invited[0].id).state == 'invited'
    assert actions.member_in_chat(None, None) is None


def test_the_code_has_sixty_bits_and_no_letters_that_look_alike(store, now):
    assert len(set(invitations._LETTERS)) == 32
    assert not set('01IO') & set(invitations._LETTERS)
    _, code = signin.invite('王敏', (), (), now)
    assert re.fullmatch(r'WL(-[2-9A-HJ-NP-Z]{4}){3}', code)


def test_the_code_is_stored_only_as_a_hash(invited):
    kept = str([row.to_dynamodb_dict() for model in (Token, Member) for row in model.scan()])
    assert invited[1].removeprefix('WL-') not in kept
    assert invited[1].removeprefix('WL-').replace('-', '') not in kept


@pytest.mark.parametrize(
    'typed',
    (str.lower, lambda code: code.replace('-', ''), lambda code: code.replace('-', ' '), lambda code: f'  {code}\n',
     lambda code: code.replace('-', '－').replace('W', 'Ｗ'), lambda code: code.replace('-', '—')),
)  # fmt: skip
def test_a_code_is_found_however_it_is_typed(invited, now, typed):
    assert signin.find_invitation(typed(invited[1]), now)


@given(text=st.text(max_size=40))
def test_other_texts_are_no_invitation_and_cost_no_read(text):
    # no store here: a read would fail
    assert signin.find_invitation(text, None) is None


def test_an_invitation_lasts_seven_days(invited, now):
    late = now + timedelta(days=7)
    assert signin.find_invitation(invited[1], late - timedelta(seconds=1))
    assert signin.find_invitation(invited[1], late) is None


def test_an_invitation_found_in_time_but_accepted_late_fails(invited, now):
    invitation = signin.find_invitation(invited[1], now)
    with pytest.raises(Conflict):
        commit(signin.accept(invitation, ACCOUNT, OPENID, now + timedelta(days=7)))


def test_an_invitation_is_used_once(invited, now):
    first, second = (signin.find_invitation(invited[1], now) for _ in range(2))
    commit(signin.accept(first, ACCOUNT, OPENID, now))
    with pytest.raises(Conflict):
        commit(signin.accept(second, ACCOUNT, 'oSomebodyElse', now))
    assert signin.find_invitation(invited[1], now) is None
    assert Member.get(invited[0].id).openid == OPENID


@pytest.mark.parametrize('out', (None, signin.suspend))
def test_a_members_chat_cannot_become_a_second_member(wang, now, out):
    if out:
        out(wang.id, now)
    member, code = signin.invite('李强', (ACCOUNT,), ('clerk',), now)
    invitation = signin.find_invitation(code, now)
    assert signin.bound_member(ACCOUNT, OPENID).id == wang.id
    with pytest.raises(Conflict):
        commit(signin.accept(invitation, ACCOUNT, OPENID, now))
    assert Member.get(member.id).state == 'invited'
    assert signin.find_invitation(code, now)


def test_the_same_openid_of_another_account_is_another_chat(wang, now):
    assert signin.bound_member('370202001001', OPENID) is None
    _, code = signin.invite('李强', (), (), now)
    commit(signin.accept(signin.find_invitation(code, now), '370202001001', OPENID, now))
    assert signin.bound_member('370202001001', OPENID).name == '李强'


def test_a_member_removed_before_accepting_cannot_accept(invited, now):
    invitation = signin.find_invitation(invited[1], now)
    signin.remove(invited[0].id, now)
    assert signin.find_invitation(invited[1], now) is None
    with pytest.raises(Conflict):
        commit(signin.accept(invitation, ACCOUNT, OPENID, now))
