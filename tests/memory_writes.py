"""What the store in memory is told: single writes, batches, transactions; each one whole or not at all."""

from typing import Any

from tests.expressions import Invalid, Item, Scope, check, holds
from tests.memory_tables import Key, Table
from tests.update_expressions import check_update, only_removes, updated

IN_TRANSACTION, IN_BATCH = 100, 25  # writes

Place = tuple[str, Key]


class Unmet(Exception):
    """A condition does not hold; `kept` is the row where it was asked for."""

    def __init__(self, kept: Item | None) -> None:
        super().__init__('The conditional request failed')
        self.kept = kept


class Cancelled(Exception):
    def __init__(self, reasons: list[dict[str, Any]]) -> None:
        codes = ', '.join(reason['Code'] for reason in reasons)
        super().__init__(f'Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]')
        self.reasons = reasons


class Writes:
    tables: dict[str, Table]
    before: dict[Place, Item | None]

    def _PutItem(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._write('Put', asked)

    def _UpdateItem(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._write('Update', asked)

    def _DeleteItem(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._write('Delete', asked)

    def _write(self, verb: str, asked: dict[str, Any]) -> dict[str, Any]:
        place = self._place(asked)
        kept, made = self._kept(place), self._made(verb, place, asked)
        self._store({place: made})
        told = {'ALL_OLD': kept, 'ALL_NEW': made}.get(asked.get('ReturnValues', 'NONE'))
        return {'Attributes': told} if told else {}

    def _BatchWriteItem(self, asked: dict[str, Any]) -> dict[str, Any]:
        made: dict[Place, Item | None] = {}
        writes = [(name, write) for name, writes in asked['RequestItems'].items() for write in writes]
        for name, write in writes:
            ((kind, given),) = write.items()
            place = self._place({'TableName': name, **given})
            made[place] = self._made(kind.removesuffix('Request'), place, given)
        if not made or len(writes) > IN_BATCH or len(made) < len(writes):
            raise Invalid('Provided list of items is empty, too long, or contains duplicates')
        self._store(made)
        return {'UnprocessedItems': {}}

    def _TransactWriteItems(self, asked: dict[str, Any]) -> dict[str, Any]:
        writes = [next(iter(write.items())) for write in asked['TransactItems']]
        places = [self._place(write) for _, write in writes]
        if not 0 < len(places) <= IN_TRANSACTION:
            raise Invalid(f'Member must have length between 1 and {IN_TRANSACTION}')
        if len(set(places)) < len(places):
            raise Invalid('Transaction request cannot include multiple operations on one item')
        checked = {place for place, (verb, _) in zip(places, writes, strict=True) if verb == 'ConditionCheck'}
        made, reasons = {}, []
        for place, (verb, write) in zip(places, writes, strict=True):
            made[place], reason = self._tried(verb, place, write)
            reasons.append(reason)
        if any(reason['Code'] != 'None' for reason in reasons):
            raise Cancelled(reasons)
        self._store({place: item for place, item in made.items() if place not in checked})
        return {}

    def _tried(self, verb: str, place: Place, write: dict[str, Any]) -> tuple[Item | None, dict[str, Any]]:
        """What one write of a transaction makes, and the reason it gives for cancelling it."""
        try:
            return self._made(verb, place, write), {'Code': 'None'}
        except Unmet as unmet:
            reason = {'Code': 'ConditionalCheckFailed', 'Message': str(unmet)}
            return None, reason | ({'Item': unmet.kept} if unmet.kept else {})
        except Invalid as invalid:
            return None, {'Code': 'ValidationError', 'Message': str(invalid)}

    def _made(self, verb: str, place: Place, asked: dict[str, Any]) -> Item | None:
        """The row as it will be, None where none will be. Raises `Unmet`, `Invalid`."""
        table, kept = self.tables[place[0]], self._kept(place)
        names, values = asked.get('ExpressionAttributeNames', {}), asked.get('ExpressionAttributeValues', {})
        if not holds(asked.get('ConditionExpression'), Scope(names, values, kept or {})):
            raise Unmet(kept if asked.get('ReturnValuesOnConditionCheckFailure') == 'ALL_OLD' else None)
        made = asked.get('Item')
        if verb == 'Update' and (text := asked.get('UpdateExpression')):
            made = updated(text, Scope(names, values, kept or asked['Key']))
            made = None if kept is None and only_removes(text) else made
        elif verb == 'Update':
            made = kept or asked['Key']
        table.check(made or {})
        return made

    def _place(self, asked: dict[str, Any]) -> Place:
        """Of a write; and what is wrong with it whatever is kept there. Raises `Invalid`."""
        table = self.tables[asked['TableName']]
        check(asked.get('ConditionExpression'), asked.get('ExpressionAttributeValues', {}))
        if text := asked.get('UpdateExpression'):
            check_update(text, asked.get('ExpressionAttributeNames', {}), table.names)
        return asked['TableName'], table.key(asked['Item']) if 'Item' in asked else table.key(asked['Key'], whole=True)

    def _kept(self, place: Place) -> Item | None:
        return self.tables[place[0]].rows.get(place[1])

    def _store(self, made: dict[Place, Item | None]) -> None:
        self.before = {place: self._kept(place) for place in made}
        for (name, key), item in made.items():
            self.tables[name].put(key, item)
