"""Runs the stand-in in a thread of this process."""

import logging
from threading import Thread

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from local.standin import acts, api, inboxes, phones
from local.standin.world import World


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = '-', size: int | str = '-') -> None:
        logging.getLogger('weilin.standin').debug('%s %s', self.command, code)


class Server:
    """`url` says where; `stop` ends it."""

    def __init__(self, world: World, host: str, port: int) -> None:
        app = Flask('local.standin', static_folder=None)
        app.config['WORLD'] = world
        app.register_blueprint(api.api)
        app.register_blueprint(phones.pages)
        app.register_blueprint(acts.acts)
        app.register_blueprint(inboxes.pages)
        self._server = make_server(host, port, app, threaded=True, request_handler=_Quiet)
        self.url = f'http://{host}:{self._server.server_port}'
        world.url = self.url
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name='standin-server', daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve(world: World, host: str, port: int) -> Server:
    """Start the API and the phones; port 0 chooses a free one."""
    return Server(world, host, port)
