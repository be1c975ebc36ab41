"""Who is suspended, removed or moved is out of every browser in the same moment, however close a sign-in comes."""

from datetime import timedelta

import pytest

from chalicelib.alliance import actions, membership, sessions, signin
from chalicelib.alliance.records import Member, Token
from chalicelib.storage import Conflict, commit

OUT = pytest.mark.parametrize('out', (signin.suspend, signin.remove))
SECOND = timedelta(seconds=1)


def open_sessions():
    return [row for row in Token.scan() if row.kind == 'session']


@OUT
def test_sessions_end_at_once(wang, sign_in, now, out):
    cookies = [sign_in(wang, now), sign_in(wang, now)]
    actions.members()  # this process remembers him as active
    out(wang.id, now)
    assert [signin.session(cookie, now) for cookie in cookies] == [None, None]
    assert open_sessions() == []


def test_units_change_for_all_browsers_at_once(wang, sign_in, now):
    cookie = sign_in(wang, now)
    signin.change_units(wang.id, ['370202001001', '370202001002'], now)
    assert signin.session(cookie, now) is None
    assert Member.get(wang.id).units == ['370202001001', '370202001002']


@OUT
def test_a_sign_in_that_read_before_loses(wang, now, monkeypatch, out):
    """The sign-in has read an active member; he goes out before its transaction."""
    pending = signin.ask('iPhone 上的微信', now)
    commit(signin.confirm(pending.code, wang, now))
    real = sessions.find_member

    def read_then_out(member_id):
        member = real(member_id)
        monkeypatch.setattr(sessions, 'find_member', real)
        out(wang.id, now + SECOND)
        return member

    monkeypatch.setattr(sessions, 'find_member', read_then_out)
    assert signin.enter(pending.cookie, now + SECOND) is None
    assert open_sessions() == []


@OUT
def test_a_sign_in_that_comes_between_is_ended_too(wang, sign_in, now, monkeypatch, out):
    """The suspension has read the member; he signs in before its transaction."""
    real, cookies = membership.find_member, []

    def read_then_signed_in(member_id):
        member = real(member_id)
        if not cookies:
            cookies.append(sign_in(wang, now))
        return member

    monkeypatch.setattr(membership, 'find_member', read_then_signed_in)
    out(wang.id, now)
    assert cookies
    assert signin.session(cookies[0], now) is None
    assert open_sessions() == []


def test_a_suspension_that_never_wins_says_so(wang, now, monkeypatch):
    real = membership.find_member

    def read_then_changed(member_id):
        member = real(member_id)
        Member.get(member_id).save()  # somebody else's change, each time
        return member

    monkeypatch.setattr(membership, 'find_member', read_then_changed)
    with pytest.raises(Conflict):
        signin.suspend(wang.id, now)


@OUT
def test_a_session_row_left_over_is_not_honoured(wang, sign_in, now, out):
    """Whatever went wrong with the row: a member who is not active is nobody."""
    cookie = sign_in(wang, now)
    row = open_sessions()[0]
    out(wang.id, now)
    row.save()
    assert signin.session(cookie, now) is None


def test_a_suspended_member_is_no_member_in_chat_and_comes_back_when_restored(wang, sign_in, now):
    assert actions.member_in_chat(wang.account, wang.openid).id == wang.id
    signin.suspend(wang.id, now)
    assert actions.member_in_chat(wang.account, wang.openid) is None
    signin.restore(wang.id, now + SECOND)
    assert actions.member_in_chat(wang.account, wang.openid).id == wang.id
    assert signin.session(sign_in(wang, now + 2 * SECOND), now + 2 * SECOND)


def test_suspension_outlasts_a_confirmation_given_from_an_old_cache(wang, now):
    pending = signin.ask('iPhone 上的微信', now)
    signin.suspend(wang.id, now)
    commit(signin.confirm(pending.code, wang, now + SECOND))
    assert signin.enter(pending.cookie, now + SECOND) is None


def test_removal_forgets_the_member_and_frees_his_chat(wang, hire, now):
    signin.remove(wang.id, now)
    assert actions.member(wang.id) is None
    assert [row.key for row in Token.scan() if wang.openid in row.key] == []
    assert hire('王敏').state == 'active'


def test_a_suspended_member_who_never_accepted_is_restored_to_invited(store, now):
    member, code = signin.invite('王敏', ('370202007005',), ('clerk',), now)
    signin.suspend(member.id, now)
    assert signin.find_invitation(code, now) is None
    signin.restore(member.id, now)
    assert signin.find_invitation(code, now)


@pytest.mark.parametrize('change', (signin.suspend, signin.remove, signin.restore, signin.end_sessions))
def test_nobody_is_changed_who_does_not_exist(store, now, change):
    with pytest.raises(signin.Unknown):
        change('nobody', now)
    assert list(Member.scan()) == []
