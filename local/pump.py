"""A thread that does one thing again and again until it is told to stop, whatever goes wrong in between."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger('weilin.local')

PAUSE = 1.0  # seconds after a failure


class Later(Exception):
    """Nothing can be done just now, which is no failure worth a traceback: try again after the pause."""


class Pump:
    """Calls `step` again and again, `every` seconds apart."""

    def __init__(self, name: str, step: Callable[[], object], every: float = 0) -> None:
        self._name, self._step, self._every = name, step, every
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def tell_to_stop(self) -> None:
        self._told.set()

    def join(self) -> None:
        self._told.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        pause = 0.0
        while not self._told.wait(pause):
            pause = self._every
            try:
                self._step()
            except Later:
                pause = PAUSE
            except Exception:
                if not self._told.is_set():
                    log.exception('%s failed and goes on', self._name)
                pause = PAUSE
