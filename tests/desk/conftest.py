"""A clerk's browser on the desk's routes, residents who have written, and a WeChat that takes what is sent."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib import clock
from chalicelib.alliance import sessions
from chalicelib.alliance.records import Account, Member, Unit
from chalicelib.inbox import receiving
from chalicelib.inbox.receiving import Answer
from chalicelib.wechat.message import Inbound
from tests.desk.reading import Page
from tests.serving import Quiet, serving
from tests.store_faults import Wire

if TYPE_CHECKING:
    from tests.desk.jobs import Town

HOME, NEIGHBOUR, STREET = '370202013001', '370202013002', '370202013000'
FAR, OTHER_STREET = '370202001001', '370202001000'
RESIDENT = 'oResident000000000000000001'
SECRETS = {'app_id': 'wx1', 'secret': 's' * 32, 'token': 'weilin', 'aes_key': 'a' * 43}
FORM = {'Content-Type': 'application/x-www-form-urlencoded'}


@dataclass
class WeChat:
    """Takes messages and remembers them; `code` refuses the next ones, `hangs_up` takes them without an answer."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    code: int = 0
    hangs_up: bool = False


@pytest.fixture
def wechat(environment: pytest.MonkeyPatch) -> Iterator[WeChat]:
    wechat = WeChat()

    class Handler(Quiet):
        def do_POST(self) -> None:
            body = self.body()
            if 'stable_token' in self.path:
                return self.answer({'access_token': 't', 'expires_in': 7200})
            if 'media/upload' in self.path:
                return self.answer({'type': 'image', 'media_id': 'm1', 'created_at': 1})
            if wechat.hangs_up:
                wechat.sent.append(json.loads(body))
                return self.connection.close()
            if not wechat.code:
                wechat.sent.append(json.loads(body))
            return self.answer({'errcode': wechat.code, 'errmsg': 'ok rid: 1'})

        def answer(self, value: dict[str, Any]) -> None:
            self.send(json.dumps(value).encode(), 'application/json')

    with serving(Handler) as url:
        environment.setenv('WEILIN_WECHAT_API', url)
        yield wechat


@pytest.fixture
def alliance(store: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two streets, three communities, their accounts and clerks; the clock stands at `now`."""
    from ops import resources

    monkeypatch.setattr(clock, '_moved', now - datetime.now(now.tzinfo))
    Unit('370202', name='市南区', kind='district').save()
    for id, name, kind, parent in (
        (STREET, '金湖路街道', 'street', '370202'),
        (OTHER_STREET, '香港中路街道', 'street', '370202'),
        (HOME, '仙游路社区', 'community', STREET),
        (NEIGHBOUR, '如东路社区', 'community', STREET),
        (FAR, '云霄路社区', 'community', OTHER_STREET),
    ):
        Unit(id, name=name, kind=kind, parent=parent).save()
    for unit, name in ((HOME, '仙游路社区'), (FAR, '云霄路社区')):
        Account(unit, name=name, kind='subscription', verified=True, mode='safe', unit=unit).save()
        resources.put_secret(f'/weilin/test/accounts/{unit}', json.dumps(SECRETS))
    for id, name, units, roles in (
        ('wangmin', '王敏', [HOME], ['clerk']),
        ('liqiang', '李强', [HOME, NEIGHBOUR, STREET, OTHER_STREET, '370202'], ['clerk', 'operator']),
        ('zhaofar', '赵远', [FAR], ['clerk']),
        ('nobody', '新来的', [], ['clerk']),
    ):
        Member(id, name=name, state='active', units=units, roles=roles).save()


@dataclass
class Browser:
    """One signed-in browser: follows redirects, keeps what pages say, sends forms as a page would."""

    client: Client
    cookie: str
    big: bool = False

    def get(self, path: str, status: int = 200) -> Page:
        return self._page(self._ask('GET', path), path, status)

    def answer(self, path: str) -> HTTPResponse:
        return self._ask('GET', path)

    def post(self, path: str, status: int = 200, **fields: str) -> Page:
        return self._page(self.post_only(path, **fields), path, status)

    def post_only(self, path: str, **fields: str) -> HTTPResponse:
        return self._ask('POST', path, urlencode(fields).encode())

    def submit(self, page: Page, button: str, status: int = 200, **typed: str) -> Page:
        """Press the button with these words on the page, its form filled in as `typed`."""
        path, fields = page.pressed(button, typed)
        return self.post(path, status, **fields)

    def _page(self, response: HTTPResponse, path: str, status: int) -> Page:
        hops = 0
        while response.status_code == 303 and hops < 3:
            path, hops = response.headers['Location'], hops + 1
            response = self._ask('GET', path)
        assert response.status_code == status, (response.status_code, response.body.decode()[:2000])
        return Page(response.body.decode(), path)

    def _ask(self, method: str, path: str, body: bytes = b'') -> HTTPResponse:
        cookies = f'weilin_session={self.cookie}' + ('; weilin_big=1' if self.big else '')
        return self.client.http.request(method, path, headers={**(FORM if body else {}), 'Cookie': cookies}, body=body)


@pytest.fixture
def client(alliance: None) -> Iterator[Client]:
    """The whole product: Chalice takes a blueprint only once in a process."""
    import app

    with Client(app.app) as client:
        yield client


@pytest.fixture
def sign_in(client: Client, now: datetime) -> Callable[[str], Browser]:
    def begin(member: str) -> Browser:
        cookie = sessions.begin(member, now, 'Windows 电脑上的 Chrome', now, lambda tx: None)
        assert cookie
        return Browser(client, cookie)

    return begin


@pytest.fixture
def clerk(sign_in: Callable[[str], Browser]) -> Browser:
    return sign_in('wangmin')


@dataclass
class Writer:
    """Residents, writing: each message goes through the inbox's own door."""

    now: datetime
    number: int = 24000000000000000

    def write(
        self, kind: str = 'text', text: str = '', *, ago: timedelta = timedelta(), unit: str = HOME,
        openid: str = RESIDENT, waits: bool = True, answer: str = '', event: str = '', fresh: bool = False,
        private: bool = False, **fields: Any,
    ) -> str:  # fmt: skip
        """One message; gives the conversation's address."""
        self.number += 1
        at = self.now - ago
        seconds = int(at.timestamp())
        at = clock.from_epoch(seconds)
        inbound = Inbound(
            kind=kind, to='gh_1', openid=openid, at=at, key=f'{seconds}#{self.number}', text=text, event=event,
            event_key='', fields=fields,
        )  # fmt: skip
        found = receiving.find(f'{unit}#{openid}', unit, at)
        told = Answer(answer, waits=waits and kind != 'event', fresh=fresh, private=private, receipt=bool(answer))
        receiving.keep(found, inbound, told, at)
        return f'{unit}.{openid}'


@pytest.fixture
def residents(alliance: None, now: datetime) -> Writer:
    return Writer(now)


@pytest.fixture
def wire(alliance: None) -> Wire:
    return Wire()


@pytest.fixture
def town(client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch) -> 'Town':
    """Two companies and what they offer: see `tests.desk.jobs`."""
    from tests.desk.jobs import open_town

    return open_town(client, now, monkeypatch)
