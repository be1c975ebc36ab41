"""A view that is loaded with its first request."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from chalice import Blueprint, Chalice
from chalice.test import Client

from chalicelib.web import deferred

# A page that is slow to load, counts how often that happens, and answers with what it was handed.
PAGE = """
import sys, time
from chalice import Response
sys.loads.append(__name__)
time.sleep(0.05)
def greet(**parts): return Response(repr(parts))
def post(**parts): return Response('posted')
"""


@pytest.fixture
def loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    loads: list[str] = []
    (tmp_path / 'slow_room').mkdir()
    (tmp_path / 'slow_room' / 'pages.py').write_text(PAGE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, 'loads', loads, raising=False)
    yield loads
    for name in ('slow_room', 'slow_room.pages'):
        sys.modules.pop(name, None)


@pytest.fixture
def room(loads: list[str]) -> Chalice:
    app, ways = Chalice('room'), Blueprint('ways')
    deferred.register(ways, 'slow_room', {'GET /greet/{who}/{when}': 'pages:greet', 'POST /greet': 'pages:post'})
    app.register_blueprint(ways)
    return app


def test_it_is_loaded_when_it_is_asked_for_and_gets_its_parts(room: Chalice, loads: list[str]) -> None:
    assert loads == []
    with Client(room) as client:
        for _ in range(2):
            assert client.http.get('/greet/li/now').body == b"{'who': 'li', 'when': 'now'}"
    assert loads == ['slow_room.pages']


def test_many_who_ask_first_get_the_whole_module_loaded_once(room: Chalice, loads: list[str]) -> None:
    view, together = room.routes['/greet/{who}/{when}']['GET'].view_function, Barrier(8)

    def ask(number: int) -> str:
        together.wait()
        return view(who=number).body

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(8))) == [f"{{'who': {number}}}" for number in range(8)]
    assert loads == ['slow_room.pages']


@pytest.mark.parametrize(('kind', 'status'), [('application/x-www-form-urlencoded', 200), ('application/json', 415)])
def test_what_is_posted_is_a_form(room: Chalice, kind: str, status: int) -> None:
    with Client(room) as client:
        assert client.http.post('/greet', headers={'Content-Type': kind}, body=b'').status_code == status
