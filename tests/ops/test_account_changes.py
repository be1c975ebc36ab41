"""What `ops.accounts` changes of an account that is there, and the followers it brings along."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chalicelib import aws, settings
from chalicelib.alliance import actions, credentials
from chalicelib.alliance.records import Account, Member
from chalicelib.inbox import following, reconciling, records
from chalicelib.inbox.records import Conversation
from chalicelib.wechat import followers
from local.standin import followers as standin
from ops import accounts, command
from tests.door import ACCOUNT, HOME, SECRETS
from tests.house import House, open_house


@pytest.fixture
def house(alliance: None, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[House]:
    monkeypatch.setattr(followers, 'PAGES_APART', 0)
    with open_house(monkeypatch, now) as opened:
        yield opened


def run(*words: str) -> int:
    return accounts.main(['--stage', 'test', *words])


def file(tmp_path: Path, **values: str) -> str:
    path = tmp_path / 'secrets.json'
    path.write_text(json.dumps(values))
    return str(path)


# Followers


def test_an_account_that_is_added_brings_its_followers(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Account(ACCOUNT).delete()
    Member.get('wangmin').delete()
    actions.forget()
    words = ('--name', '仙游路社区', '--unit', HOME, '--kind', 'subscription', '--verified')
    secrets = {'secret': 'a' * 32, 'token': SECRETS['token'], 'aes_key': SECRETS['aes_key']}
    house.world.state.accounts[ACCOUNT].secret = 'a' * 32
    given = ('--app-id', SECRETS['app_id'], '--secrets-file', file(tmp_path, **secrets))
    assert run('add', ACCOUNT, *words, *given) == 0
    assert [row.id for row in Conversation.scan()] == [house.id]
    assert f'{ACCOUNT}: 1 follow, 1 of them are taken in now, 0 were there.' in capsys.readouterr().out


class Killed(BaseException):
    """The process ends here."""


def test_killed_and_run_again_nobody_is_double_and_nobody_lost(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(standin, 'PAGE', 4)
    for number in range(10):
        house.world.add_person(f'p{number}', '居民', 'resident', (ACCOUNT,))
    really, calls = following._put, iter(range(100))

    def put(row: Conversation) -> bool:
        if next(calls) == 6:
            raise Killed
        return really(row)

    monkeypatch.setattr(following, '_put', put)
    with pytest.raises(Killed):
        run('followers', ACCOUNT)
    assert len(list(Conversation.scan())) == 6
    assert run('followers', ACCOUNT) == 0
    assert f'{ACCOUNT}: 11 follow, 5 of them are taken in now, 6 were there.' in capsys.readouterr().out
    assert all(row.version == 1 for row in Conversation.scan())
    assert len(list(records.following(ACCOUNT))) == 11


def test_whoever_is_there_stays_as_she_is(house: House) -> None:
    house.says('楼道的灯坏了')
    before = house.conversation.version
    assert run('followers', ACCOUNT) == 0
    assert house.conversation.version == before


def test_of_an_unverified_account_it_is_said_why_not(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    Account.get(ACCOUNT).update(actions=[Account.verified.set(False)])
    actions.forget()
    assert run('followers', ACCOUNT) == 0
    assert '48001' in capsys.readouterr().out
    assert list(Conversation.scan()) == []


@pytest.mark.parametrize(('code', 'said'), ((48001, '账号认证'), (45009, 'quota')))
def test_where_wechat_refuses_it_is_said_and_can_be_done_later(
    house: House, capsys: pytest.CaptureFixture[str], code: int, said: str
) -> None:
    house.world.faults.always['/cgi-bin/user/get'] = code
    assert run('followers', ACCOUNT) == 1
    error = capsys.readouterr().err
    assert said in error
    assert f'followers {ACCOUNT}' in error


def test_many_who_have_left_are_let_go_when_an_operator_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reconciling, '_ASKED_APART', 0)
    for number in range(10):
        house.world.add_person(f'p{number}', '居民', 'resident', (ACCOUNT,))
    run('followers', ACCOUNT)
    with house.world.changed:
        for number in range(8):
            house.world.chat_state(f'p{number}', ACCOUNT).following = False
    house.later(timedelta(days=1))
    reconciling.reconcile(house.now, 900)
    assert len(list(records.following(ACCOUNT))) == 11
    monkeypatch.setattr(command, 'confirmed', lambda _: False)
    assert run('followers', ACCOUNT, '--let-go') == 1
    assert len(list(records.following(ACCOUNT))) == 11
    monkeypatch.setattr(command, 'confirmed', lambda _: True)
    assert run('followers', ACCOUNT, '--let-go') == 0
    assert f'{ACCOUNT}: 8 were let go.' in capsys.readouterr().out
    assert len(list(records.following(ACCOUNT))) == 3


# Changes


def test_what_is_given_is_changed_and_nothing_else(alliance: None, capsys: pytest.CaptureFixture[str]) -> None:
    before = Account.get(ACCOUNT).attribute_values
    assert run('set', ACCOUNT, '--no-verified', '--mode', 'plain') == 0
    assert Account.get(ACCOUNT).attribute_values == before | {'verified': False, 'mode': 'plain'}
    assert 'the same mode in the console' in capsys.readouterr().out


@pytest.mark.parametrize(
    ('words', 'said'),
    (
        ((), 'nothing to change'),
        (('--unit', 'x'), '--unit: there is no unit x'),
        (('--name', ''), 'name: '),
        (('--original-id', 'x'), 'original_id: '),
    ),
)
def test_a_change_that_cannot_be_is_none(
    alliance: None, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    before = Account.get(ACCOUNT).attribute_values
    assert run('set', ACCOUNT, '--mode', 'plain', *words) == 2 if words else run('set', ACCOUNT) == 2
    assert capsys.readouterr().err.startswith(said)
    assert Account.get(ACCOUNT).attribute_values == before


def test_another_secret_and_token_leave_the_keys_alone(
    alliance: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = {'secret': 'b' * 32, 'token': 'AnotherToken'}
    assert run('secrets', ACCOUNT, 'secret', 'token', '--secrets-file', file(tmp_path, **new)) == 0
    credentials.forget()
    shared = credentials.credentials(ACCOUNT)
    assert (shared.secret, shared.token, shared.aes_keys) == ('b' * 32, 'AnotherToken', (SECRETS['aes_key'],))
    printed = capsys.readouterr().out
    assert 'enter the new Token in the console' in printed
    assert not any(value in printed for value in new.values())
    assert run('secrets', ACCOUNT, 'token', '--secrets-file', file(tmp_path, **new)) == 2


def test_an_account_that_is_removed_is_gone_with_its_secrets(alliance: None) -> None:
    Member.get('wangmin').delete()
    actions.forget()
    assert run('remove', ACCOUNT, '--yes') == 0
    assert list(Account.scan()) == []
    assert aws.client('ssm').get_parameters_by_path(Path='/weilin', Recursive=True)['Parameters'] == []
    assert settings.account_parameter(ACCOUNT)


def test_an_account_with_people_behind_it_is_not_removed(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.says('楼道的灯坏了')
    assert run('remove', ACCOUNT, '--yes') == 2
    said = capsys.readouterr().err
    assert '1 conversations wait' in said
    assert '1 of the staff sign in by it' in said
    assert [account.id for account in Account.scan()] == [ACCOUNT]
