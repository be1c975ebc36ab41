"""Processes that may stop between any two requests to the store.

Each is a greenlet that halts before and after every request; whoever drives the world lets it go on, kills it, or takes
its answer away.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ReadTimeoutError
from greenlet import getcurrent, greenlet  # Playwright brings it
from pynamodb.exceptions import PynamoDBException

from chalicelib import storage
from chalicelib.storage import Transaction

Happened = tuple[str, str, str | None, str | None]  # what, whose, by which key, and the key kept now


class Killed(BaseException):
    """The process is gone."""


def silence() -> BaseException:
    """No answer: before the request nothing was done, after it everything was."""
    return ReadTimeoutError(endpoint_url='http://store')


class Processes:
    def __init__(self) -> None:
        self.processes: list[greenlet] = []
        self.tally: Counter[str] = Counter()
        self._intents: dict[object, Happened] = {}

    def happened(self, happened: Happened) -> None:
        """A transaction was carried out."""
        raise NotImplementedError

    def begin(self, work: Callable[[], object]) -> None:
        def until_killed() -> None:
            try:
                work()
            except Killed:
                pass
            except (storage.Conflict, storage.Unavailable, PynamoDBException) as end:
                self.tally[type(end).__name__] += 1

        process = greenlet(until_killed)
        self.processes.append(process)
        process.switch()
        self._forget_ended()

    def step(self, process: greenlet, meeting: BaseException | None = None) -> None:
        process.switch(meeting)
        self._forget_ended()

    def _forget_ended(self) -> None:
        self.processes = [process for process in self.processes if not process.dead]

    def request(self, send: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Stands between the product and its store."""
        self._halt()
        intent = self._intents.pop(getcurrent(), None)
        answer = send()
        if intent:
            self.happened(intent)
        self._halt()
        return answer

    def _halt(self) -> None:
        process = getcurrent()
        if process in self.processes:
            meeting = process.parent.switch()
            if meeting:
                raise meeting

    def kill_all(self) -> None:
        for process in self.processes:
            process.switch(Killed())
        self.processes.clear()

    def commit(self, write: Callable[[Transaction], Happened]) -> None:
        def fill(tx: Transaction) -> None:
            self._intents[getcurrent()] = write(tx)

        try:
            storage.commit(fill)
        finally:
            self._intents.pop(getcurrent(), None)
