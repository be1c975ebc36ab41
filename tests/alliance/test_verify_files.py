"""MP_verify_….txt at the root of our domain: what an operator has kept, and nothing else."""

from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client, HTTPResponse

import app
from chalicelib.alliance import actions
from chalicelib.alliance.records import Account
from ops import accounts
from tests.door import ACCOUNT
from tests.store_faults import Wire

NAME, CONTENT = 'MP_verify_aB3dE6gH9jK2mN5p.txt', 'aB3dE6gH9jK2mN5p'


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(name: str = NAME, content: str = CONTENT) -> str:
        path = tmp_path / name
        path.write_text(content)
        return str(path)

    return write


def keep(file: str, account: str = ACCOUNT) -> int:
    code = accounts.main(['--stage', 'test', 'verify-file', account, file])
    actions.forget()
    return code


def get(path: str) -> HTTPResponse:
    with Client(app.app) as client:
        return client.http.get(path)


def test_what_was_kept_is_served_as_it_was(alliance: None, file: Any, capsys: Any) -> None:
    assert keep(file(content=f'{CONTENT}\n')) == 0
    assert f'/{NAME}' in capsys.readouterr().out
    answer = get(f'/{NAME}')
    assert (answer.status_code, answer.body) == (200, CONTENT.encode())
    assert answer.headers['Content-Type'] == 'text/plain; charset=utf-8'


def test_a_second_file_leaves_the_first(alliance: None, file: Any) -> None:
    other = NAME.replace('aB3d', 'zZ9z')
    assert keep(file()) == keep(file(other, 'other')) == 0
    assert (get(f'/{NAME}').body, get(f'/{other}').body) == (CONTENT.encode(), b'other')


@pytest.mark.parametrize(
    'path',
    (
        '/MP_verify_zZ3dE6gH9jK2mN5p.txt', '/MP_verify_aB3dE6gH9jK2mN5p', '/mp_verify_aB3dE6gH9jK2mN5p.txt',
        '/robots.txt', '/favicon.ico', '/MP_verify_aB3dE6gH9jK2mN5p.txt%0A', '/MP_verify_%3Cb%3E.txt',
    ),
)  # fmt: skip
def test_what_was_not_kept_is_not_there_and_not_repeated(alliance: None, file: Any, path: str) -> None:
    keep(file())
    answer = get(path)
    assert answer.status_code == 404
    assert path.removeprefix('/').encode() not in answer.body
    assert CONTENT.encode() not in answer.body


def test_other_pages_at_the_root_are_still_themselves(alliance: None) -> None:
    assert '<title>' in get('/login').body.decode()
    assert get('/desk').status_code == 303
    assert get('/privacy').status_code == 200


def test_it_costs_no_request(alliance: None, file: Any) -> None:
    keep(file())
    actions.accounts()  # as after any message
    wire = Wire()
    for name in (NAME, 'MP_verify_zZ3dE6gH9jK2mN5p.txt', 'robots.txt'):
        get(f'/{name}')
    assert wire.requests() == 0


@pytest.mark.parametrize(
    ('name', 'content', 'account', 'said'),
    (
        ('verify.txt', CONTENT, ACCOUNT, 'file: its name'),
        ('MP_verify_short.txt', CONTENT, ACCOUNT, 'file: its name'),
        (NAME, '', ACCOUNT, 'letters and digits'),
        (NAME, 'a' * 65, ACCOUNT, 'letters and digits'),
        (NAME, '<script>', ACCOUNT, 'letters and digits'),
        (NAME, '证明', ACCOUNT, 'letters and digits'),
        (NAME, CONTENT, 'nobody', 'there is no account nobody'),
    ),
)
def test_what_is_not_as_wechat_gives_it_is_refused(
    alliance: None, file: Any, capsys: Any, name: str, content: str, account: str, said: str
) -> None:
    assert keep(file(name, content), account) == 2
    assert said in capsys.readouterr().err
    assert Account.get(ACCOUNT).verify_files is None


def test_a_file_that_is_not_there_is_said_so(alliance: None, tmp_path: Path, capsys: Any) -> None:
    assert keep(str(tmp_path / NAME)) == 2
    assert 'No such file' in capsys.readouterr().err
