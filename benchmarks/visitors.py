"""Who uses the product in a benchmark: residents with phones of the stand-in WeChat, and a clerk with a browser."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import proofs, sessions
from chalicelib.inbox.records import Message
from local.alliance import XIANYOU
from local.standin import people, samples
from local.standin.deliver import Letter
from local.standin.world import World

WITHIN = 20.0  # seconds for anything to happen
TEXT = '门口的装修垃圾堆了三天了，老人出门不方便，麻烦看看什么时候能清走？'


def place(person: str) -> str:
    """The conversation of a person."""
    return f'{XIANYOU}#{people.openid(person, XIANYOU)}'


class Residents:
    """People who write to 仙游路社区 through the stand-in."""

    def __init__(self, world: World) -> None:
        self._world = world

    def arrive(self, person: str) -> None:
        """A new one, who does not come in the same minute as the last."""
        self.wait(timedelta(minutes=1))
        self._world.add_person(person, person, 'resident', (XIANYOU,))

    def write(self, person: str, text: str = TEXT) -> None:
        self._world.send_text(person, XIANYOU, text)
        self._delivered()

    def send_photo(self, person: str) -> None:
        """Come back when the worker has fetched it."""
        self._world.send_image(person, XIANYOU, *samples.picture())
        self._delivered()
        _wait(lambda: all(row.media.state == 'stored' for row in Message.query(place(person)) if row.media))

    def letter(self, person: str) -> Letter:
        account, openid = self._world.state.accounts[XIANYOU], people.openid(person, XIANYOU)
        seconds = int(clock.now().timestamp())
        message = {
            'ToUserName': account.original_id, 'FromUserName': openid, 'CreateTime': seconds, 'MsgType': 'text',
            'Content': TEXT, 'MsgId': seconds * 1_000_000,
        }  # fmt: skip
        return Letter(account, person, openid, message, shown=True)

    def deliver(self, letter: Letter) -> None:
        self._world.courier.send(letter)
        self._delivered()

    def wait(self, span: timedelta) -> None:
        """Time goes by for everybody."""
        self._world.move(span)

    def _delivered(self) -> None:
        self._world.wait_idle(WITHIN)
        last = self._world.deliveries[-1]
        assert last.status == 200, last
        assert not last.fault, last


class Clerk:
    """A signed-in browser."""

    def __init__(self, url: str, name: str) -> None:
        now = clock.now()
        member = next(member for member in alliance.members() if member.name == name)
        cookie = sessions.begin(member.id, now, 'benchmark', now, lambda tx: None)
        assert cookie
        alliance.forget()  # a copy of the member from before the sign-in costs a read more, for a minute
        self._csrf, self._headers = proofs.csrf(cookie), {'Cookie': f'weilin_session={cookie}'}
        self._address = urlsplit(url)

    def get(self, path: str) -> str:
        return self._ask('GET', path, 200)

    def reply(self, ref: str, page: str, text: str) -> None:
        """Send the form of that page."""
        fields = {name: _field(page, name) for name in ('form', 'seen')} | {'csrf': self._csrf, 'text': text}
        self._ask('POST', f'/desk/c/{ref}/reply', 303, urlencode(fields))

    def _ask(self, method: str, path: str, status: int, body: str | None = None) -> str:
        connection = HTTPConnection(self._address.hostname or '', self._address.port, timeout=WITHIN)
        form = {'Content-Type': 'application/x-www-form-urlencoded'} if body else {}
        connection.request(method, path, body, self._headers | form)
        response = connection.getresponse()
        page = response.read().decode()
        connection.close()
        assert response.status == status, (method, path, response.status, page[:2000])
        return page


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f'no field {name} on the page'
    return unescape(found[1])


def _wait(reached: Callable[[], bool]) -> None:
    until = time.monotonic() + WITHIN
    while not reached():
        if time.monotonic() > until:
            raise TimeoutError('it did not come to pass')
        time.sleep(0.05)
