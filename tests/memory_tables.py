"""The tables of the store in memory: rows, and for every index its partitions, kept with each write."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Any, NamedTuple

from chalicelib.storage import Record
from tests.expressions import Invalid, Item, plain

Key = tuple[Any, ...]  # plain values: hash, and range where there is one
Place = tuple[Any, ...]  # of a row in its partition: the plain range value, and the row's key after it
TABLE = ''  # the name, among the indexes, of the table itself


class Index(NamedTuple):
    hash: str
    range: str | None
    shows: frozenset[str] | None  # None: all attributes

    def partition(self, item: Item) -> Any:
        """The plain hash value of an item that stands in the index, None of one that does not."""
        if self.hash not in item or (self.range and self.range not in item):
            return None
        return plain(item[self.hash])


class Table:
    def __init__(self, model: type[Record]) -> None:
        schema = model._get_schema()
        self.kinds = {one['AttributeName']: one['AttributeType'] for one in schema['attribute_definitions']}
        self.indexes = {TABLE: _index(schema['key_schema'], None)}
        hash_, range_, _ = self.indexes[TABLE]
        self.names = (hash_, range_) if range_ else (hash_,)
        for made in schema['global_secondary_indexes']:
            self.indexes[made['index_name']] = _index(made['key_schema'], made['projection'], self.names)
        self.empty()

    def empty(self) -> None:
        self.rows: dict[Key, Item] = {}
        self.partitions: dict[str, dict[Any, list[Place]]] = {name: {} for name in self.indexes}

    def key(self, item: Item, whole: bool = False) -> Key:
        """Of an item, or of a key that is the `whole` of what was given. Raises `Invalid`."""
        if whole and len(item) != len(self.names):
            raise Invalid('The provided key element does not match the schema')
        for name in self.names:
            if self.kinds[name] not in item.get(name, {}):
                raise Invalid(f'One or more parameter values were invalid: missing the key {name} or of another type')
            _refuse_empty(name, item)
        return tuple(plain(item[name]) for name in self.names)

    def check(self, item: Item) -> None:
        """What stands in an attribute by which an index is made. Raises `Invalid`."""
        for name, kind in self.kinds.items():
            if name in item:
                if kind not in item[name]:
                    raise Invalid(f'One or more parameter values were invalid: type mismatch for index key {name}')
                _refuse_empty(name, item)

    def put(self, key: Key, item: Item | None) -> None:
        """None takes the row away."""
        before = self.rows.pop(key, None)
        if item is not None:
            self.rows[key] = item
        for name, index in self.indexes.items():
            partitions = self.partitions[name]
            if before is not None and (was := index.partition(before)) is not None:
                stood = partitions[was]
                del stood[bisect_left(stood, self.place(name, before))]
            if item is not None and (now := index.partition(item)) is not None:
                insort(partitions.setdefault(now, []), self.place(name, item))

    def places(self, index: str, hash_: Any, lagging: dict[Key, Item | None]) -> list[Place]:
        """Of the rows of a partition in their order, with those that lag as they were."""
        found = self.partitions[index].get(hash_, [])
        if lagging:
            of = self.indexes[index].partition
            were = [item for item in lagging.values() if item is not None and of(item) == hash_]
            stay = [place for place in found if place[1:] not in lagging]
            found = sorted([*stay, *(self.place(index, item) for item in were)])
        return found

    def all(self, index: str) -> list[Item]:
        """The whole table or index, in one order each time."""
        rows = self.rows.values()
        return sorted((row for row in rows if self.indexes[index].partition(row) is not None), key=self.key)

    def place(self, index: str, item: Item) -> Place:
        name = self.indexes[index].range
        return (plain(item[name]) if name else 0, *self.key(item))

    def start(self, index: str, item: Item) -> Item:
        """From which the next page goes on."""
        of = self.indexes[index]
        return {name: item[name] for name in (*self.names, of.hash, of.range) if name}

    def shown(self, index: str, item: Item) -> Item:
        shows = self.indexes[index].shows
        return item if shows is None else {name: value for name, value in item.items() if name in shows}


def _index(keys: list[dict[str, str]], projection: dict[str, Any] | None, of_table: Iterable[str] = ()) -> Index:
    names = {one['KeyType']: one['AttributeName'] for one in keys}
    shows = None
    if projection and projection['ProjectionType'] != 'ALL':
        shows = frozenset([*of_table, *names.values(), *projection.get('NonKeyAttributes', ())])
    return Index(names['HASH'], names.get('RANGE'), shows)


def _refuse_empty(name: str, item: Item) -> None:
    if item[name] in ({'S': ''}, {'B': b''}):
        raise Invalid(f'One or more parameter values are not valid: the key {name} contains an empty value')
