"""Somebody who sets deadlines and works them off, for tests of single runs."""

from collections import Counter
from datetime import datetime
from typing import Any

from chalicelib import storage
from chalicelib.deadlines import actions, jobs
from chalicelib.deadlines.records import Deadline
from tests.conftest import NOW
from tests.memory_store import Memory


class Desk:
    """Sets deadlines and works them off; a call is told here."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.called: list[str] = []
        self.fails: dict[str, Exception] = {}
        self.follows: dict[str, str] = {}  # whose handler sets another deadline, for the same moment

    def set(self, id: str, due_at: datetime = NOW, kind: str = 'kind', data: Any = None) -> str:
        keys: list[str] = []
        storage.commit(lambda tx: keys.append(actions.set(tx, kind, id, due_at, data)))
        return keys[0]

    def handle(self, deadline: Deadline, now: datetime) -> None:
        self.called.append(deadline.id)
        if deadline.id in self.fails:
            raise self.fails[deadline.id]
        follows = self.follows.get(deadline.id)

        def write(tx: storage.Transaction) -> None:
            actions.done(tx, deadline)
            if follows:
                actions.set(tx, 'kind', follows, now)

        storage.commit(write)

    def run(self, now: datetime = NOW, **more: Any) -> Counter[str]:
        return jobs.run({'kind': self.handle}, now, **{'seconds': 60, 'monotonic': lambda: 0, **more})

    def rows(self) -> list[Deadline]:
        return self.memory.rows(Deadline)
