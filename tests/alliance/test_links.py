"""A one-time link signs in by its button, once; looking at it uses nothing up."""

from datetime import timedelta

import pytest

from chalicelib.alliance import signin
from chalicelib.alliance.records import Member, Token
from chalicelib.storage import commit

IPHONE = 'iPhone 上的微信'


@pytest.fixture
def link(wang, now):
    token, write = signin.make_link(wang, now)
    commit(write)
    return token


def test_opened_five_times_it_still_signs_in_once(link, wang, now):
    for _ in range(5):
        looked = signin.look_at_link(link, now)
        assert (looked.status, looked.member.id) == ('fresh', wang.id)
    session = signin.session(signin.use_link(link, IPHONE, now), now)
    assert (session.member.id, session.browser) == (wang.id, IPHONE)
    assert signin.use_link(link, IPHONE, now) is None
    assert signin.look_at_link(link, now).status == 'used'
    assert len(Member.get(wang.id).sessions) == 1


def test_a_link_lasts_ten_minutes(link, now):
    late = now + timedelta(minutes=10)
    assert signin.look_at_link(link, late).status == 'gone'
    assert signin.use_link(link, IPHONE, late) is None
    assert signin.use_link(link, IPHONE, late - timedelta(seconds=1))


@pytest.mark.parametrize('token', ('', 'x', 'x' * 5000, '%E5%95%8A', '社区'))
def test_an_invented_link_is_gone(store, now, token):
    assert signin.look_at_link(token, now).status == 'gone'
    assert signin.use_link(token, IPHONE, now) is None


def test_a_link_whose_write_was_never_made_is_gone(wang, now):
    token, _ = signin.make_link(wang, now)
    assert signin.use_link(token, IPHONE, now) is None


def test_not_me_voids_links_that_were_not_used(link, wang, now):
    signin.end_sessions(wang.id, now + timedelta(seconds=1))
    assert signin.look_at_link(link, now + timedelta(seconds=2)).status == 'gone'
    assert signin.use_link(link, IPHONE, now + timedelta(seconds=2)) is None


@pytest.mark.parametrize('out', (signin.suspend, signin.remove))
def test_a_member_who_is_out_cannot_use_his_link(link, wang, now, out):
    out(wang.id, now)
    assert signin.look_at_link(link, now).status == 'gone'
    assert signin.use_link(link, IPHONE, now) is None


def test_the_link_is_stored_only_as_a_hash(link):
    assert link not in str([row.to_dynamodb_dict() for row in Token.scan()])
