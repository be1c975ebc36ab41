"""WeChat says who opens a page: the whole way over real HTTP, with the stand-in on the other side."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from chalicelib import address
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Account
from chalicelib.inbox import actions as inbox
from chalicelib.inbox.records import Conversation
from chalicelib.residents import authorising, guest_sessions, guests, refusals, vouchers
from chalicelib.residents.guests import Guest
from tests.door import ACCOUNT, SECRETS
from tests.house import House, open_house
from tests.log_reading import written

EXCHANGE = '/sns/oauth2/access_token'
SECOND = timedelta(seconds=1)


class Phone:
    """A browser on somebody's phone; follows no redirect by itself."""

    def __init__(self, person: str = 'lin') -> None:
        self.session = requests.Session()
        self.session.cookies.set('phone', person)

    def get(self, place: str) -> Any:
        url = place if place.startswith('http') else f'{address.base_url()}{place}'
        return self.session.get(url, allow_redirects=False, timeout=10)

    def to_wechat(self, path: str = f'/go/{ACCOUNT}/book') -> str:
        return str(self.get(path).headers['Location'])

    def back(self) -> str:
        """Where WeChat sends it."""
        return str(self.get(self.to_wechat()).headers['Location'])

    def arrives(self) -> Any:
        return self.get(self.back())

    @property
    def held(self) -> str:
        """The cookie of her session."""
        return str(self.session.cookies.get(guest_sessions.NAME) or '')


