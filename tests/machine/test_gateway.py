"""The app's routes over HTTP in this process, as API Gateway would serve them."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest
from chalice.app import Chalice, Response

from local.gateway import Gateway
from local.ports import HOST, PortInUse

BYTES = bytes(range(256))


def small_app() -> Chalice:
    app = Chalice(app_name='small')
    both = threading.Barrier(2, timeout=5)

    @app.route('/echo', methods=['POST'], content_types=['application/octet-stream'])
    def echo() -> Response:
        same = app.current_request.raw_body == BYTES
        return Response(body=BYTES if same else b'', headers={'Content-Type': 'application/octet-stream'})

    @app.route('/who/{name}')
    def who(name: str) -> Response:
        both.wait()  # two requests are in here at the same time
        return Response(body=app.current_request.uri_params['name'], headers={'Content-Type': 'text/plain'})

    @app.route('/sweets')
    def sweets() -> Response:
        return Response(body='', status_code=303, headers={'Set-Cookie': ['a=1', 'b=2'], 'Location': '/'})

    return app


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gateway = Gateway(small_app(), 0)
    gateway.start()
    yield gateway
    gateway.stop()


def connect(gateway: Gateway) -> HTTPConnection:
    return HTTPConnection(gateway.url.removeprefix('http://'), timeout=5)


def test_bytes_come_and_go_unchanged(gateway: Gateway) -> None:
    connection = connect(gateway)
    kinds = {'Content-Type': 'application/octet-stream', 'Accept': 'application/octet-stream'}
    connection.request('POST', '/echo', BYTES, kinds)
    assert connection.getresponse().read() == BYTES


def test_two_requests_at_once_do_not_see_each_other(gateway: Gateway) -> None:
    def ask(name: str) -> bytes:
        connection = connect(gateway)
        connection.request('GET', f'/who/{name}')
        return connection.getresponse().read()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, ['wang', 'li'])) == [b'wang', b'li']


def test_several_cookies_stay_several(gateway: Gateway) -> None:
    connection = connect(gateway)
    connection.request('GET', '/sweets')
    assert connection.getresponse().headers.get_all('Set-Cookie') == ['a=1', 'b=2']


def test_stopping_hangs_up_on_browsers_that_wait(gateway: Gateway) -> None:
    connection = connect(gateway)
    connection.request('GET', '/sweets')
    connection.getresponse().read()
    gateway.stop()
    assert connection.sock.recv(1) == b''
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, int(gateway.url.rpartition(':')[2])), timeout=5)


def test_a_port_in_use_is_named(gateway: Gateway) -> None:
    with pytest.raises(PortInUse, match='--port'):
        Gateway(small_app(), int(gateway.url.rpartition(':')[2]))
