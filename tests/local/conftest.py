"""A world of its own for each test, its server, and the small server that its accounts call back."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from local.standin.server import serve
from local.standin.world import World
from tests.local.stage import Api, Asked, Callback, Clock, add_account
from tests.serving import Quiet, serving


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def callback() -> Iterator[Callback]:
    made = Callback()

    class Handler(Quiet):
        def do_POST(self) -> None:
            asked = Asked(dict(parse_qsl(urlsplit(self.path).query)), self.body())
            with made.lock:
                made.asked.append(asked)
            status, answer = made.answer(asked)
            try:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answer)
            except ConnectionError:
                pass  # whoever asked has given up

    with serving(Handler) as url:
        made.url = f'{url}/wechat'
        yield made


@pytest.fixture
def world(clock: Clock, callback: Callback) -> Iterator[World]:
    """One verified service account in safe mode, and Li who follows it."""
    made = World(None, clock.now, clock.move)
    add_account(made, 'xianyou', callback)
    made.add_person('li', '李阿姨', follows=['xianyou'])
    yield made
    made.close()


@pytest.fixture
def api(world: World) -> Iterator[Api]:
    server = serve(world, '127.0.0.1', 0)
    yield Api(server.url)
    server.stop()


@pytest.fixture
def li(world: World) -> str:
    """The openid of Li, who has just written."""
    world.send_text('li', 'xianyou', '你好')
    world.wait_idle(10)
    return world.openid('li', 'xianyou')
