"""The doors, as a browser sees them."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from chalicelib import clock
from chalicelib.alliance import proofs, signin
from chalicelib.alliance.records import Member, Token
from chalicelib.storage import commit
from chalicelib.web.session import BIG, BROWSER, SESSION

IPHONE = (
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 '
    'MicroMessenger/8.0.49(0x18003137) NetType/4G Language/zh_CN'
)
REFRESH = 'http-equiv="refresh"'


@pytest.fixture
def browser(open_browser):
    return open_browser(IPHONE)


def code_on(page):
    return re.search(r'class="code"[^>]*>(\d{6})<', page.text)[1]


def form_of(page):
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return '&'.join(f'{name}={quote(value, safe="")}' for name, value in fields).encode()


def confirm(page, member, now):
    commit(signin.confirm(code_on(page), member, now))


def set_cookies(page):
    return {line.partition('=')[0]: line for line in page.headers['Set-Cookie']}


def test_the_whole_way_in_by_code(browser, wang, now):
    first = browser.get('/login?next=%2Fdesk%2Fa%3Funit%3Db')
    assert (first.status, REFRESH in first.text) == (200, True)
    assert 'iPhone 上的微信' in first.text
    again = browser.get('/login?next=%2Fdesk%2Fa%3Funit%3Db')
    assert code_on(again) == code_on(first)
    confirm(first, wang, now)
    entered = browser.get('/login?next=%2Fdesk%2Fa%3Funit%3Db')
    assert (entered.status, entered.location) == (303, '/desk/a?unit=b')
    assert browser.get('/desk/a').text.startswith('王敏')


def test_the_cookies_are_out_of_reach(browser, wang, now, monkeypatch):
    monkeypatch.setenv('WEILIN_BASE_URL', 'https://weilin.example.cn/api')
    first = browser.get('/login')
    confirm(first, wang, now)
    session = set_cookies(browser.get('/login'))[SESSION]
    for line in (set_cookies(first)[BROWSER], session):
        assert {'HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/api'} <= set(line.split('; '))
    assert 'Max-Age=43200' in session


def test_who_is_signed_in_already_goes_on(browser, wang, sign_in, now):
    browser.cookies[SESSION] = sign_in(wang, now)
    assert browser.get('/login?next=/desk/a').location == '/desk/a'


@pytest.mark.parametrize('evil', ('https://evil.cn', '//evil.cn', '/\\evil.cn', '/%09/evil.cn'))
def test_nobody_is_led_to_another_site(browser, wang, now, evil):
    confirm(browser.get(f'/login?next={evil}'), wang, now)
    assert browser.get(f'/login?next={evil}').location == '/desk'


def test_a_code_shown_to_one_browser_lets_no_other_in(browser, open_browser, wang, now):
    shown = browser.get('/login')
    stranger = open_browser('curl/8')
    stranger.get('/login')
    stranger.cookies[BROWSER] = f'{code_on(shown)}.{stranger.cookies[BROWSER].partition(".")[2]}'
    confirm(shown, wang, now)
    page = stranger.get('/login')
    assert page.status == 200
    assert SESSION not in stranger.cookies
    browser.get('/login')
    assert SESSION in browser.cookies


def test_a_refused_code_says_so_and_offers_a_new_one(browser, now):
    shown = browser.get('/login')
    commit(signin.refuse(code_on(shown), now))
    page = browser.get('/login?next=/desk/a')
    assert '这次登录被拒绝了' in page.text
    assert REFRESH not in page.text
    posted = browser.post('/login', form_of(page))
    assert (posted.status, posted.location) == (303, '/login?next=%2Fdesk%2Fa')
    assert code_on(browser.get('/login')) != code_on(shown)


def test_an_expired_code_says_so_and_offers_a_new_one(browser, now, monkeypatch):
    browser.get('/login')
    later = now + timedelta(minutes=5)
    monkeypatch.setattr(clock, 'now', lambda: later)
    page = browser.get('/login')
    assert '这个数字已经失效' in page.text
    assert REFRESH not in page.text
    browser.post('/login', form_of(page))
    assert REFRESH in browser.get('/login').text


def test_a_suspended_members_confirmed_code_shows_that_nobody_is_signed_in(browser, wang, now):
    confirm(browser.get('/login'), wang, now)
    signin.suspend(wang.id, now)
    page = browser.get('/login')
    assert '这次没有登录' in page.text
    assert SESSION not in browser.cookies


@pytest.mark.parametrize('form', (b'', b'csrf=', b'csrf=0123', b'next=%2Fdesk'))
def test_a_new_code_is_not_drawn_for_a_foreign_form(browser, form):
    browser.get('/login')
    before = browser.cookies[BROWSER]
    assert browser.post('/login', form).status == 403
    assert browser.cookies[BROWSER] == before
    assert Token.count() == 1


def test_a_page_left_open_until_its_cookie_is_gone_leads_to_a_new_code(browser):
    shown = browser.get('/login')
    browser.cookies.clear()
    assert browser.post('/login', form_of(shown) + b'next=%2Fdesk').location.startswith('/login')
    assert code_on(browser.get('/login'))


@pytest.fixture
def link(wang, now):
    token, write = signin.make_link(wang, now)
    commit(write)
    return f'/login/link/{token}'


@pytest.fixture
def told(monkeypatch, pages):
    calls = []
    monkeypatch.setattr(pages, 'SIGNED_IN', [lambda *call: calls.append(call)])
    return calls


def test_a_link_may_be_opened_often_and_its_button_pressed_once(browser, open_browser, link, wang, now, told):
    for scanner in ('curl/8', '', 'MicroMessenger preview', 'bot', IPHONE):
        assert open_browser(scanner).get(link).status == 200
    second = open_browser(IPHONE)
    early = second.get(link)
    page = browser.get(link)
    assert '王敏，您好' in page.text
    assert browser.post(link, form_of(page)).location == '/desk'
    assert browser.get('/desk/a').text.startswith('王敏')
    assert [(member.id, name, at) for member, name, at in told] == [(wang.id, 'iPhone 上的微信', now)]

    used = second.post(link, form_of(early))
    assert used.status == 410
    assert '这个链接已经用过' in used.text
    assert '发「登录」' in used.text
    assert SESSION not in second.cookies
    assert len(told) == 1


@pytest.mark.parametrize('form', (b'', b'csrf=', b'csrf=0123'))
def test_a_link_is_not_used_by_a_foreign_form(browser, link, wang, now, form):
    browser.get(link)
    assert browser.post(link, form).status == 403
    assert SESSION not in browser.cookies
    assert Member.get(wang.id).sessions == []


def test_a_link_is_not_used_by_a_browser_that_never_opened_it(browser, open_browser, link):
    form = form_of(open_browser().get(link))
    assert browser.post(link, form).status == 403


def test_the_proof_of_no_cookie_is_no_proof(browser, link):
    """Anybody can compute it: it would sign a stranger's link in for somebody who never asked."""
    assert browser.post(link, f'csrf={proofs.csrf("")}'.encode()).status == 403
    assert SESSION not in browser.cookies


