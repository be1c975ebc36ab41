"""Bring rows of a restored copy back into the live table: what is missing, and on request what differs.

The live table keeps its name and goes on being used: each row is put on the condition that it is still missing, or
still as it was read. So it can be stopped anywhere and run again. What the ledger says was erased goes from the copy
first, and what is erased while this runs is erased again at its end.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from pynamodb.attributes import TTLAttribute

from chalicelib import settings, storage
from chalicelib.privacy.restoring import Ledger
from chalicelib.storage import Record
from ops.fitting import FITS, USUAL, Item
from ops.restorable import TABLES

_PAGE = 100  # as many as BatchGetItem takes
MISSING, DIFFERS, SAME, OVER, NEWER, ERASED, NOT_OWED, OVERTAKEN = (
    'missing', 'differing', 'the same', 'past their time', 'written since', 'erased', 'without an owner', 'overtaken',
)  # fmt: skip


class Job(NamedTuple):
    """What is restored from where. `rate`: rows written a second."""

    table: str
    copy: str
    moment: datetime
    overwrite: bool
    rate: float


class Merge:
    """One table; `outcomes` counts its rows, `differing` names by hash those that were left as they are."""

    def __init__(self, client: Any, job: Job, model: type[Record]) -> None:
        self._client, self._job = client, job
        self._live = settings.table_name(job.table)
        self._rules, self._fit = TABLES[job.table], FITS.get(job.table, USUAL)
        attributes = list(model.get_attributes().values())
        self._keys = [
            one.attr_name for kind in ('is_hash_key', 'is_range_key') for one in attributes if getattr(one, kind)
        ]
        self._ttl = next((one.attr_name for one in attributes if isinstance(one, TTLAttribute)), None)
        self.outcomes: Counter[str] = Counter()
        self.differing: list[str] = []

    def erase(self, ledger: Ledger) -> int:
        """Let the copy forget whoever was erased; how many rows it were."""
        changed = 0
        for item in self._scan():
            left = self._fit.erased(dict(item), ledger)
            if left is None:
                self._client.delete_item(TableName=self._job.copy, Key=self._key(item))
            elif left != item:
                self._client.put_item(TableName=self._job.copy, Item=left)
            changed += left != item
        return changed

    def survey(self, ledger: Ledger, now: datetime) -> None:
        """Count what `carry_out` would do."""
        self._each(ledger, now, lambda item, live: None)

    def carry_out(self, ledger: Ledger, now: datetime) -> None:
        """Put back what is missing, and with `overwrite` what differs."""
        put, began = self._fit.put, time.monotonic()
        written = 0

        def write(item: Item, live: Item | None) -> None:
            nonlocal written
            if put:
                put(item, live, now)
            else:
                self._put(item, live)
            written += 1
            time.sleep(max(0.0, written / self._job.rate - (time.monotonic() - began)))

        self._each(ledger, now, write)

    def _each(self, ledger: Ledger, now: datetime, write: Callable[[Item, Item | None], None]) -> None:
        self.outcomes, self.differing = Counter(), []
        for page in self._pages():
            live = self._read(page)
            for item in page:
                try:
                    self.outcomes[self._one(item, live.get(self._named(item)), ledger, now, write)] += 1
                except storage.Conflict:
                    self.outcomes[OVERTAKEN] += 1

    def _one(
        self, item: Item, live: Item | None, ledger: Ledger, now: datetime, write: Callable[[Item, Item | None], None]
    ) -> str:
        if self._over(item, now):
            return OVER
        left = self._fit.erased(dict(item), ledger)
        if left is None:
            return ERASED
        wanted = self._fit.today(left, self._job.moment)
        if wanted is None:
            return NOT_OWED
        if live is None:
            write(wanted, None)
            return MISSING
        if self._told(live) == self._told(wanted) or self._told(live) == self._told(left):
            return SAME
        if self._newer(live):
            return NEWER
        self.differing.append(sha256(self._named(item).encode()).hexdigest()[:16])
        if self._job.overwrite and self._rules.overwrites:
            write(wanted, live)
        return DIFFERS

    def _over(self, item: Item, now: datetime) -> bool:
        """TTL would have dropped it, or is about to."""
        until = item.get(self._ttl or '', {}).get('N')
        return until is not None and float(until) <= now.timestamp()

    def _told(self, item: Item) -> Item:
        """What says the same, whichever way it is stored: an absent value and an empty one, and what machines move."""
        empty: tuple[Item, ...] = ({'NULL': True}, {'L': []}, {'M': {}}, {'S': ''})
        return {name: one for name, one in item.items() if name not in self._fit.ignored and one not in empty}

    def _newer(self, live: Item) -> bool:
        moments = (live.get(name, {}).get('S') for name in self._rules.written)
        return any(at and _parsed(at) > self._job.moment for at in moments)

    def _put(self, item: Item, live: Item | None) -> None:
        """Where it is still missing, or still as it was read."""
        names = {f'#{number}': name for number, name in enumerate(sorted({*item, *(live or ())}))}
        values: Item = {}
        if live is None:
            names, condition = {'#0': self._keys[0]}, 'attribute_not_exists(#0)'
        else:
            values = {f':{short[1:]}': live[name] for short, name in names.items() if name in live}
            condition = ' AND '.join(
                f'{short} = :{short[1:]}' if name in live else f'attribute_not_exists({short})'
                for short, name in names.items()
            )
        more = {'ExpressionAttributeValues': values} if values else {}
        try:
            self._client.put_item(
                TableName=self._live, Item=item, ConditionExpression=condition, ExpressionAttributeNames=names, **more
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise storage.Conflict('it was written meanwhile') from error

    def _read(self, page: list[Item]) -> Mapping[str, Item]:
        """The live rows of the same keys, as they are now."""
        found: dict[str, Item] = {}
        asked: Any = {self._live: {'Keys': [self._key(item) for item in page], 'ConsistentRead': True}}
        while asked:
            answer = self._client.batch_get_item(RequestItems=asked)
            found |= {self._named(item): item for item in answer['Responses'].get(self._live, ())}
            asked = answer.get('UnprocessedKeys')
        return found

    def _pages(self) -> Iterator[list[Item]]:
        paginator = self._client.get_paginator('scan')
        for page in paginator.paginate(TableName=self._job.copy, PaginationConfig={'PageSize': _PAGE}):
            if page['Items']:
                yield page['Items']

    def _scan(self) -> Iterator[Item]:
        for page in self._pages():
            yield from page

    def _key(self, item: Item) -> Item:
        return {name: item[name] for name in self._keys}

    def _named(self, item: Item) -> str:
        return '|'.join(str(next(iter(part.values()))) for part in self._key(item).values())


def _parsed(at: str) -> datetime:
    return datetime.fromisoformat(at.replace('+0000', '+00:00'))
