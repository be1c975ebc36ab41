"""Random writes by all that the room can write, told as what came of them: to compare stores by."""

import random
from datetime import timedelta

from chalicelib import storage
from chalicelib.deadlines import actions, records, rules
from chalicelib.deadlines.records import Deadline
from tests.conftest import NOW
from tests.deadlines.histories import Owner, load

MINUTE = timedelta(minutes=1)
IDS = [f'id{number}' for number in range(6)]
Told = list[object]  # what each write came to, and what stands then


def tell_random_writes(seed: int) -> Told:
    """Owners and rows, read now and written later, by every write the room has, some of them senseless."""
    rng, told = random.Random(seed), Told()
    read: list[Deadline] = []
    owners = [Owner(id) for id in IDS[:2]]
    for _ in range(150):
        due = [row for shard in range(rules.SHARDS) for row in records.due(shard, NOW)]
        told.append([(row.place, row.key, row.attempts, row.data) for row in due])
        read += rng.sample(due, min(len(due), 2))
        _try(told, _write(rng, read, owners))
        told.append([owner and owner.version for owner in map(load, IDS[:2])])
        if rng.random() < 0.2:
            owners[rng.randrange(2)] = load(rng.choice(IDS[:2])) or Owner(IDS[0])
    return told


def _try(told: Told, write: storage.Write) -> None:
    try:
        storage.commit(write)
        told.append('written')
    except Exception as error:
        told.append(type(error).__name__)


def _write(rng: random.Random, read: list[Deadline], owners: list[Owner]) -> storage.Write:
    id, due_at = rng.choice(IDS), NOW + rng.choice([-2, -1, 0, 1]) * MINUTE
    key, row = rules.key('kind', id, due_at), rng.choice(read) if read else None
    plain: list[storage.Write] = [
        lambda tx: actions.set(tx, 'kind', id, due_at, {'at': 1}),
        lambda tx: actions.set(tx, 'kind', id, due_at),
        lambda tx: actions.clear(tx, key),
        lambda tx: actions.move(tx, key, NOW + 5 * MINUTE),
    ]
    of_rows: list[storage.Write] = [
        lambda tx: actions.done(tx, row),
        lambda tx: records.put_off(tx, row, due_at),
    ]
    owner = rng.choice(owners)
    writes = rng.sample(plain + of_rows if row else plain, rng.choice([1, 1, 2]))

    def write(tx: storage.Transaction) -> None:
        for one in writes:
            one(tx)
        if len(writes) > 1 or rng.random() < 0.5:
            tx.save(owner)

    return write
