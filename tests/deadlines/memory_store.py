"""DynamoDB in a dictionary: what the room of deadlines uses of it, fast enough for thousands of histories.

`tests/contract/test_deadlines.py` proves it equal to moto and to the local AWS. It stands where botocore would call,
so PynamoDB's own work is done. Unlike them it can lag by the last write: queries, as DynamoDB's may that are not
consistent; or single reads, as DynamoDB's may for the milliseconds in which a transaction is carried out.
"""

import operator
import re
from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import settings
from chalicelib.storage import Record

Item = dict[str, dict[str, Any]]
Keys = tuple[str, ...]

COMPARED = {'=': operator.eq, '<': operator.lt}


class Memory:
    in_place = False  # for many rows: it cannot lag then

    def __init__(self, models: Iterable[type[Record]]) -> None:
        self.keys: dict[str, Keys] = {settings.table_name(model.Meta.table): _keys(model) for model in models}
        self.requests = 0
        self.empty()

    def empty(self) -> None:
        self.tables: dict[str, dict[Keys, Item]] = {name: {} for name in self.keys}
        self.before, self.lags = self.tables, ''

    def rows(self, model: type[Record]) -> list[Any]:
        items = self.tables[settings.table_name(model.Meta.table)].values()
        return [model.from_raw_data(item) for item in items]

    def __call__(self, client: object, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """In the place of botocore's `BaseClient._make_api_call`."""
        self.requests += 1
        answer: dict[str, Any] = getattr(self, f'_{operation}')(asked)
        return answer

    def _GetItem(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = self._state(asked)[asked['TableName']].get(self._key(asked['TableName'], asked['Key']))
        return {'Item': found} if found else {}

    def _Scan(self, asked: dict[str, Any]) -> dict[str, Any]:
        items = list(self.tables[asked['TableName']].values())
        return {'Items': items, 'Count': len(items), 'ScannedCount': len(items)}

    def _Query(self, asked: dict[str, Any]) -> dict[str, Any]:
        table = asked['TableName']
        start = self._key(table, asked['ExclusiveStartKey']) if 'ExclusiveStartKey' in asked else ()
        state = self._state(asked)[table]
        meets = [state[key] for key in sorted(state) if key > start and _met(asked, 'KeyCondition', state[key])]
        limit = asked.get('Limit')
        page = meets[:limit]
        answer = {'Items': page, 'Count': len(page), 'ScannedCount': len(page)}
        if len(page) == limit:
            answer['LastEvaluatedKey'] = {name: page[-1][name] for name in self.keys[table]}
        return answer

    def _TransactWriteItems(self, asked: dict[str, Any]) -> dict[str, Any]:
        writes = [next(iter(write.items())) for write in asked['TransactItems']]
        places = [(w['TableName'], self._key(w['TableName'], w.get('Item') or w['Key'])) for _, w in writes]
        if not places or len(set(places)) < len(places):
            raise _refusal('ValidationException')
        state = self.tables
        met = [_met(w, 'Condition', state[t].get(key, {})) for (t, key), (_, w) in zip(places, writes, strict=True)]
        if not all(met):
            raise _refusal('TransactionCanceledException', met)
        if not self.in_place:
            self.before, self.tables = state, {name: dict(table) for name, table in state.items()}
        for (table, key), (verb, write) in zip(places, writes, strict=True):
            if verb == 'Put':
                self.tables[table][key] = write['Item']
            else:
                assert verb == 'Delete', verb
                self.tables[table].pop(key, None)
        return {}

    def _state(self, asked: dict[str, Any]) -> dict[str, dict[Keys, Item]]:
        operation = 'Query' if 'KeyConditionExpression' in asked else 'GetItem'
        return self.before if self.lags == operation else self.tables

    def _key(self, table: str, item: Item) -> Keys:
        return tuple(next(iter(item[name].values())) for name in self.keys[table])


def _keys(model: type[Record]) -> Keys:
    names = (model._hash_keyname, model._range_keyname)
    return tuple(name for name in names if name)


def _met(asked: dict[str, Any], which: str, item: Item) -> bool:
    terms = asked.get(f'{which}Expression', '').strip('()').split(' AND ')
    return all(_term(asked, term, item) for term in terms if term)


def _term(asked: dict[str, Any], term: str, item: Item) -> bool:
    names = asked['ExpressionAttributeNames']
    if absent := re.fullmatch(r'attribute_not_exists \((#\d+)\)?', term):
        return names[absent[1]] not in item
    compared = re.fullmatch(r'(#\d+) (=|<) (:\d+)', term)
    assert compared, term
    kept, given = item.get(names[compared[1]]), asked['ExpressionAttributeValues'][compared[3]]
    return kept is not None and COMPARED[compared[2]](*(next(iter(value.values())) for value in (kept, given)))


def _refusal(code: str, met: Iterable[bool] = ()) -> ClientError:
    reasons = [{'Code': 'None' if fine else 'ConditionalCheckFailed'} for fine in met]
    return ClientError({'Error': {'Code': code, 'Message': code}, 'CancellationReasons': reasons}, 'TransactWriteItems')
