"""`python -m ops.accounts check`: each thing that can be wrong with an account is found, named, and nothing else is."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.alliance import actions, credentials
from chalicelib.alliance.records import Account
from chalicelib.wechat import client, limits
from ops import accounts, menu, resources
from tests.door import ACCOUNT, SECRETS
from tests.house import House, open_house


@pytest.fixture
def house(alliance: None, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[House]:
    with open_house(monkeypatch, now) as opened:
        assert menu.main(['--stage', 'test', '--all']) == 0
        yield opened


def check(capsys: pytest.CaptureFixture[str], *which: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """Exit status; of each thing its verdict and words."""
    capsys.readouterr()
    client.forget()
    status = accounts.main(['--stage', 'test', 'check', *(which or (ACCOUNT,))])
    *lines, _ = capsys.readouterr().out.splitlines()
    found = [line.split(None, 3) for line in lines]
    assert {id for id, *_ in found} == {ACCOUNT}
    return status, {about: (verdict, words) for _, about, verdict, words in found}


def wrong(found: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {about: words for about, (verdict, words) in found.items() if verdict != 'ok'}


def test_an_account_with_which_all_is_well(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = check(capsys, '--all')
    assert (status, wrong(found)) == (0, {})
    assert set(found) == {'secrets', 'callback', 'token', 'certified', 'menu', 'network', 'quota'}
    assert found['certified'][1] == 'verified; 1 follow it'
    assert 'user/get 499 of 500' in found['quota'][1]
    printed = json.dumps(found)
    assert not any(value in printed for name, value in SECRETS.items() if name != 'app_id')


@pytest.mark.parametrize(
    ('code', 'verdict', 'said'),
    (
        (40164, 'wrong', 'WeChat refuses 127.0.0.1 (40164): put it on the IP 白名单'),
        (40125, 'wrong', f'secrets {ACCOUNT} secret'),
        (40001, 'wrong', f'secrets {ACCOUNT} secret'),
        (40013, 'wrong', 'the AppID is wrong'),
        (40243, 'wrong', 'unfreeze'),
        (-1, 'unknown', 'busy'),
        (45009, 'unknown', 'quota'),
    ),
)
def test_why_there_is_no_token(
    house: House, capsys: pytest.CaptureFixture[str], code: int, verdict: str, said: str
) -> None:
    house.world.faults.always['/cgi-bin/stable_token'] = code
    status, found = check(capsys)
    assert (status, found['token'][0]) == (1 if verdict == 'wrong' else 0, verdict)
    assert said in found['token'][1]
    assert set(found) == {'secrets', 'callback', 'token'}


def test_a_silent_wechat_is_no_fault_of_ours(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.world.faults.api_down = True
    status, found = check(capsys)
    assert (status, found['token'][0]) == (0, 'unknown')


def test_missing_secrets(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    from chalicelib import aws

    aws.client('ssm').delete_parameter(Name=settings.account_parameter(ACCOUNT))
    status, found = check(capsys)
    assert (status, list(found)) == (1, ['secrets'])


@pytest.mark.parametrize(
    ('there', 'said'), ((None, 'none is set'), ([{'type': 'click', 'name': '旧的', 'key': 'k'}], '旧的'))
)
def test_a_menu_that_is_not_ours(house: House, capsys: pytest.CaptureFixture[str], there: Any, said: str) -> None:
    house.world.state.accounts[ACCOUNT].menu = {'button': there} if there else None
    status, found = check(capsys)
    assert status == 1
    assert said in wrong(found)['menu']


def given_back(button: dict[str, Any]) -> dict[str, Any]:
    return button | {'sub_button': [given_back(below) for below in button.get('sub_button', [])]}


def test_a_menu_as_wechat_gives_it_back_is_ours(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    has = house.world.state.accounts[ACCOUNT]
    assert has.menu
    has.menu = {'button': [given_back(button) for button in has.menu['button']]}
    assert check(capsys)[0] == 0


def test_another_token_behind_the_callback(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    check(capsys)
    resources.put_secret(settings.account_parameter(ACCOUNT), json.dumps(SECRETS | {'token': 'another'}))
    remembered = dict(credentials._cached)
    really = credentials.forget

    def forget_all_but_the_functions() -> None:
        really()

    # The door runs in this process: it keeps the old value, as a function does for five minutes.
    from chalicelib.chat import callback

    class Old:
        Unknown = credentials.Unknown

        @staticmethod
        def credentials(account_id: str) -> Any:
            return remembered[account_id].held

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(callback, 'credentials', Old)
        patch.setattr(credentials, 'forget', forget_all_but_the_functions)
        status, found = check(capsys)
    assert status == 1
    assert 'answers 403: its Token is not the one stored' in wrong(found)['callback']


def test_an_address_where_nobody_answers(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('WEILIN_BASE_URL', 'http://127.0.0.1:9')
    status, found = check(capsys)
    assert status == 1
    assert list(wrong(found)) == ['callback']
    assert 'does not answer' in wrong(found)['callback']


def test_no_url_in_the_console(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.world.state.accounts[ACCOUNT].callback_url = ''
    _, found = check(capsys)
    assert 'no server URL is entered' in wrong(found)['network']


def test_a_quota_that_is_used_up(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.DAILY_QUOTAS, 'message/custom/send', limits.Quota(0, 'a test'))
    monkeypatch.setitem(limits.DAILY_QUOTAS, 'user/get', limits.Quota(1, 'a test'))
    _, found = check(capsys)
    assert 'user/get 0 of 1' in wrong(found)['quota']


@pytest.mark.parametrize('here', (True, False))
def test_certification_that_is_not_as_written_here(
    house: House, capsys: pytest.CaptureFixture[str], here: bool
) -> None:
    Account.get(ACCOUNT).update(actions=[Account.verified.set(here)])
    actions.forget()
    house.world.state.accounts[ACCOUNT].verified = not here
    status, found = check(capsys)
    assert status == 1
    assert f'set {ACCOUNT} --{"no-" if here else ""}verified' in found['certified'][1]


def test_an_unknown_account_is_named_and_nothing_is_called(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert accounts.main(['--stage', 'test', 'check', ACCOUNT, 'nowhere']) == 2
    said = capsys.readouterr()
    assert said.out == ''
    assert 'there is no account nowhere' in said.err
