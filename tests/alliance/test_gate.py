"""Nobody passes the gate without a session and a form of ours, and nothing typed is lost there."""

from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.alliance import gate, signin
from chalicelib.alliance.records import Member, Token
from chalicelib.web.session import SESSION
from tests.views import routes


@pytest.fixture
def browser(open_browser):
    return open_browser()


@pytest.fixture
def clerk(browser, wang, sign_in, now):
    """Wang's browser, signed in."""
    browser.cookies[SESSION] = sign_in(wang, now)
    return browser


def csrf(page):
    return page.text.rsplit(' ', 1)[1]


def test_a_member_gets_his_page(clerk):
    page = clerk.get('/desk/370202007005?unit=a&b=%E5%95%8A')
    assert page.text.startswith('王敏 370202007005 /desk/370202007005?unit=a&b=%E5%95%8A ')


@pytest.mark.parametrize('cookie', (None, '', 'invented'))
def test_a_stranger_is_sent_to_the_login_page_and_back(browser, cookie):
    if cookie is not None:
        browser.cookies[SESSION] = cookie
    page = browser.get('/desk/370202007005?unit=a')
    assert page.status == 303
    assert urlsplit(page.location).path == '/login'
    assert parse_qs(urlsplit(page.location).query)['next'] == ['/desk/370202007005?unit=a']


def test_a_form_of_ours_is_accepted(clerk):
    proof = csrf(clerk.get('/desk/x'))
    assert clerk.post('/desk/x', f'csrf={proof}&text=ok'.encode()).text == 'sent: ok'


@pytest.mark.parametrize('proof', ('', '&csrf=', '&csrf=0000', '&csrf=%E5%95%8A'))
def test_a_form_without_the_right_proof_is_refused_and_its_words_are_shown_again(clerk, proof):
    page = clerk.post('/desk/x', f'text=%3Cb%3E 明天上午&form=1-a{proof}'.encode())
    assert page.status == 403
    assert '&lt;b&gt; 明天上午' in page.text
    assert 'sent:' not in page.text
    assert '1-a' not in page.text


def test_a_form_with_another_sessions_proof_is_refused(clerk, wang, sign_in, now):
    other = signin.session(sign_in(wang, now), now).csrf
    assert clerk.post('/desk/x', f'csrf={other}&text=ok'.encode()).status == 403


def test_a_form_sent_after_the_session_ended_keeps_its_words(clerk, wang, now):
    proof = csrf(clerk.get('/desk/x'))
    signin.suspend(wang.id, now)
    page = clerk.post('/desk/x', f'csrf={proof}&text=already+on+the+way'.encode())
    assert page.status == 403
    assert 'already on the way' in page.text
    assert '/login?next=' in page.text


def test_a_view_that_fails_gives_back_what_was_typed(clerk, caplog):
    proof = csrf(clerk.get('/desk/x'))
    page = clerk.post('/broken', f'csrf={proof}&text=two+pages+of+work'.encode())
    assert page.status == 500
    assert 'two pages of work' in page.text
    assert 'Traceback' not in page.text
    assert 'a staff page failed page=a_broken_view' in caplog.text


def test_a_form_sent_while_the_store_is_away_keeps_its_words(clerk):
    proof = csrf(clerk.get('/desk/x'))
    Token.delete_table()
    page = clerk.post('/desk/x', f'csrf={proof}&text=two+pages+of+work'.encode())
    assert page.status == 500
    assert 'two pages of work' in page.text


def test_chalices_own_errors_pass(clerk):
    assert clerk.get('/missing').status == 404


def test_the_rule_test_can_see_which_views_are_guarded(doors):
    views = {(route.path, route.method): route.view for route in routes(doors)}
    assert views['/desk/{unit}', 'GET'].guarded == 'staff'
    assert views['/logout', 'POST'].guarded == 'staff'
    assert not hasattr(views['/login', 'GET'], 'guarded')


@pytest.mark.parametrize('path', ('/', '/desk', '/desk?unit=1&x=%E5%95%8A', '/login/link/a-b_c'))
def test_our_own_paths_are_gone_to(path):
    assert gate.our_path(path) == path


@pytest.mark.parametrize(
    'path',
    ('', 'desk', 'https://evil.cn', '//evil.cn', '/\\evil.cn', '\\\\evil.cn', '/\t/evil.cn', '/a\nSet-Cookie: x',
     '/a b', ' /desk', '/desk\r\n', '/啊', 'javascript:alert(1)', '/a\\b', '/' + 'a' * 600),
)  # fmt: skip
def test_everything_else_leads_to_the_desk(path):
    assert gate.our_path(path) == '/desk'


def test_a_member_handles_his_own_units_only(store, now):
    member = Member('m', units=['a', 'b'])
    assert gate.may_handle(member, 'x', 'b', now=now)
    assert not gate.may_handle(member, 'x', now=now)
    assert not gate.may_handle(member, now=now)
    assert not gate.may_handle(Member('n', units=[]), 'a', None, now=now)
