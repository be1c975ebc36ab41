"""A small world on the alarm clock: owners with deadlines, what happens to them, and the model of it.

`expected` is the model: what the transactions that were carried out, in their order, say each owner has set.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.deadlines import actions, jobs, rules
from chalicelib.deadlines.records import Deadline
from chalicelib.storage import Record, Transaction
from tests.deadlines.processes import Happened, Processes

HOUR = timedelta(hours=1)
RUNGS = 3


class Owner(Record):
    """Somebody who waits for something. Ids of `blind#…` have no row: their deadline is all there is."""

    class Meta:
        table = 'owners'

    id = UnicodeAttribute(hash_key=True)
    version = VersionAttribute()
    key = UnicodeAttribute(null=True)
    rung = NumberAttribute(default=0)


class World(Processes):
    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now
        self.expected: dict[str, str | None] = {}
        self.broken: set[str] = set()
        self.blind: set[str] = set()
        self.wrong: list[str] = []

    # What owners do

    def set(self, id: str, due_at: datetime, how: str) -> None:
        """`how`: move it, or set another and leave the old row behind; what is blind is only ever set once."""
        if id.startswith('blind'):
            if id not in self.blind:
                self.blind.add(id)
                self.commit(lambda tx: ('set', id, None, actions.set(tx, 'blind', id, due_at)))
            return
        owner = load(id) or Owner(id)

        def write(tx: Transaction) -> Happened:
            if owner.key and how == 'move':
                owner.key = actions.move(tx, owner.key, due_at)
            else:
                owner.key = actions.set(tx, id.partition('#')[0], id, due_at, {'rung': 0})
            tx.save(owner)
            return 'set', id, None, owner.key

        self.commit(write)

    def clear(self, id: str) -> None:
        owner = load(id)
        if owner is None or not owner.key:
            return

        def write(tx: Transaction) -> Happened:
            actions.clear(tx, owner.key)
            owner.key = None
            tx.save(owner)
            return 'clear', id, None, None

        self.commit(write)

    def run(self) -> None:
        now = self.now

        def handle(deadline: Deadline, told: datetime) -> None:
            if told != now or deadline.due_at > now:
                self.wrong.append(f'{deadline.key} called at {told}')
            self._handle(deadline, now)

        handlers = dict.fromkeys(('blind', 'once', 'rungs'), handle)
        self.tally.update(jobs.run(handlers, now, 60, lambda: 0))

    def _handle(self, deadline: Deadline, now: datetime) -> None:
        if deadline.id in self.broken:
            raise ValueError('a handler that fails')
        if deadline.kind == 'blind':
            self.commit(lambda tx: _fired(tx, deadline, None))
        else:
            self._fire(deadline, now)
        if len(self.broken) > 1:
            raise ValueError('the world outside fails')

    def _fire(self, deadline: Deadline, now: datetime) -> None:
        owner = load(deadline.id)
        if owner is None or owner.key != deadline.key:
            raise actions.Moot
        rung = int(owner.rung) + 1
        goes_on = deadline.kind == 'rungs' and rung % RUNGS

        def write(tx: Transaction) -> Happened:
            owner.rung = rung
            owner.key = actions.set(tx, deadline.kind, deadline.id, now + HOUR) if goes_on else None
            tx.save(owner)
            return _fired(tx, deadline, owner.key)

        self.commit(write)

    # The model

    def happened(self, happened: Happened) -> None:
        what, id, key, next_key = happened
        self.tally[what] += 1
        if what == 'fired' and self.expected.get(id) != key:
            self.wrong.append(f'{key} fired where {self.expected.get(id)} was set')
        self.expected[id] = next_key

    def end(self, rows: Callable[[], list[Deadline]]) -> None:
        """Everybody is killed, everything is mended, and time goes on until nothing is left to do."""
        self.kill_all()
        self.broken.clear()
        keys = [key for key in self.expected.values() if key]
        self.now = max([self.now, *(rules.name(key).due_at for key in keys)])
        for _ in range(8):
            if rows():
                self.now += 3 * HOUR
                self.run()
        assert not self.wrong, self.wrong
        assert not any(self.expected.values()), f'forgotten: {self.expected}'
        assert not rows()


def _fired(tx: Transaction, deadline: Deadline, next_key: str | None) -> Happened:
    actions.done(tx, deadline)
    return 'fired', deadline.id, deadline.key, next_key


def load(id: str) -> Owner | None:
    try:
        return Owner.get(id, consistent_read=True)
    except DoesNotExist:
        return None
