"""Ministack as a process: run by .venv-cloud's Python for `local.cloud`, never imported.

Ministack saves only when it is asked to end. Here its state is also written every few seconds, by a forked copy of the
process as databases do it: a snapshot between two requests, while the original goes on answering.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from typing import Any, NoReturn

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as ministack
from ministack.core.persistence import PERSIST_STATE, save_all

SAVE_EVERY = 2  # seconds; what a kill -9 may cost
SAVE_WITHIN = 60
# A poll of an empty queue every second must not write everything down every two.
READING = (b'Get', b'BatchGet', b'TransactGet', b'Query', b'Scan', b'List', b'Describe', b'Receive')


class Saver:
    """Writes the state down whenever a request may have changed it."""

    def __init__(self) -> None:
        self._changed = False
        self._child: int | None = None

    async def serve(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await ministack.app(scope, receive, send)
        finally:
            self._changed |= _may_change(scope)

    async def run(self) -> None:
        while PERSIST_STATE:
            await asyncio.sleep(SAVE_EVERY)
            if self._changed and self._finished(os.WNOHANG):
                self._changed = False
                self._child = os.fork() or _save()

    def finish(self) -> None:
        """Wait for a save under way: it must not come after, and over, the last one."""
        self._finished(0)

    def _finished(self, options: int) -> bool:
        if self._child and os.waitpid(self._child, options) == (0, 0):
            return False
        self._child = None
        return True


def _may_change(scope: Any) -> bool:
    if scope['type'] != 'http' or scope['method'] in ('GET', 'HEAD'):
        return False
    action: bytes = dict(scope['headers']).get(b'x-amz-target', b'').rpartition(b'.')[2]
    return not action.startswith(READING)


def _save() -> NoReturn:
    """The forked copy's whole life."""
    try:
        signal.alarm(SAVE_WITHIN)  # a lock that a thread held during the fork stays locked here: rather die than hang
        logging.disable(logging.WARNING)
        save_all(ministack._build_persistence_save_dict())
    finally:
        os._exit(0)


async def _told_to_end() -> None:
    """SIGTERM, or the end of standard input: whoever started us has stopped or died."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, told.set)
    loop.add_reader(sys.stdin.fileno(), told.set)
    await told.wait()
    loop.remove_reader(sys.stdin.fileno())


async def main(listening: int) -> None:
    config = Config()
    config.bind = [f'fd://{listening}']
    config.graceful_timeout = 1
    config.keep_alive_timeout = 75
    config.loglevel = 'WARNING'
    saver = Saver()
    saving = asyncio.create_task(saver.run())

    async def end() -> None:
        await _told_to_end()
        saving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await saving
        saver.finish()

    await serve(saver.serve, config, shutdown_trigger=end)


asyncio.run(main(int(sys.argv[1])))
