"""The product's store and queues out of reach, and its functions killed half-way: on request, where botocore calls."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from botocore.exceptions import ConnectTimeoutError
from botocore.session import Session

from chalicelib import clock
from local.standin.people import Faults

WRITES = frozenset({'BatchWriteItem', 'DeleteItem', 'PutItem', 'TransactWriteItems', 'UpdateItem'})

log = logging.getLogger('weilin.local')


class Killed(BaseException):
    """The platform has killed the function. No handler of the product may catch it, as none can catch that."""


class _Run:
    """One run of a function, and how often it has written."""

    def __init__(self, kind: str) -> None:
        self.kind, self.writes = kind, 0


_present: ContextVar[_Run | None] = ContextVar('run of a function', default=None)


@contextmanager
def run_of(kind: str) -> Iterator[None]:
    """What is written within belongs to one run of a function of this kind: 'schedule' or 'queue'."""
    before = _present.set(_Run(kind))
    try:
        yield
    finally:
        _present.reset(before)


def install(session: Session, faults: Faults) -> None:
    """Let the faults strike all clients that are made from this session from now on."""
    hook = _Hook(faults)
    session.register('before-send.dynamodb', hook.store_is_asked)
    session.register('before-send.sqs', hook.queue_is_asked)
    session.register('before-call.dynamodb', hook.store_is_called)
    session.register('after-call.dynamodb', hook.store_has_answered)


class _Hook:
    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def store_is_asked(self, request: Any, **_: Any) -> None:
        if self._faults.store_down:
            raise ConnectTimeoutError(endpoint_url=request.url)

    def queue_is_asked(self, request: Any, **_: Any) -> None:
        if self._faults.queue_down:
            raise ConnectTimeoutError(endpoint_url=request.url)

    def store_is_called(self, model: Any, **_: Any) -> None:
        run = _present.get()
        if run and model.name in WRITES:
            run.writes += 1
            self._kill(run, after=False)

    def store_has_answered(self, model: Any, **_: Any) -> None:
        run = _present.get()
        if run and model.name in WRITES:
            self._kill(run, after=True)

    def _kill(self, run: _Run, after: bool) -> None:
        faults = self._faults
        if (faults.kill_in, faults.kill_at, faults.kill_after) == (run.kind, run.writes, after):
            faults.kill_in, faults.killed_at = '', clock.now()  # once: what comes next is the repair
            log.warning('killed on request: %s at write %s, %s', run.kind, run.writes, 'after' if after else 'before')
            raise Killed
