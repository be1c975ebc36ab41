"""What the store in memory answers: single rows, queries, scans."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import islice
from typing import Any

from tests.expressions import Invalid, Item, Scope, check, holds, plain
from tests.memory_tables import TABLE, Key, Table
from tests.update_expressions import projected

BATCH = 100  # keys of a BatchGetItem


class Reads:
    tables: dict[str, Table]
    before: dict[tuple[str, Key], Item | None]  # what the last write found
    lags: str

    def _GetItem(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = asked['TableName']
        key = self.tables[name].key(asked['Key'], whole=True)
        found = self.tables[name].rows.get(key)
        if self.lags == 'GetItem':
            found = self.before.get((name, key), found)
        return {'Item': _wanted(asked, found)} if found else {}

    def _BatchGetItem(self, asked: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, list[Item]] = {}
        for name, wanted in asked['RequestItems'].items():
            table = self.tables[name]
            keys = [table.key(key, whole=True) for key in wanted['Keys']]
            if not keys or len(keys) > BATCH or len(set(keys)) < len(keys):
                raise Invalid('Provided list of item keys is empty, too long, or contains duplicates')
            found[name] = [_wanted(wanted, table.rows[key]) for key in keys if key in table.rows]
        return {'Responses': found, 'UnprocessedKeys': {}}

    def _Scan(self, asked: dict[str, Any]) -> dict[str, Any]:
        table, index = self._asked_of(asked)
        rows = table.all(index)
        if 'ExclusiveStartKey' in asked:
            start = table.key(asked['ExclusiveStartKey'])
            rows = [row for row in rows if table.key(row) > start]
        return _page(asked, table, index, rows)

    def _Query(self, asked: dict[str, Any]) -> dict[str, Any]:
        table, index = self._asked_of(asked)
        lagging: dict[Key, Item | None] = {}
        if self.lags == 'Query' and not asked.get('ConsistentRead'):
            lagging = {key: item for (name, key), item in self.before.items() if name == asked['TableName']}
        places = table.places(index, _hash(asked, table.indexes[index].hash), lagging)
        forward = asked.get('ScanIndexForward', True)
        if 'ExclusiveStartKey' in asked:
            start = table.place(index, asked['ExclusiveStartKey'])
            places = places[bisect_right(places, start) :] if forward else places[: bisect_left(places, start)]
        keys = (place[1:] for place in (places if forward else reversed(places)))
        rows = (lagging.get(key) or table.rows[key] for key in keys)
        condition = asked['KeyConditionExpression']
        return _page(asked, table, index, (row for row in rows if holds(condition, _scope(asked, row))))

    def _asked_of(self, asked: dict[str, Any]) -> tuple[Table, str]:
        table, index = self.tables[asked['TableName']], asked.get('IndexName', TABLE)
        for text in (asked.get('KeyConditionExpression'), asked.get('FilterExpression')):
            check(text, asked.get('ExpressionAttributeValues', {}))
        if index not in table.indexes:
            raise Invalid(f'The table does not have the specified index: {index}')
        if index != TABLE and asked.get('ConsistentRead'):
            raise Invalid('Consistent reads are not supported on global secondary indexes')
        return table, index


def _hash(asked: dict[str, Any], name: str) -> Any:
    for placeholder, value in re.findall(r'(#\w+) = (:\w+)', asked['KeyConditionExpression']):
        if asked['ExpressionAttributeNames'][placeholder] == name:
            return plain(asked['ExpressionAttributeValues'][value])
    raise Invalid(f'Query condition missed key schema element: {name}')


def _page(asked: dict[str, Any], table: Table, index: str, rows: Iterable[Item]) -> dict[str, Any]:
    """Its limit counts what was read, before the filter."""
    limit = asked.get('Limit')
    read = list(islice(rows, limit))
    found = [row for row in read if holds(asked.get('FilterExpression'), _scope(asked, table.shown(index, row)))]
    answer: dict[str, Any] = {'Count': len(found), 'ScannedCount': len(read)}
    if asked.get('Select') != 'COUNT':
        answer['Items'] = [_wanted(asked, table.shown(index, row)) for row in found]
    if len(read) == limit:
        answer['LastEvaluatedKey'] = table.start(index, read[-1])
    return answer


def _scope(asked: dict[str, Any], item: Item) -> Scope:
    return Scope(asked.get('ExpressionAttributeNames', {}), asked.get('ExpressionAttributeValues', {}), item)


def _wanted(asked: dict[str, Any], item: Item) -> Item:
    return projected(asked.get('ProjectionExpression'), asked.get('ExpressionAttributeNames', {}), item)
