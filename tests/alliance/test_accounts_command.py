"""`python -m ops.accounts`: accounts and their secrets, which are never shown, passed as arguments or half written."""

import getpass
import json

import pytest

from chalicelib import aws, settings
from chalicelib.alliance import actions, credentials
from chalicelib.alliance.records import Account
from ops import account_fields, accounts

ACCOUNT, NEW = '370202007005', '370202007000'
SECRETS = {'secret': 'ab' * 16, 'token': 'TokenOfTheirs1', 'aes_key': 'K' * 43}
ADD = (NEW, '--name', '江苏路街道', '--unit', NEW, '--kind', 'service', '--app-id', 'wx0123456789abcdef')


@pytest.fixture
def run(neighbourhood):
    return lambda *words: accounts.main(['--stage', 'test', *words])


@pytest.fixture
def file(tmp_path):
    def write(**changes):
        path = tmp_path / 'secrets.json'
        path.write_text(
            json.dumps({name: value for name, value in {**SECRETS, **changes}.items() if value is not None})
        )
        return '--secrets-file', str(path)

    return write


@pytest.fixture
def typed(monkeypatch):
    """What the operator types where nothing is shown."""

    def type_(**answers):
        monkeypatch.setattr(getpass, 'getpass', lambda prompt: answers[prompt.split()[0]])

    return type_


def parameter(account_id):
    found = aws.client('ssm').get_parameter(Name=settings.account_parameter(account_id), WithDecryption=False)
    return found['Parameter']


@pytest.mark.parametrize('way', ('file', 'typed'))
def test_add_writes_the_account_and_a_secure_string(run, file, typed, way, capsys):
    typed(**SECRETS)
    assert run('add', *ADD, '--verified', '--no-followers', *(file() if way == 'file' else ())) == 0
    account = Account.get(NEW)
    assert (account.name, account.kind, account.verified, account.mode, account.unit) == (
        '江苏路街道', 'service', True, 'safe', NEW,
    )  # fmt: skip
    assert parameter(NEW)['Type'] == 'SecureString'
    shared = credentials.credentials(NEW)
    assert (shared.app_id, shared.secret, shared.aes_keys) == ('wx0123456789abcdef', 'ab' * 16, ('K' * 43,))
    printed = ''.join(capsys.readouterr())
    assert f'/wechat/{NEW}' in printed
    assert not any(secret in printed for secret in SECRETS.values())


@pytest.mark.parametrize(
    ('field', 'value'),
    (('secret', 'x'), ('secret', 'ab' * 16 + '\n'), ('token', 'no'), ('token', 'x' * 33), ('token', '词词词'),
     ('aes_key', 'K' * 42), ('aes_key', 'K' * 44), ('aes_key', 7)),
)  # fmt: skip
def test_a_secret_of_the_wrong_form_is_named_and_not_shown(run, file, capsys, field, value):
    assert run('add', *ADD, *file(**{field: value})) == 2
    error = capsys.readouterr().err
    assert error == f'{field}: {account_fields.FORMATS[field][1]}\n'
    actions.forget()
    assert actions.account(NEW) is None


def test_all_problems_are_said_at_once(run, file, capsys):
    assert run('add', *ADD, *file(secret=None, token='-', aes_key='short')) == 2
    assert [line.partition(':')[0] for line in capsys.readouterr().err.splitlines()] == ['secret', 'token', 'aes_key']


@pytest.mark.parametrize(
    ('change', 'field'),
    (
        ((NEW, 'No/Slug'), 'id'),
        (('wx0123456789abcdef', 'wx1'), 'app_id'),
        (('江苏路街道', ''), 'name'),
        (('--unit', NEW, '--unit', 'x'), '--unit'),
    ),
)
def test_a_wrong_field_is_named_before_any_secret_is_asked_for(run, typed, capsys, change, field):
    typed()  # an answer would be a KeyError
    words = list(ADD)
    if len(change) == 2:
        words[words.index(change[0])] = change[1]
    else:
        words[words.index('--unit') + 1] = 'x'
    assert run('add', *words) == 2
    assert capsys.readouterr().err.startswith(f'{field}: ')


def test_a_wrong_original_id_is_named(run, typed, capsys):
    typed()
    assert run('add', *ADD, '--original-id', 'wx1') == 2
    assert capsys.readouterr().err.startswith('original_id: ')


def test_an_account_that_is_there_is_not_added_again(run, file, capsys):
    run('add', *ADD, *file())
    assert run('add', *ADD, *file(secret='cd' * 16)) == 2
    assert f'there is an account {NEW} already' in capsys.readouterr().err
    credentials.forget()
    assert credentials.credentials(NEW).secret == SECRETS['secret']


@pytest.mark.parametrize('text', (None, 'secret: x', '[]'))
def test_a_file_that_cannot_be_read_is_named(run, tmp_path, capsys, text):
    path = tmp_path / 'f'
    if text is not None:
        path.write_text(text)
    assert run('add', *ADD, '--secrets-file', str(path)) == 2
    assert capsys.readouterr().err.startswith(f'--secrets-file: {path}')


def test_rotate_key_keeps_the_present_key_and_everything_else(run, file, capsys):
    run('add', *ADD, *file())
    assert run('rotate-key', NEW, *file(aes_key='N' * 43)) == 0
    credentials.forget()
    shared = credentials.credentials(NEW)
    assert shared.aes_keys == ('N' * 43, 'K' * 43)
    assert (shared.app_id, shared.secret, shared.token) == ('wx0123456789abcdef', SECRETS['secret'], SECRETS['token'])
    assert parameter(NEW)['Type'] == 'SecureString'
    assert 'N' * 43 not in ''.join(capsys.readouterr())
    run('rotate-key', NEW, *file(aes_key='P' * 43))
    credentials.forget()
    assert credentials.credentials(NEW).aes_keys == ('P' * 43, 'N' * 43)


@pytest.mark.parametrize('key', ('K' * 43, 'short'))
def test_rotate_key_to_the_same_or_a_broken_key_changes_nothing(run, typed, file, capsys, key):
    run('add', *ADD, *file())
    typed(aes_key=key)
    assert run('rotate-key', NEW) == 2
    assert capsys.readouterr().err.startswith('aes_key: ')
    credentials.forget()
    assert credentials.credentials(NEW).aes_keys == ('K' * 43,)


def test_rotate_key_of_an_account_without_secrets(run, typed, capsys):
    typed()
    assert run('rotate-key', ACCOUNT) == 2
    assert f'there are no secrets for {ACCOUNT}' in capsys.readouterr().err


def test_list_says_whose_secrets_are_missing(run, file, capsys):
    run('add', *ADD, *file())
    capsys.readouterr()
    assert run('list') == 0
    printed = capsys.readouterr().out
    assert [line.split('\t')[-1] for line in printed.splitlines()] == ['secrets', 'there', 'missing']
    assert not any(secret in printed for secret in SECRETS.values())


def test_secrets_cannot_be_arguments(run):
    for name in ('--secret', '--token', '--aes-key'):
        with pytest.raises(SystemExit):
            run('add', *ADD, name, 'x')
