"""The product's routes as API Gateway would serve them: the Chalice app in this process, on 127.0.0.1."""

import contextlib
import logging
import socket
import threading
from functools import partial
from typing import Any

from chalice.app import Chalice
from chalice.local import ChaliceRequestHandler, LocalChalice, ThreadedHTTPServer

from local.functions import config
from local.ports import listen

log = logging.getLogger('weilin.local')


class _Handler(ChaliceRequestHandler):
    # Unbuffered, headers and body leave as two packets, and Nagle's algorithm makes every request wait 40 ms.
    wbufsize = -1

    def log_message(self, format: str, *args: Any) -> None:
        """Addresses of pages name residents: no access log."""


class _Server(ThreadedHTTPServer):
    """Takes over a socket that listens already, and can hang up on browsers that keep their connections open."""

    def __init__(self, listening: socket.socket, handler: Any) -> None:
        super().__init__(listening.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket: socket.socket = listening
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug('a browser went away', exc_info=True)


class Gateway:
    """Its address is known, and can be connected to, before `start`; requests are answered from then on."""

    def __init__(self, app: Chalice, port: int) -> None:
        app.__class__ = LocalChalice  # as `chalice local` does it: every thread gets a current_request of its own
        handler = partial(_Handler, app_object=app, config=config())
        self._server = _Server(listen(port, '--port'), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05], name='gateway', daemon=True)

    @property
    def url(self) -> str:
        return 'http://{}:{}'.format(*self._server.server_address)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.hang_up()
