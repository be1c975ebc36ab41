"""A value kept in this process for a while, and longer while its source fails: small tables, secrets."""

import logging
import time
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger('weilin')

Value = TypeVar('Value')

# How long the old value serves before a failed source is asked again: each question to a dead one costs its timeouts.
_PAUSE_SECONDS = 5.0


class Cached(Generic[Value]):
    """`cached()` gives what `load` gave at most `seconds` ago. Two threads may load at once; that does no harm."""

    def __init__(
        self, name: str, load: Callable[[], Value], seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._name, self._load, self._seconds, self._monotonic = name, load, seconds, monotonic
        self._held: tuple[Value, float] | None = None  # the value, and until when it is good

    def __call__(self) -> Value:
        held = self._held
        if held and self._monotonic() < held[1]:
            return held[0]
        try:
            value, seconds = self._load(), self._seconds
        except Exception as error:
            if held is None:
                raise
            log.warning('kept the old value of what did not load kept=%s error=%s', self._name, type(error).__name__)
            value, seconds = held[0], min(self._seconds, _PAUSE_SECONDS)
        self._held = (value, self._monotonic() + seconds)
        return value

    @property
    def held(self) -> Value | None:
        """What it was when last loaded; nothing is loaded for it."""
        return self._held[0] if self._held else None

    def forget(self) -> None:
        self._held = None
