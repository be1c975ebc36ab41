"""`python -m ops.accounts add-all`: a file checked whole, written once, shown once, and gone on with after a kill."""

import getpass
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.alliance import actions, credentials
from chalicelib.alliance.records import Account
from ops import account_file, accounts
from tests.door import ACCOUNT, HOME, SECRETS

EXAMPLE = Path(accounts.__file__).parent / 'data' / 'accounts.example.toml'
FIRST = {
    'id': 'first', 'name': '金门路街道', 'unit': HOME, 'kind': 'subscription', 'mode': 'safe', 'verified': False,
    'original_id': 'gh_0123456789ab', 'app_id': 'wx' + '1' * 16, 'secret': 'a' * 32, 'token': 'ATokenOfTheirs',
    'aes_key': 'K' * 43,
}  # fmt: skip
SECOND = {'id': 'second', 'name': '微市南', 'unit': HOME, 'kind': 'service', 'app_id': 'wx' + '2' * 16}
Add = Callable[..., int]


@pytest.fixture
def add(alliance: None, tmp_path: Path) -> Add:
    """Run the command on a file of these accounts."""

    def add(*listed: Any, mode: int = 0o600, text: str | None = None) -> int:
        file = tmp_path / 'accounts.json'
        file.write_text(json.dumps({'account': listed}) if text is None else text)
        file.chmod(mode)
        return accounts.main(['--stage', 'test', 'add-all', str(file), '--no-followers'])

    return add


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The prompts; each is answered with a fitting secret."""
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return 'c' * 32

    monkeypatch.setattr(getpass, 'getpass', answer)
    return asked


def stored(id: str) -> Any:
    credentials.forget()
    return credentials.credentials(id)


def there() -> set[str]:
    return {account.id for account in Account.scan()}


def test_all_of_a_file_are_added_and_what_was_made_is_shown_once(
    add: Add, typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(FIRST, SECOND) == 0
    assert there() == {ACCOUNT, 'first', 'second'}
    first, second = stored('first'), stored('second')
    assert (first.secret, first.token, first.aes_key) == ('a' * 32, 'ATokenOfTheirs', 'K' * 43)
    assert typed == ['secret of second (not shown): ']
    assert (second.secret, len(second.token), len(second.aes_key)) == ('c' * 32, 32, 43)
    printed = capsys.readouterr().out
    assert all(value in printed for value in (second.token, second.aes_key))
    assert not any(value in printed for value in ('a' * 32, 'c' * 32, 'ATokenOfTheirs', 'K' * 43))
    assert '2 accounts are new, 0 were there' in printed


def test_what_is_made_opens_what_wechat_seals(add: Add, typed: list[str]) -> None:
    from wechatpy.crypto import WeChatCrypto

    add(SECOND)
    second = stored('second')
    sealed = WeChatCrypto(second.token, second.aes_key, second.app_id).encrypt_message('<xml/>', '1', '1795443000')
    assert 'Encrypt' in sealed


def test_the_same_file_again_changes_nothing_and_says_so(
    add: Add, typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    add(FIRST, SECOND)
    before = (stored('first'), stored('second'))
    capsys.readouterr()
    assert add(FIRST, SECOND) == 0
    assert (stored('first'), stored('second')) == before
    assert len(typed) == 1
    assert capsys.readouterr().out.splitlines() == [
        'first: as it was', 'second: as it was', '0 accounts are new, 2 were there.',
    ]  # fmt: skip


class Killed(BaseException):
    """The process ends here."""


def test_killed_between_secrets_and_row_it_goes_on_with_the_same_and_shows_it(
    add: Add, typed: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(account_file, '_show', killed)
        with pytest.raises(Killed):
            add(FIRST, SECOND)
    kept = stored('first')
    capsys.readouterr()
    assert add(FIRST, SECOND) == 0
    assert stored('first') == kept
    assert there() == {ACCOUNT, 'first', 'second'}
    with monkeypatch.context() as patch:
        patch.setattr(Account, 'save', killed)
        with pytest.raises(Killed):
            add(SECOND | {'id': 'third', 'app_id': 'wx' + '3' * 16})
    made = stored('third')
    capsys.readouterr()
    add(SECOND | {'id': 'third', 'app_id': 'wx' + '3' * 16})
    assert stored('third') == made
    assert made.token in capsys.readouterr().out


@pytest.mark.parametrize(
    ('change', 'said'),
    (
        ({'id': 'No/Slug'}, 'account 2 (No/Slug): id: '),
        ({'name': ''}, 'account 2 (second): name: '),
        ({'unit': 'x'}, 'account 2 (second): unit: there is no unit x'),
        ({'kind': 'group'}, 'account 2 (second): kind: one of '),
        ({'mode': 'open'}, 'account 2 (second): mode: one of '),
        ({'verified': 'yes'}, 'account 2 (second): verified: '),
        ({'app_id': None}, 'account 2 (second): app_id: must be a text'),
        ({'secret': 'short'}, 'account 2 (second): secret: '),
        ({'colour': 'red'}, 'account 2 (second): colour: there is no such field'),
        ({'id': 'first'}, 'account 2 (first): id: account 1 has it already'),
        ({'app_id': FIRST['app_id']}, 'account 2 (second): app_id: account 1 has it already'),
    ),
)
def test_one_fault_and_nothing_is_written(
    add: Add, typed: list[str], capsys: pytest.CaptureFixture[str], change: dict[str, Any], said: str
) -> None:
    assert add(FIRST, SECOND | change) == 2
    errors = capsys.readouterr().err
    assert errors.startswith(said)
    assert 'short' not in errors
    assert there() == {ACCOUNT}
    assert typed == []


@pytest.mark.parametrize('text', ('{', '[]', '{"account": []}', '{"accounts": []}', '{"account": [1]}'))
def test_a_file_that_is_no_list_of_accounts(add: Add, capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert add(text=text) == 2
    assert capsys.readouterr().err


def test_a_fault_of_toml_is_said_by_its_place_without_what_stands_there(
    alliance: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / 'accounts.toml'
    file.write_text('[[account]]\nsecret = "00112233445566778899aabbccddeeff\nid = "x"')
    assert accounts.main(['--stage', 'test', 'add-all', str(file)]) == 2
    said = capsys.readouterr().err
    assert 'line 2' in said
    assert '0011' not in said


@pytest.mark.parametrize('mode', (0o640, 0o604, 0o660))
def test_secrets_that_others_may_read_are_refused(
    add: Add, typed: list[str], capsys: pytest.CaptureFixture[str], mode: int
) -> None:
    assert add(FIRST, mode=mode) == 2
    assert 'chmod 600' in capsys.readouterr().err
    assert there() == {ACCOUNT}
    assert add(SECOND, mode=mode) == 0


@pytest.mark.parametrize(
    ('change', 'said'),
    (
        ({'name': '别的'}, 'name: is 仙游路社区 already'),
        ({'verified': False}, 'verified: is true already'),
        ({'app_id': 'wx' + '3' * 16}, 'app_id: another one is stored'),
        ({'token': 'AnotherToken'}, 'token: another one is stored'),
    ),
)
def test_an_account_that_is_there_and_otherwise_is_not_changed(
    add: Add, capsys: pytest.CaptureFixture[str], change: dict[str, Any], said: str
) -> None:
    same = {
        'id': ACCOUNT, 'name': '仙游路社区', 'unit': HOME, 'kind': 'subscription', 'verified': True,
        'app_id': SECRETS['app_id'], 'token': SECRETS['token'],
    }  # fmt: skip
    assert add(SECOND, same | change) == 2
    assert capsys.readouterr().err.startswith(f'{ACCOUNT}: {said}')
    assert there() == {ACCOUNT}


def test_the_example_is_one(alliance: None, typed: list[str], tmp_path: Path) -> None:
    from chalicelib.alliance.records import Unit

    Account(ACCOUNT).delete()
    Unit('370202', name='市南区', kind='district').save()
    actions.forget()
    from chalicelib import aws, settings

    aws.client('ssm').delete_parameter(Name=settings.account_parameter(ACCOUNT))
    file = tmp_path / 'accounts.toml'
    file.write_text(EXAMPLE.read_text())
    file.chmod(0o600)
    assert accounts.main(['--stage', 'test', 'add-all', str(file), '--no-followers']) == 0
    assert there() == {entry['id'] for entry in tomllib.loads(EXAMPLE.read_text())['account']}
