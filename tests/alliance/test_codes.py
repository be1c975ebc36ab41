"""Six digits let in the browser that asked for them, once, after a member said so, and nobody else."""

import re
import secrets
from datetime import timedelta

import pytest

from chalicelib import storage
from chalicelib.alliance import codes, signin
from chalicelib.alliance.records import Member, Token
from chalicelib.storage import Conflict, Unavailable, commit

CHROME = 'Windows 电脑上的 Chrome'
SECOND = timedelta(seconds=1)


def test_a_confirmed_code_signs_its_browser_in(store, wang, now):
    pending = signin.ask(CHROME, now)
    assert signin.resume(pending.cookie, now).status == 'waiting'
    found = signin.find_code(pending.code, now)
    assert (found.browser, found.asked_at) == (CHROME, now)
    commit(signin.confirm(found.ref, wang, now))
    assert signin.resume(pending.cookie, now).status == 'confirmed'
    session = signin.session(signin.enter(pending.cookie, now), now)
    assert (session.member.id, session.browser, session.since) == (wang.id, CHROME, now)


def test_a_code_is_six_digits_and_lasts_five_minutes(store, now):
    pending = signin.ask(CHROME, now)
    assert re.fullmatch('[0-9]{6}', pending.code)
    assert pending.expires_at == now + timedelta(minutes=5)


def test_a_code_nobody_confirmed_lets_nobody_in(store, now):
    pending = signin.ask(CHROME, now)
    assert signin.enter(pending.cookie, now) is None


def test_a_code_is_used_up_by_entering(store, wang, now):
    pending = signin.ask(CHROME, now)
    commit(signin.confirm(pending.code, wang, now))
    assert signin.enter(pending.cookie, now)
    assert signin.enter(pending.cookie, now) is None
    assert signin.resume(pending.cookie, now).status == 'gone'
    assert len(Member.get(wang.id).sessions) == 1


def test_the_second_confirmation_of_a_code_fails(store, hire, now):
    first, second = hire(), hire('李强', openid='oLiQiang')
    pending = signin.ask(CHROME, now)
    writes = [signin.confirm(pending.code, member, now) for member in (first, second)]
    commit(writes[0])
    with pytest.raises(Conflict):
        commit(writes[1])
    assert signin.session(signin.enter(pending.cookie, now), now).member.id == first.id


@pytest.mark.parametrize(
    'forged',
    ('', 'x', '{code}', '{code}.', '{code}.guess', '.{secret}', '{other}.{secret}', '{code}@0123456789abcdef.{secret}'),
)
def test_another_browser_does_not_enter_by_a_confirmed_code(store, wang, now, forged):
    pending, other = signin.ask(CHROME, now), signin.ask('iPhone 上的微信', now)
    for code in (pending.code, other.code):
        commit(signin.confirm(code, wang, now))
    cookie = forged.format(code=pending.code, other=other.code, secret=pending.cookie.partition('.')[2])
    assert signin.resume(cookie, now).status == 'gone'
    assert signin.enter(cookie, now) is None
    assert signin.enter(pending.cookie, now)


def test_an_expired_code_is_gone_though_its_row_is_still_there(store, wang, now):
    pending = signin.ask(CHROME, now)
    late = pending.expires_at
    assert signin.find_code(pending.code, late - SECOND)
    assert signin.find_code(pending.code, late) is None
    assert signin.resume(pending.cookie, late).status == 'gone'
    with pytest.raises(Conflict):
        commit(signin.confirm(pending.code, wang, late))
    assert Token.get(f'code#{pending.code}')


def test_a_confirmed_code_must_be_entered_soon(store, wang, now):
    pending = signin.ask(CHROME, now)
    at = pending.expires_at - SECOND
    commit(signin.confirm(pending.code, wang, at))
    assert signin.enter(pending.cookie, at + timedelta(minutes=2)) is None
    assert signin.enter(pending.cookie, at + timedelta(minutes=2) - SECOND)


