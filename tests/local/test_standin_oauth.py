"""The stand-in's 网页授权: whose phone it is, codes that are good once, and what is refused as WeChat refuses it."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from local.standin.world import World
from tests.local.stage import Api, Callback, Clock, add_account

PHONE = {'phone': 'li'}


def authorize(api: Api, callback: Callback, cookies: dict[str, str] | None = None, /, **changes: str) -> Any:
    back = '{0.scheme}://{0.netloc}/oauth/xianyou'.format(urlsplit(callback.url))
    asked = {
        'appid': 'wx-xianyou', 'redirect_uri': back, 'response_type': 'code', 'scope': 'snsapi_base', 'state': 'a1',
    } | changes  # fmt: skip
    address = f'{api.url}/connect/oauth2/authorize'
    return requests.get(address, asked, cookies=cookies, allow_redirects=False, timeout=10)


def brought(answer: Any) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(answer.headers['Location']).query).items()}


def exchange(api: Api, code: str, account: str = 'xianyou', /, **changes: str) -> dict[str, Any]:
    asked = {'appid': f'wx-{account}', 'secret': f'secret-{account}', 'grant_type': 'authorization_code', 'code': code}
    return dict(requests.get(f'{api.url}/sns/oauth2/access_token', asked | changes, timeout=10).json())


def test_the_phone_whose_chat_was_looked_at_last_is_named(api: Api, callback: Callback, world: World) -> None:
    world.add_person('xiaolin', '小林')
    browser = requests.Session()
    for person in ('xiaolin', 'li'):
        browser.get(f'{api.url}/phone/{person}/xianyou', timeout=10)
    answer = authorize(api, callback, browser.cookies.get_dict())
    assert answer.status_code == 302
    assert answer.headers['Location'].startswith(callback.url.replace('/wechat', '/oauth/xianyou?code='))
    assert brought(answer)['state'] == 'a1'
    said = exchange(api, brought(answer)['code'])
    assert (said['openid'], said['scope']) == (world.openid('li', 'xianyou'), 'snsapi_base')
    assert 'is_snapshotuser' not in said


def test_a_browser_that_is_nobodys_phone_yet_is_asked(api: Api, callback: Callback, world: World) -> None:
    page = authorize(api, callback)
    assert (page.status_code, '李阿姨' in page.text) == (200, True)
    code = brought(authorize(api, callback, {'phone': 'nobody'}, phone='li'))['code']
    assert exchange(api, code)['openid'] == world.openid('li', 'xianyou')


def test_a_code_is_good_once_for_five_minutes_and_its_account(
    api: Api, callback: Callback, world: World, clock: Clock
) -> None:
    add_account(world, 'other', callback)
    first, second, third = (brought(authorize(api, callback, PHONE))['code'] for _ in range(3))
    assert exchange(api, first, 'other')['errcode'] == 40029
    assert 'openid' in exchange(api, first)
    assert exchange(api, first)['errcode'] == 40163
    clock.move(timedelta(minutes=5) - timedelta(seconds=1))
    assert 'openid' in exchange(api, second)
    clock.move(timedelta(seconds=1))
    assert exchange(api, third)['errcode'] == 42003
    assert exchange(api, 'made up')['errcode'] == 40029


def test_a_snapshot_user_is_made_up(api: Api, callback: Callback, world: World) -> None:
    world.faults.snapshot = True
    said = [exchange(api, brought(authorize(api, callback, PHONE))['code']) for _ in range(2)]
    assert [one['is_snapshotuser'] for one in said] == [1, 1]
    assert len({one['openid'] for one in said} | {world.openid('li', 'xianyou')}) == 3


@pytest.mark.parametrize(
    ('changes', 'words'),
    [
        ({'appid': 'wx-nobody'}, 'AppID'),
        ({'scope': 'snsapi_login'}, 'Scope'),
        ({'redirect_uri': 'https://evil.example/oauth/xianyou'}, '10003'),
        ({'state': 'a_b'}, 'state'),
        ({'state': 'a' * 129}, 'state'),
        ({'response_type': 'token'}, 'state'),
    ],
)
def test_what_the_account_has_not_got_right_is_refused(
    api: Api, callback: Callback, changes: dict[str, str], words: str
) -> None:
    answer = authorize(api, callback, PHONE, **changes)
    assert (answer.status_code, words in answer.text) == (400, True)


@pytest.mark.parametrize('changes', [{'kind': 'subscription'}, {'verified': False}])
def test_only_certified_service_accounts_have_it(
    api: Api, callback: Callback, world: World, changes: dict[str, Any]
) -> None:
    add_account(world, 'xianyou', callback, **changes)
    assert 'Scope' in authorize(api, callback, PHONE).text


@pytest.mark.parametrize(
    ('changes', 'code'),
    [
        ({'appid': ''}, 41002), ({'secret': ''}, 41004), ({'code': ''}, 41008), ({'grant_type': 'code'}, 40002),
        ({'appid': 'wx-nobody'}, 40013), ({'secret': 'guessed'}, 40125),
    ],
)  # fmt: skip
def test_an_exchange_is_refused_by_its_fault(api: Api, callback: Callback, changes: dict[str, str], code: int) -> None:
    good = brought(authorize(api, callback, PHONE))['code']
    assert exchange(api, good, **changes)['errcode'] == code
    assert 'openid' in exchange(api, good)


def test_it_goes_down_with_the_rest(api: Api, callback: Callback, world: World) -> None:
    good = brought(authorize(api, callback, PHONE))['code']
    world.faults.always['/sns/oauth2/access_token'] = -1
    assert exchange(api, good)['errcode'] == -1
    world.faults.always.clear()
    assert 'openid' in exchange(api, good)