@pytest.fixture
def house(alliance: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A certified service account, and Lin who has just followed it."""
    with open_house(monkeypatch, now) as house:
        house.world.state.accounts[ACCOUNT].kind = 'service'
        be('service', verified=True)
        house.says('您好')
        yield house


def be(kind: str, verified: bool) -> None:
    account = Account.get(ACCOUNT)
    account.update([Account.kind.set(kind), Account.verified.set(verified)])
    alliance.forget()


def there(held: str, now: datetime, pass_: str = f'me.{ACCOUNT}', **more: str) -> Guest | None:
    cookies = '; '.join(f'{name}={value}' for name, value in {guest_sessions.NAME: held, **more}.items())
    asked: Any = SimpleNamespace(raw_body=b'', headers={'cookie': cookies}, query_params=None)
    return guests.of(pass_, asked, 'book', now)


def query(place: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(place).query).items()}


def test_she_is_sent_to_wechat_as_wechat_wants_it(house: House) -> None:
    answer = Phone().get(f'/go/{ACCOUNT}/book')
    place = answer.headers['Location']
    assert answer.status_code == 302
    assert place.startswith(
        f'{house.world.url}/connect/oauth2/authorize?appid={SECRETS["app_id"]}&redirect_uri=http%3A'
    )
    assert place.endswith('#wechat_redirect')
    assert query(place)['redirect_uri'] == f'{address.base_url()}/oauth/{ACCOUNT}'
    assert query(place)['scope'] == 'snsapi_base'
    assert len(query(place)['state']) == 32
    assert query(place)['state'] not in answer.headers['Set-Cookie']
    assert f'Path=/oauth/{ACCOUNT};' in answer.headers['Set-Cookie']


def test_wechat_says_who_she_is_and_her_browser_keeps_it(house: House) -> None:
    phone = Phone()
    answer = phone.arrives()
    assert (answer.status_code, answer.headers['Location']) == (303, f'/s/me.{ACCOUNT}')
    line = next(one for one in answer.raw.headers.getlist('Set-Cookie') if one.startswith(guest_sessions.NAME))
    assert f'Path=/s/me.{ACCOUNT}; Max-Age=7200; HttpOnly; SameSite=Lax' in line
    assert house.world.openid('lin', ACCOUNT) not in line
    assert authorising.NAME not in phone.session.cookies
    found = there(phone.held, house.now)
    assert found
    assert (found.conversation_id, found.account, found.by) == (house.id, ACCOUNT, 'oauth')
    assert (found.shows_stored, found.bound) == (True, True)
    assert guests.bind(found, SimpleNamespace(headers={}, raw_body=b'', query_params=None), house.now) == []


def test_a_session_is_over_after_two_hours_to_the_second(house: House, now: datetime) -> None:
    held = vouchers.make(house.id, 'session', now)
    assert there(held, now + guest_sessions.LASTS - SECOND)
    assert there(held, now + guest_sessions.LASTS) is None
    assert there(vouchers.make(house.id, 'session', now + timedelta(minutes=2)), now) is None


def test_what_is_no_session_of_this_account_lets_nobody_in(house: House, now: datetime) -> None:
    held, link = vouchers.make(house.id, 'session', now), guests.link(house.id, 'book', now)
    assert there(held, now)
    wrong = ['', held[:-1], held[:-30], 'x' * 10_000, held + 'A' * 10_000, f'{held}=', link, ACCOUNT, f'{ACCOUNT}.']
    assert [one[:40] for one in wrong if there(one, now)] == []
    assert there(held, now, pass_=held) is None
    for other in ('other', '370202013002', '', ACCOUNT[:-1], f'{ACCOUNT}.', 'x' * 10_000):
        assert there(held, now, pass_=f'me.{other}') is None
    assert there('', now, weilin_guest='b' * 43) is None


def test_what_was_given_until_now_is_ended_sessions_too(house: House, now: datetime) -> None:
    held = vouchers.make(house.id, 'session', now)
    guests.end_all(house.id, now)
    assert there(held, now + SECOND) is None
    assert there(vouchers.make(house.id, 'session', now + SECOND), now + SECOND)


def test_a_form_is_good_in_its_own_session_only(house: House, now: datetime) -> None:
    mine, another = (there(vouchers.make(house.id, 'session', now), now) for _ in range(2))
    assert mine
    assert another
    form = {'form': guests.form_token(mine, now)}
    assert guests.checked(form, mine, now)
    assert guests.checked(form, another, now) is None


def test_opened_by_somebody_else_the_way_back_uses_nothing_up(house: House) -> None:
    phone = Phone()
    back = phone.back()
    ahead = Phone().get(back)
    assert (ahead.status_code, 'Set-Cookie' in ahead.headers) == (403, False)
    assert '重新打开' in ahead.text
    assert phone.get(back).status_code == 303


@pytest.mark.parametrize('value', ['', 'x' * 10_000, '%E4%B8%AD', '..%2F'])
@pytest.mark.parametrize('changed', ['state', 'code'])
def test_a_way_back_that_was_tampered_with_is_refused(house: House, changed: str, value: str) -> None:
    phone = Phone()
    asked = query(phone.back()) | {changed: value}
    answer = phone.get(f'/oauth/{ACCOUNT}?code={asked["code"]}&state={asked["state"]}&next=https://evil.example')
    assert (answer.status_code, 'evil.example' in answer.text) == (403, False)
    assert phone.held == ''


def test_a_code_that_was_made_up_is_asked_for_once_more(house: House) -> None:
    phone = Phone()
    state = query(phone.back())['state']
    assert phone.get(f'/oauth/{ACCOUNT}?code=x&state={state}').headers['Location'].startswith(house.world.url)
    assert phone.held == ''


def test_a_way_of_ten_minutes_ago_is_none(house: House) -> None:
    phone = Phone()
    back = phone.back()
    house.later(timedelta(minutes=10))
    assert phone.get(back).status_code == 403


def test_a_way_to_another_account_does_not_lead_here(house: House) -> None:
    _, line = authorising.begin(ACCOUNT, authorising.Way('book', 1), house.now)
    held = line.partition('=')[2].partition(';')[0]
    assert authorising.back('other', held, 'x' * 32, house.now) is None
    assert authorising.back(ACCOUNT, held.replace(ACCOUNT, 'other'), 'x' * 32, house.now) is None
    assert authorising.back(ACCOUNT, held, 'x' * 32, house.now) is None


def test_a_used_code_is_asked_for_once_more_and_not_for_ever(house: House) -> None:
    phone = Phone()
    house.world.faults.always[EXCHANGE] = 40163
    again = phone.arrives()
    assert again.status_code == 302
    assert again.headers['Location'].startswith(f'{house.world.url}/connect/')
    given_up = phone.get(phone.get(again.headers['Location']).headers['Location'])
    assert (given_up.status_code, '暂时打不开' in given_up.text) == (503, True)
    house.world.faults.always.clear()
    assert phone.arrives().status_code == 303


def test_the_same_way_back_asked_for_twice_at_once_ends_well(house: House) -> None:
    phone = Phone()
    back, cookies = phone.back(), phone.session.cookies.copy()
    assert phone.get(back).status_code == 303
    twin = Phone()
    twin.session.cookies = cookies
    again = twin.get(back)
    assert again.status_code == 302
    assert twin.get(twin.get(again.headers['Location']).headers['Location']).status_code == 303


def test_a_code_that_is_too_old_is_asked_for_once_more(house: House) -> None:
    phone = Phone()
    back = phone.back()
    house.later(timedelta(minutes=5))
    assert phone.get(back).status_code == 302


@pytest.mark.parametrize('code', [40125, 48001, -1])
def test_where_wechat_says_nothing_she_is_told(house: House, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('chalicelib.wechat.api.time.sleep', lambda seconds: None)
    house.world.faults.always[EXCHANGE] = code
    answer = Phone().arrives()
    assert (answer.status_code, '在公众号里发「预约」' in answer.text) == (503, True)


def test_where_wechat_is_down_she_is_told(house: House) -> None:
    house.world.faults.api_down = True
    assert Phone().arrives().status_code == 503


def test_a_snapshot_user_is_nobody(house: House) -> None:
    before = {found.id for found in Conversation.scan()}
    house.world.faults.snapshot = True
    phone = Phone()
    answer = phone.arrives()
    assert answer.status_code == 403
    assert '请点右下角「使用完整服务」' in answer.text
    assert phone.held == ''
    assert {found.id for found in Conversation.scan()} == before


def test_who_does_not_follow_is_asked_to(house: House) -> None:
    house.world.add_person('wu', '吴先生')
    phone = Phone('wu')
    answer = phone.arrives()
    assert (answer.status_code, '关注公众号「仙游路社区」' in answer.text) == (403, True)
    assert (phone.held, inbox.conversation(f'{ACCOUNT}#{house.world.openid("wu", ACCOUNT)}')) == ('', None)
    house.world.follow('wu', ACCOUNT)
    house.world.wait_idle(20)
    assert phone.arrives().status_code == 303


def test_who_has_left_is_asked_to_follow_and_her_session_is_over(house: House) -> None:
    phone = Phone()
    phone.arrives()
    house.world.unfollow('lin', ACCOUNT)
    house.world.wait_idle(20)
    assert there(phone.held, house.now) is None
    assert '请先关注公众号' in Phone().arrives().text


@pytest.mark.parametrize(('kind', 'verified'), [('subscription', True), ('service', False)])
def test_an_account_without_oauth_says_what_to_write(house: House, kind: str, verified: bool) -> None:
    be(kind, verified)
    answer = Phone().get(f'/go/{ACCOUNT}/book')
    assert '请在公众号里发「预约」' in answer.text
    assert 'Location' not in answer.headers
    assert Phone().get(f'/oauth/{ACCOUNT}?code=a&state=b').status_code == 404


@pytest.mark.parametrize(
    'path',
    ['/go/nobody/book', f'/go/{ACCOUNT}/sell', f'/go/{ACCOUNT}.x/book', f'/go/{"x" * 5000}/book', '/oauth/nobody'],
)
def test_what_there_is_not_is_no_page(house: House, path: str) -> None:
    answer = Phone().get(path)
    assert (answer.status_code, 'Location' in answer.headers) == (404, False)


def test_nothing_of_her_stands_in_the_log(house: House) -> None:
    with written(logging.INFO) as log:
        phone = Phone()
        back = phone.back()
        phone.get(back)
        assert phone.held
        twin = Phone()
        house.world.faults.always[EXCHANGE] = 40029
        twin.arrives()
        house.world.faults.snapshot = True
        Phone().arrives()
    assert log.said('WeChat refused a call')
    for secret in (house.world.openid('lin', ACCOUNT), query(back)['code'], phone.held, SECRETS['secret']):
        assert secret not in ''.join(log.text)


@pytest.mark.usefixtures('house')
@pytest.mark.parametrize(('posted', 'status'), [(False, 303), (True, 410)])
def test_whose_session_is_over_goes_to_wechat_again(posted: bool, status: int) -> None:
    asked: Any = SimpleNamespace(raw_body=b'', headers={}, query_params=None)
    answer = refusals.over(f'me.{ACCOUNT}', 'book', asked, posted=posted)
    assert answer.status_code == status
    assert f'/go/{ACCOUNT}/book' in (answer.body or answer.headers['Location'])


@pytest.mark.usefixtures('house')
@pytest.mark.parametrize('pass_', ['', 'x', 'me.nobody', 'me.//evil.example', 'x' * 10_000])
def test_a_link_that_is_over_says_how_to_get_another(pass_: str) -> None:
    asked: Any = SimpleNamespace(raw_body=b'', headers={}, query_params=None)
    for posted in (False, True):
        answer = refusals.over(pass_, 'book', asked, posted=posted)
        assert (answer.status_code, '要新的链接：在公众号里发「预约」' in answer.body) == (410, True)
        assert pass_[3:] == '' or pass_[3:] not in answer.body
    foreign = refusals.foreign('book', asked)
    assert (foreign.status_code, '这个链接已经在另一台手机上用过' in foreign.body) == (409, True)