def test_a_refused_code_lets_nobody_in(store, wang, now):
    pending = signin.ask(CHROME, now)
    commit(signin.refuse(pending.code, now))
    assert signin.resume(pending.cookie, now).status == 'refused'
    assert signin.enter(pending.cookie, now) is None
    assert signin.find_code(pending.code, now) is None
    with pytest.raises(Conflict):
        commit(signin.confirm(pending.code, wang, now))


def test_a_confirmed_code_can_no_longer_be_refused(store, wang, now):
    pending = signin.ask(CHROME, now)
    commit(signin.confirm(pending.code, wang, now))
    with pytest.raises(Conflict):
        commit(signin.refuse(pending.code, now))


def test_digits_that_are_taken_are_drawn_again(store, now, monkeypatch):
    drawn = iter([7, 7, 7, 1234])
    monkeypatch.setattr(secrets, 'randbelow', lambda _: next(drawn))
    first, second = signin.ask(CHROME, now), signin.ask('iPhone 上的微信', now)
    assert (first.code, second.code) == ('000007', '001234')
    assert signin.resume(first.cookie, now).browser == CHROME


def test_digits_are_free_again_once_they_expired(store, now, monkeypatch):
    monkeypatch.setattr(secrets, 'randbelow', lambda _: 7)
    first = signin.ask(CHROME, now)
    later = first.expires_at
    second = signin.ask('iPhone 上的微信', later)
    assert signin.resume(first.cookie, later).status == 'gone'
    assert signin.resume(second.cookie, later).status == 'waiting'


def test_when_all_digits_are_taken_it_says_so_instead_of_sharing_one(store, now, monkeypatch):
    monkeypatch.setattr(secrets, 'randbelow', lambda _: 7)
    signin.ask(CHROME, now)
    with pytest.raises(Unavailable):
        signin.ask(CHROME, now)


def test_what_a_member_was_told_of_is_not_another_asking_with_the_same_digits(store, wang, now, monkeypatch):
    monkeypatch.setattr(secrets, 'randbelow', lambda _: 7)
    told = signin.find_code(signin.ask(CHROME, now).code, now)
    later = told.expires_at
    stranger = signin.ask('Linux 电脑上的 Chrome', later)
    assert signin.find_code(told.ref, later) is None
    with pytest.raises(Conflict):
        commit(signin.confirm(told.ref, wang, later))
    assert signin.enter(stranger.cookie, later) is None


@pytest.mark.parametrize('text', ('266071', '12345', '1234567', '１２３４５６', '12345a', '', '266071@zz', 'x' * 3000))
def test_what_matches_no_pending_code_is_an_ordinary_message(store, now, text):
    assert signin.find_code(text, now) is None


def test_the_cookies_secret_is_stored_only_as_a_hash(store, now):
    pending = signin.ask(CHROME, now)
    row = str(Token.get(f'code#{pending.code}').to_dynamodb_dict())
    assert pending.cookie.partition('.')[2] not in row


def test_two_reloads_at_once_sign_in_once(store, wang, now, monkeypatch):
    pending = signin.ask(CHROME, now)
    commit(signin.confirm(pending.code, wang, now))
    real, entered = codes.find_token, []

    def the_other_reload_is_faster(kind, name):
        row = real(kind, name)
        monkeypatch.setattr(codes, 'find_token', real)
        entered.append(signin.enter(pending.cookie, now))
        return row

    monkeypatch.setattr(codes, 'find_token', the_other_reload_is_faster)
    assert signin.enter(pending.cookie, now) is None
    assert signin.session(entered[0], now)
    assert len(Member.get(wang.id).sessions) == 1


def test_a_waiting_page_costs_one_read(store, now, monkeypatch):
    pending, asked = signin.ask(CHROME, now), []
    made = storage.connection().client
    monkeypatch.setattr(made, '_make_api_call', _counting(made._make_api_call, asked))
    signin.resume(pending.cookie, now)
    assert asked == ['GetItem']


def _counting(call, asked):
    def counted(name, *rest):
        asked.append(name)
        return call(name, *rest)

    return counted
