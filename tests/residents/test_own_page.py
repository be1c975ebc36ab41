"""A resident tells who she is on a page of her own: by a sealed link, for a while, as long as she follows."""

import re
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib import clock, storage
from chalicelib.inbox import actions as inbox
from chalicelib.inbox.records import Conversation
from chalicelib.residents import actions, links
from chalicelib.residents.records import Resident
from tests.door import ACCOUNT, HOME, RESIDENT, SECRETS, Door

ID = f'{ACCOUNT}#{RESIDENT}'
TOLD = {'name': '王阿姨', 'building': '仙游路 15 号 3 号楼', 'door': '2 单元 501', 'phone': '138 0000 0000'}


def conversation() -> Conversation:
    found = inbox.conversation(ID)
    assert found
    return found


@pytest.fixture
def path(door: Door) -> str:
    assert '4　告诉我们怎么称呼您（自愿）' in door.event('subscribe')
    found = re.search(r'http://127.0.0.1:8000(/me/\S+)', door.say('4'))
    assert found
    return found[1]


def ask(door: Door, path: str, /, **fields: str) -> Any:
    if not fields:
        return door.client.http.get(path)
    headers = {'Content-Type': 'application/x-www-form-urlencoded'}
    return door.client.http.post(path, headers=headers, body=urlencode(fields).encode())


def test_what_she_tells_is_hers_with_who_and_when(door: Door, path: str) -> None:
    assert '怎么称呼您' in ask(door, path).body.decode()
    assert '已经记下' in ask(door, path, **TOLD).body.decode()
    row = Resident.get(ID)
    assert row.phone['text'] == TOLD['phone']
    assert row.name['by'] == 'herself'
    assert row.name['at'].startswith('2026-11-23T14:10')
    assert row.unit == HOME
    assert [found.id for found in actions.by_unit(HOME, door.now)] == [ID]
    assert TOLD['door'] in ask(door, path).body.decode()
    assert conversation().waiting_unit is None


def test_asking_for_the_link_starts_no_clock_and_shows_no_openid(door: Door, path: str) -> None:
    assert RESIDENT not in path
    assert '/me/' in door.say('我的称呼')
    assert conversation().waiting_unit is None


def test_the_link_ends_and_cannot_be_made_up(door: Door, path: str) -> None:
    clock.move(links.LASTS - timedelta(minutes=1))
    assert ask(door, path).status_code == 200
    for wrong in (
        path[:-2],
        path.replace(ACCOUNT, '370202013002'),
        '/me/x',
        '/me/' + 'x' * 2000,
        f'/me/{ACCOUNT}.AAAA',
    ):
        assert ask(door, wrong, **TOLD).status_code == 410, wrong
    clock.move(timedelta(minutes=2))
    assert ask(door, path, **TOLD).status_code == 410
    assert list(Resident.scan()) == []


def test_links_that_are_out_since_before_there_were_purposes_still_open(door: Door, path: str) -> None:
    key = sha256(f'weilin resident link#{SECRETS["token"]}#{SECRETS["secret"]}'.encode()).digest()
    said = f'{int(door.now.timestamp()) + 60}#{RESIDENT}'
    sealed = AESGCM(key).encrypt(b'n' * 12, said.encode(), ACCOUNT.encode())
    old = urlsafe_b64encode(b'n' * 12 + sealed).decode().rstrip('=')
    assert ask(door, f'/me/{ACCOUNT}.{old}').status_code == 200


def test_whoever_has_left_has_no_page(door: Door, path: str) -> None:
    door.event('unsubscribe')
    assert ask(door, path, **TOLD).status_code == 410


@pytest.mark.parametrize(
    ('wrong', 'said'),
    [({'phone': '打我家座机'}, '「电话」请写'), ({'name': '长' * 21}, '最多写 20 个字')],
)
def test_what_cannot_be_meant_comes_back_whole(door: Door, path: str, wrong: dict[str, str], said: str) -> None:
    answer = ask(door, path, **{**TOLD, **wrong})
    assert answer.status_code == 422
    assert said in answer.body.decode()
    assert next(iter(wrong.values())) in answer.body.decode()
    assert list(Resident.scan()) == []


def test_left_empty_nothing_is_kept(door: Door, path: str) -> None:
    ask(door, path, **TOLD)
    ask(door, path, **dict.fromkeys(TOLD, ''))
    assert list(Resident.scan()) == []
    assert conversation().known_until is None


def test_who_says_where_she_lives_stands_with_her_unit(door: Door, path: str) -> None:
    ask(door, path, **TOLD)
    (write,) = actions.lives(conversation(), '370202001002', door.now)
    storage.commit(write)
    assert Resident.get(ID).unit == '370202001002'
    assert Resident.get(ID).name['text'] == '王阿姨'
