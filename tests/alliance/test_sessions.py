"""A session lasts twelve hours and never longer than its member may work."""

from datetime import timedelta

import pytest

from chalicelib.alliance import actions, membership, proofs, sessions, signin
from chalicelib.alliance.records import Member, Token
from chalicelib.storage import commit

SECOND = timedelta(seconds=1)


def test_a_session_ends_at_exactly_twelve_hours(wang, sign_in, now):
    cookie = sign_in(wang, now)
    assert signin.session(cookie, now + timedelta(hours=12) - timedelta(microseconds=1))
    assert signin.session(cookie, now + timedelta(hours=12)) is None


@pytest.mark.parametrize('cookie', ('', 'x', '社区', 'x' * 9000))
def test_an_invented_cookie_is_nobody(store, now, cookie):
    assert signin.session(cookie, now) is None


def test_the_cookie_is_stored_only_as_a_hash(wang, sign_in, now):
    cookie = sign_in(wang, now)
    kept = [row.to_dynamodb_dict() for model in (Token, Member) for row in model.scan()]
    assert cookie not in str(kept)
    assert proofs.hashed(cookie) in str(kept)


def test_the_forms_proof_is_the_sessions_own(wang, sign_in, now):
    one, other = sign_in(wang, now), sign_in(wang, now)
    assert signin.session(one, now).csrf == signin.session(one, now).csrf != signin.session(other, now).csrf
    assert one not in signin.session(one, now).csrf


def test_signing_out_ends_this_browser_only(wang, sign_in, now):
    one, other = sign_in(wang, now), sign_in(wang, now)
    signin.end_session(one)
    assert signin.session(one, now) is None
    assert signin.session(other, now)


def test_not_me_ends_every_browser_and_counts_those_that_were_open(wang, sign_in, now):
    yesterday = sign_in(wang, now - timedelta(hours=13))
    cookies = [sign_in(wang, now), sign_in(wang, now)]
    assert signin.end_sessions(wang.id, now + SECOND) == 2
    assert [signin.session(cookie, now + SECOND) for cookie in (yesterday, *cookies)] == [None] * 3
    assert not [row for row in Token.scan() if row.kind == 'session' and row.expires_at > now]
    assert sign_in(Member.get(wang.id), now + 2 * SECOND)


def test_not_me_also_stops_a_browser_that_was_confirmed_but_has_not_entered(wang, now):
    pending = signin.ask('Linux 电脑上的 Chrome', now)
    commit(signin.confirm(pending.code, wang, now))
    signin.end_sessions(wang.id, now + SECOND)
    assert signin.enter(pending.cookie, now + 2 * SECOND) is None


def test_the_eleventh_browser_ends_the_first(wang, sign_in, now):
    cookies = [sign_in(wang, now + n * SECOND) for n in range(membership.MOST_SESSIONS + 1)]
    at = now + timedelta(minutes=1)
    assert signin.session(cookies[0], at) is None
    assert all(signin.session(cookie, at) for cookie in cookies[1:])
    assert signin.end_sessions(wang.id, at) == membership.MOST_SESSIONS


def test_sessions_that_expired_leave_the_members_list(wang, sign_in, now):
    sign_in(wang, now - timedelta(hours=13))
    sign_in(wang, now)
    assert len(Member.get(wang.id).sessions) == 1


def test_a_new_members_session_counts_though_the_cache_does_not_know_him_yet(hire, sign_in, now):
    assert actions.members() == []
    wang = hire()
    assert signin.session(sign_in(wang, now), now).member.name == '王敏'


def test_after_a_change_of_units_the_new_session_never_shows_the_former_units(wang, sign_in, now, monkeypatch):
    assert actions.member(wang.id).units == ['370202007005']
    monkeypatch.setattr(actions, 'forget', lambda: None)  # the change is made in another process
    signin.change_units(wang.id, ['370202001001'], now)
    cookie = sign_in(wang, now + SECOND)
    assert signin.session(cookie, now + SECOND).member.units == ['370202001001']


def test_a_warm_session_takes_one_read(wang, sign_in, now, monkeypatch):
    cookie = sign_in(wang, now)
    actions.members()
    monkeypatch.setattr(sessions, 'find_member', None)
    assert signin.session(cookie, now)
