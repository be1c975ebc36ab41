"""Every request to DynamoDB that this process sends: which part of the product sent it, and the capacity consumed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib import aws, storage

READING = ('GetItem', 'BatchGetItem', 'TransactGetItems', 'Query', 'Scan')


@dataclass(frozen=True)
class Call:
    """One answered request. A refused one reports no capacity, though AWS charges for it."""

    who: str  # 'door': the thread of a web request; 'worker', 'schedule': theirs; 'bench': the benchmark's own
    operation: str
    accepted: bool
    capacity: float

    @property
    def reads(self) -> bool:
        return self.operation in READING


def listen(hear: Callable[[Call], None]) -> None:
    """Have every call told from now on."""

    def after_call(http_response: Any, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        hear(Call(_who(), model.name, http_response.status_code == 200, _capacity(parsed)))

    aws.session().register('after-call.dynamodb.*', after_call)
    fresh_connections()


def fresh_connections() -> None:
    """A client takes over its session's hooks when it is made: drop those that were made before a hook was."""
    storage.forget()


def _who() -> str:
    name = threading.current_thread().name
    if name == 'MainThread':
        return 'bench'
    return {'queue': 'worker', 'schedule': 'schedule'}.get(name.partition(' ')[0], 'door')


def _capacity(parsed: dict[str, Any]) -> float:
    """Units of the table and its indexes; a transaction reports one figure per table."""
    consumed = parsed.get('ConsumedCapacity') or []
    each = consumed if isinstance(consumed, list) else [consumed]
    return float(sum(one['CapacityUnits'] for one in each))
