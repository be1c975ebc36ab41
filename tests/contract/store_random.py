"""Random requests of every form PynamoDB has, told as what came of them: to compare stores by."""

import random
from collections.abc import Callable

from pynamodb.exceptions import DoesNotExist, PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib import storage
from tests.conftest import NOW
from tests.contract.days import Day

CREWS, DAYS = ('crew1', 'crew2'), tuple(f'2026-11-{day}' for day in range(23, 31))
CELLS = ('s36_1', 's37_1', 's36_2')
Told = list[object]


class Requests:
    """Decided by the seed and by what has been read, which is the same on equal stores."""

    def __init__(self, seed: int, mixed: bool) -> None:
        """`mixed`: with transactions of which one write is invalid and another's condition fails."""
        self.rng, self.mixed = random.Random(seed), mixed
        self.read: list[Day] = []
        self.told: Told = []

    def tell(self, rounds: int) -> Told:
        kinds = (self.save, self.save, self.update, self.update, self.delete, self.transact, self.transact, self.batch)
        for _ in range(rounds):
            self.try_(self.rng.choice(kinds))
            self.try_(self.rng.choice((self.get, self.query, self.of_index, self.pages, self.scan)))
        self.told.append(sorted(_raw(row) for row in Day.scan(consistent_read=True)))
        return self.told

    def try_(self, request: Callable[[], object]) -> None:
        try:
            self.told.append((request.__name__, request()))
        except storage.AlreadyKept as refusal:
            self.told.append((request.__name__, 'AlreadyKept', _raw(Day.from_raw_data(refusal.item))))
        except (storage.Conflict, PynamoDBException) as error:
            code = None if isinstance(error, TransactWriteError) else getattr(error, 'cause_response_code', None)
            self.told.append((request.__name__, type(error).__name__, code))

    # What is written

    def new(self) -> Day:
        chance = self.rng
        cells = {name: self.mark() for name in CELLS if chance.random() < 0.5}
        return Day(
            chance.choice(CREWS),
            chance.choice(DAYS),
            cells=chance.choice((cells, cells, None)),
            seats=chance.choice((None, 0, 7, -2, 1.5)),
            names=chance.choice((None, [], ['a', 1])),
            forget_at=chance.choice((None, NOW)),
            note=chance.choice((None, '', '雨', 'rain', '雨天')) or None,
            unit=chance.choice((None, 'u1', 'u2')),
            rank=chance.choice((None, 9, 10, 10, -1, 2.5)),
        )

    def mark(self) -> str:
        return f'{self.rng.choice((1764057600, 1764057700, 9999999999))}#{self.rng.choice("AB")}'

    def known(self) -> Day:
        """Perhaps an old version."""
        return self.rng.choice(self.read[-12:]) if self.read and self.rng.random() < 0.7 else self.new()

    def save(self) -> None:
        self.known().save(self.maybe_condition())

    def delete(self) -> None:
        self.known().delete(self.maybe_condition(), add_version_condition=self.rng.random() < 0.5)

    def update(self) -> object:
        row = self.known()
        row.update(self.actions(), self.maybe_condition(), add_version_condition=self.rng.random() < 0.3)
        return _raw(row)

    def batch(self) -> None:
        with Day.batch_write() as batch:
            for day in self.rng.sample(DAYS, 2):
                batch.save(Day('crew2', day, note='batch', version=1))
            batch.delete(Day('crew1', self.rng.choice(DAYS)))

    def transact(self) -> None:
        rows = {(row.crew, row.day): row for row in (self.known() for _ in range(self.rng.choice((1, 2, 3))))}
        twice = [next(iter(rows.values()))] if self.rng.random() < 0.05 else []

        def write(tx: storage.Transaction) -> None:
            for row in [*rows.values(), *twice]:
                self.one_of(tx, row, sure=len(rows) > 1 and not self.mixed)

        storage.commit(write)

    def one_of(self, tx: storage.Transaction, row: Day, sure: bool) -> None:
        what, condition = self.rng.randrange(4), self.maybe_condition()
        back = self.rng.choice((None, 'ALL_OLD'))
        if what == 0:
            tx.save(row, condition=condition, return_values=back)
        elif what == 1:
            tx.update(row, self.actions(sure), condition=condition, add_version_condition=False, return_values=back)
        elif what == 2:
            tx.delete(row, condition=condition, add_version_condition=False)
        else:
            tx.condition_check(Day, row.crew, row.day, Day.crew.exists() if condition is None else condition)

    def actions(self, sure: bool = False) -> list[Action]:
        """`sure`: none that is invalid where a map, a number or a cell is missing."""
        cell: Path = Day.cells[self.rng.choice(CELLS)]
        never_invalid: list[list[Action]] = [
            [Day.cells.set({'s36_1': self.mark()}), Day.rank.remove()],
            [Day.seats.set((Day.seats | 0) + 5), Day.unit.set('u1'), Day.rank.set(3)],
            [Day.names.set((Day.names | []).append(['b']))],
            [Day.names.set((Day.names | []).prepend(['c'])), Day.forget_at.remove()],
            [Day.unit.remove(), Day.note.remove(), Day.seats.set(1)],
            [Day.seats.add(2)],
        ]
        others: list[list[Action]] = [
            [cell.set(self.mark()), Day.note.set('雨')],
            [Day.cells[name].set(self.mark()) for name in CELLS],
            [cell.set(cell | '0#C'), Day.seats.add(2)],
            [Day.seats.set(Day.seats - 1)],
            [Day.note.set(cell)],
        ]
        return self.rng.choice(never_invalid if sure else never_invalid + others)

    # Conditions

    def maybe_condition(self) -> Condition | None:
        return self.condition() if self.rng.random() < 0.6 else None

    def condition(self) -> Condition:
        if self.rng.random() < 0.3:
            one, other = self.condition(), self.condition()
            return self.rng.choice((one & other, one | other, ~one, (one | other) & Day.crew.exists()))
        cell = Day.cells[self.rng.choice(CELLS)]
        return self.rng.choice(
            [
                Day.crew.does_not_exist(),
                Day.crew.exists(),
                cell.does_not_exist() | (cell < '1764057650'),
                cell.exists() & cell.startswith('9999999999'),
                Day.seats > 1,
                Day.seats <= 7,
                Day.seats != 7,
                Day.seats.between(-2, 1.6),
                Day.seats.is_in(0, 7),
                Day.note == '雨',
                Day.note >= '雨',
                Day.note.contains('天'),
                Day.names.contains('a'),
                Day.cells.exists() & (size('cells') < 2),
                Day.names.exists() & (size('names') > 1),
                Day.cells == {'s36_1': '1764057600#A'},
                Day.seats.is_type(),
            ]
        )

    # What is read

    def get(self) -> object:
        try:
            row = Day.get(self.rng.choice(CREWS), self.rng.choice(DAYS), consistent_read=True)
        except DoesNotExist:
            return None
        self.read.append(row)
        return _raw(row)

    def query(self) -> object:
        day = self.rng.choice(DAYS)
        where = self.rng.choice(
            [
                None, Day.day < day, Day.day <= day, Day.day > day, Day.day >= day, Day.day == day,
                Day.day.between('2026-11-23', day), Day.day.startswith('2026-11-2'),
            ]
        )  # fmt: skip
        filter_ = self.rng.choice((None, None, self.condition() if where is None else Day.seats > 0))
        forward, wanted = self.rng.random() < 0.5, self.rng.choice((None, ['day', 'seats'], ['day', 'cells.s36_1']))
        rows = Day.query(
            self.rng.choice(CREWS), where, filter_, consistent_read=True, scan_index_forward=forward,
            limit=self.rng.choice((None, 2)), attributes_to_get=wanted,
        )  # fmt: skip
        return [_raw(row) for row in rows]

    def of_index(self) -> object:
        """Rows of one rank come in any order."""
        if self.rng.random() < 0.5:
            where = self.rng.choice((None, Day.rank > 9, Day.rank.between(-1, 9)))
            rows = list(Day.waiting.query('u1', where, scan_index_forward=self.rng.random() < 0.5))
            return [row.rank for row in rows], sorted(_raw(row) for row in rows)
        rows = list(Day.by_note.query(self.rng.choice(('雨', 'rain')), self.rng.choice((None, Day.day < DAYS[4]))))
        return [row.day for row in rows], sorted(_raw(row) for row in rows)

    def pages(self) -> object:
        """Where the last page is full, another may be promised or not."""
        pages, after, forward = [], None, self.rng.random() < 0.5
        while True:
            found = Day.query('crew1', limit=3, last_evaluated_key=after, scan_index_forward=forward)
            pages.append([row.day for row in found])
            after = found.last_evaluated_key
            if not after:
                return [page for page in pages if page], Day.count('crew2')

    def scan(self) -> object:
        found = list(Day.scan(self.rng.choice((None, Day.seats > 0)), page_size=3))
        asked = [(crew, day) for crew in CREWS for day in self.rng.sample(DAYS, 2)]
        self.read += sorted(found, key=lambda row: (row.crew, row.day))[:3]
        return sorted(_raw(row) for row in found), sorted(_raw(row) for row in Day.batch_get(asked))


def _raw(row: Day) -> str:
    return repr(sorted(row.serialize(null_check=False).items()))
