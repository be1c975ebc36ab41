"""Who is on stage with the stand-in: a clock that stands still, a callback that speaks wechatpy, an API client."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import requests
import xmltodict
from wechatpy.crypto import WeChatCrypto

from local.standin import samples
from local.standin.world import World

AES_KEY = base64.b64encode(bytes(range(32))).decode()[:43]


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


@dataclass
class Asked:
    """One delivery as the callback server received it."""

    query: dict[str, str]
    body: bytes


@dataclass
class Callback:
    """Where the accounts' messages arrive. `answer` decides what goes back."""

    url: str = ''
    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[Asked], tuple[int, bytes]] = lambda asked: (200, b'success')
    lock: Any = field(default_factory=Lock)

    def crypto(self, account: str = 'xianyou') -> WeChatCrypto:
        return WeChatCrypto(f'token-{account}', AES_KEY, f'wx-{account}')

    def message(self, asked: Asked, account: str = 'xianyou') -> dict[str, Any]:
        """What is inside of the envelope."""
        query = asked.query
        assert query['signature'] == sha1(f'token-{account}', query['timestamp'], query['nonce'])
        signed = (query['msg_signature'], query['timestamp'], query['nonce'])
        return dict(xmltodict.parse(self.crypto(account).decrypt_message(asked.body, *signed))['xml'])

    def passive(self, asked: Asked, content: str = '<Content><![CDATA[收到]]></Content>', kind: str = 'text') -> str:
        """An answer to what was asked, as XML."""
        message = self.message(asked)
        return (
            f'<xml><ToUserName><![CDATA[{message["FromUserName"]}]]></ToUserName>'
            f'<FromUserName><![CDATA[{message["ToUserName"]}]]></FromUserName>'
            f'<CreateTime>{message["CreateTime"]}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{content}</xml>'
        )

    def sealed(self, answer: str) -> bytes:
        return str(self.crypto().encrypt_message(answer, '42', '1795443000')).encode()


def sha1(*parts: str) -> str:
    return hashlib.sha1(''.join(sorted(parts)).encode()).hexdigest()


def add_account(world: World, id: str, callback: Callback, **changes: Any) -> None:
    configured: dict[str, Any] = {
        'name': '仙游路社区', 'app_id': f'wx-{id}', 'secret': f'secret-{id}', 'token': f'token-{id}',
        'aes_key': AES_KEY,
        'original_id': f'gh_{id}', 'mode': 'safe', 'kind': 'service', 'verified': True, 'callback_url': callback.url,
    }  # fmt: skip
    world.add_account(id, **(configured | changes))


class Api:
    """A client of the stand-in's API, as plain as can be."""

    def __init__(self, url: str) -> None:
        self.url = url

    def token(self, account: str = 'xianyou') -> str:
        asked = {'grant_type': 'client_credential', 'appid': f'wx-{account}', 'secret': f'secret-{account}'}
        return str(self.post('stable_token', json=asked, token=None)['access_token'])

    def get(self, path: str, token: str | None = '', **query: Any) -> requests.Response:
        if token is not None:
            query['access_token'] = token or self.token()
        return requests.get(f'{self.url}/cgi-bin/{path}', query, timeout=10)

    def post(
        self, path: str, token: str | None = '', query: dict[str, str] | None = None, **body: Any
    ) -> dict[str, Any]:
        asked = dict(query or {})
        if token is not None:
            asked['access_token'] = token or self.token()
        if 'json' in body:
            body = {'data': json.dumps(body['json'], ensure_ascii=False).encode()}
        return dict(requests.post(f'{self.url}/cgi-bin/{path}', params=asked, timeout=10, **body).json())

    def say(self, openid: str, words: str = '您好', /, **changes: Any) -> int:
        """The error code of a text to somebody."""
        message = {'touser': openid, 'msgtype': 'text', 'text': {'content': words}} | changes
        return int(self.post('message/custom/send', json=message)['errcode'])

    def upload(
        self, kind: str = 'image', name: str = 'a.jpg', content_type: str = 'image/jpeg', content: bytes = b''
    ) -> dict[str, Any]:
        """Upload something, by default a photo."""
        files = {'media': (name, content or samples.picture()[0], content_type)}
        return self.post('media/upload', query={'type': kind}, files=files)