def test_an_expired_link_says_how_to_get_another(browser, link, now, monkeypatch):
    page = browser.get(link)
    later = now + timedelta(minutes=10)
    monkeypatch.setattr(clock, 'now', lambda: later)
    for late in (browser.get(link), browser.post(link, form_of(page))):
        assert late.status == 410
        assert '这个链接已经失效' in late.text
        assert '发「登录」' in late.text


def test_a_member_who_cannot_be_told_is_signed_in_all_the_same(browser, link, monkeypatch, pages, caplog):
    def fail(*_):
        raise RuntimeError('WeChat is away')

    monkeypatch.setattr(pages, 'SIGNED_IN', [fail])
    assert browser.post(link, form_of(browser.get(link))).location == '/desk'
    assert 'a member was not told of a sign-in' in caplog.text


@pytest.mark.parametrize('path', ('/login', '/login/link/x'))
def test_while_the_store_is_away_the_doors_say_so(browser, path):
    Token.delete_table()
    page = browser.get(path)
    assert page.status == 503
    assert '请过一分钟再打开登录页' in page.text


def test_opening_a_link_does_not_take_the_code_of_a_waiting_page_away(browser, link):
    shown = browser.get('/login')
    browser.get(link)
    assert code_on(browser.get('/login')) == code_on(shown)


def test_a_link_opened_first_does_not_hide_the_code(browser, link):
    browser.get(link)
    assert code_on(browser.get('/login'))


def test_signing_out(browser, wang, sign_in, now):
    browser.cookies[SESSION] = cookie = sign_in(wang, now)
    assert browser.post('/logout', b'csrf=wrong').status == 403
    assert signin.session(cookie, now)
    gone = browser.post('/logout', f'csrf={signin.session(cookie, now).csrf}'.encode())
    assert gone.location == '/login'
    assert SESSION not in browser.cookies
    assert signin.session(cookie, now) is None


def test_big_type_is_switched_on_and_off_and_leads_back(browser):
    assert browser.get('/big?to=/login').location == '/login'
    assert browser.cookies[BIG] == '1'
    assert 'class="big"' in browser.get('/login').text
    assert browser.get('/big?to=//evil.cn').location == '/desk'
    assert BIG not in browser.cookies


def test_pages_are_not_kept_and_run_no_script(browser, link):
    for page in (browser.get('/login'), browser.get(link)):
        assert page.headers['Cache-Control'] == 'no-store'
        assert "default-src 'none'" in page.headers['Content-Security-Policy']
        assert '<script' not in page.text
        assert len(page.text.encode()) < 6_000
