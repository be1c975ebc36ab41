"""Access tokens: the same until five minutes are left, forced rarely, refused by their fault."""

from datetime import timedelta

import pytest

from local.standin.world import World
from tests.local.stage import Api, Callback, Clock, add_account

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ASKED = {'grant_type': 'client_credential', 'appid': 'wx-xianyou', 'secret': 'secret-xianyou'}


def test_the_stable_token_stays_the_same_until_five_minutes_are_left(api: Api, clock: Clock) -> None:
    first = api.post('stable_token', token=None, json=ASKED)
    assert first['expires_in'] == 7200
    clock.move(2 * HOUR - 6 * MINUTE)
    assert api.post('stable_token', token=None, json=ASKED) == first | {'expires_in': 360}
    clock.move(MINUTE)
    second = api.post('stable_token', token=None, json=ASKED)
    assert second['access_token'] != first['access_token']
    assert api.get('getcallbackip', first['access_token']).json() == {'ip_list': ['127.0.0.1']}
    clock.move(5 * MINUTE)
    assert api.get('getcallbackip', first['access_token']).json()['errcode'] == 42001
    assert 'ip_list' in api.get('getcallbackip', second['access_token']).json()


def test_a_forced_token_kills_the_old_one_and_is_rationed(api: Api, clock: Clock) -> None:
    old = api.token()
    forced = ASKED | {'force_refresh': True}
    assert api.post('stable_token', token=None, json=forced)['errcode'] == 45011
    for _ in range(20):
        clock.move(timedelta(seconds=30))
        assert 'access_token' in api.post('stable_token', token=None, json=forced)
    clock.move(timedelta(seconds=30))
    assert api.post('stable_token', token=None, json=forced)['errcode'] == 45009
    assert api.get('getcallbackip', old).json()['errcode'] == 40001


def test_the_old_token_call_kills_only_its_own(api: Api, clock: Clock) -> None:
    stable, first = api.token(), api.get('token', None, **ASKED).json()['access_token']
    second = api.get('token', None, **ASKED).json()['access_token']
    clock.move(5 * MINUTE)
    assert [api.get('getcallbackip', each).json().get('errcode') for each in (stable, first, second)] == [
        None,
        42001,
        None,
    ]


@pytest.mark.parametrize(
    ('change', 'code'),
    [
        ({'secret': 'wrong'}, 40125),
        ({'appid': 'wx-unknown'}, 40013),
        ({'grant_type': 'password'}, 40002),
        ({'appid': ''}, 41002),
        ({'secret': ''}, 41004),
    ],
)
def test_token_calls_are_refused_by_their_fault(api: Api, change: dict[str, str], code: int) -> None:
    refused = api.post('stable_token', token=None, json=ASKED | change)
    assert refused['errcode'] == code
    assert 'rid: ' in refused['errmsg']
    assert api.get('token', None, **(ASKED | change)).json()['errcode'] == code


def test_calls_need_a_token_of_the_account(api: Api, world: World, callback: Callback, li: str) -> None:
    assert api.get('getcallbackip', None).json()['errcode'] == 41001
    assert api.get('getcallbackip', 'forged').json()['errcode'] == 40001
    add_account(world, 'other', callback)
    message = {'touser': li, 'msgtype': 'text', 'text': {'content': '您好'}}
    assert api.post('message/custom/send', api.token('other'), json=message)['errcode'] == 40003
