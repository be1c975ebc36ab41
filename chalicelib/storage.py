"""The ground every `records.py` stands on: PynamoDB's base model, one connection for all tables, transactions."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import JSONAttribute
from pynamodb.connection.base import Connection, MetaTable
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib import aws, settings

# (seconds to connect, seconds to read, tries). WeChat hangs up after five seconds, so its callback hurries.
PATIENT = (1.0, 2.0, 3)
HURRIED = (0.3, 0.7, 2)
HURRIED_ONCE = (0.3, 0.7, 1)  # where a second try would end too late
_PAUSE = 0.05  # of botocore before another try, at most ("legacy" mode)

_patience: ContextVar[tuple[float, float, int]] = ContextVar('patience', default=PATIENT)
_ends: ContextVar[float | None] = ContextVar('ends', default=None)  # by time.monotonic
_connections: dict[tuple[float, float, int], Connection] = {}
_lock = Lock()


class Conflict(Exception):
    """Somebody else wrote first, or the store asked to come again: read again and retry."""

    loggable = True


class AlreadyKept(Exception):
    """The once-only key exists; `item` is the row that holds it, as DynamoDB's raw attributes."""

    def __init__(self, item: dict[str, Any]) -> None:
        super().__init__('the once-only key exists')
        self.item = item


class Unavailable(Exception):
    """The store did not answer, or there is no time left to ask it."""

    loggable = True


_COME_AGAIN = frozenset(
    {
        'InternalServerError',
        'ProvisionedThroughputExceededException',
        'RequestLimitExceeded',
        'ServiceUnavailable',
        'ThrottlingException',
        'TransactionInProgressException',
    }
)


def _worst(patience: tuple[float, float, int]) -> float:
    """Longest a request can take, in seconds."""
    connect, read, tries = patience
    return (connect + read) * tries + _PAUSE * (tries - 1)


def _fits(patience: tuple[float, float, int]) -> bool:
    ends = _ends.get()
    return ends is None or time.monotonic() + _worst(patience) <= ends


class _OneConnection(Connection):
    """Made from the shared session; asks only while there is time, and says in our words how it went wrong."""

    patience = PATIENT

    @property
    def session(self) -> botocore.session.Session:
        return aws.session()

    def _make_api_call(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        if not _fits(self.patience):
            raise Unavailable('no time left for another request')
        try:
            return super()._make_api_call(operation_name, operation_kwargs)
        except ClientError as error:
            if error.response['Error']['Code'] in _COME_AGAIN:
                raise Conflict(error.response['Error']['Code']) from error
            raise
        except BotoCoreError as error:
            raise Unavailable(type(error).__name__) from error


def connection() -> Connection:
    """The process's connection for the present patience; every table and transaction uses it."""
    patience = _patience.get()
    if not _fits(patience):
        patience = HURRIED_ONCE
    with _lock:
        if patience not in _connections:
            connect, read, tries = patience
            made = _OneConnection(
                region=settings.region(),
                host=settings.aws_endpoint(),
                max_pool_connections=64,
                connect_timeout_seconds=connect,
                read_timeout_seconds=read,
                # "standard" mode pauses up to a second before the second try: too long for the callback.
                retry_configuration={'total_max_attempts': tries, 'mode': 'legacy'},
            )
            made.patience = patience
            assert made.client  # built under the lock: botocore's client creation is not thread-safe
            _connections[patience] = made
        return _connections[patience]


@contextmanager
def hurried(ends: float) -> Iterator[None]:
    """Short timeouts for everything within, and no request that might not be over at `ends` (of time.monotonic)."""
    patience, until = _patience.set(HURRIED), _ends.set(ends)
    try:
        yield
    finally:
        _patience.reset(patience)
        _ends.reset(until)


class _Table(TableConnection):
    """A table reached through the shared connection instead of one of its own."""

    def __init__(self, meta: MetaTable) -> None:
        self.table_name = meta.table_name
        self._meta = meta

    @property
    def connection(self) -> Connection:  # type: ignore[override]
        shared = connection()
        shared._tables.setdefault(self.table_name, self._meta)
        return shared


class Record(Model):
    """Base of every model. `class Meta: table = 'units'` names the table; the stage is added on first use."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        meta: Any = cls.Meta
        name = settings.table_name(meta.table)
        if cls._connection is None or cls._connection.table_name != name:
            meta.table_name, cls._connection = name, None
            cls._connection = _Table(super()._get_connection().get_meta_table())
        return cls._connection

    def save_if(self, condition: Condition | None = None, add_version_condition: bool = True) -> bool:
        """Store it on this condition, and that of its version; False where one of them does not hold."""
        try:
            self.save(condition, add_version_condition=add_version_condition)
        except PutError as error:
            if error.cause_response_code == 'ConditionalCheckFailedException':
                return False
            raise
        return True


class Json(JSONAttribute):
    """Chinese as it is: escaped as backslash-u sequences it would take twice the room."""

    def serialize(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)


Transaction = TransactWrite
Write = Callable[[Transaction], None]  # puts something into the transaction it is handed


def commit(write: Write) -> None:
    """Carry out everything `write` puts into one transaction.

    Raises `AlreadyKept` where a put that asked for ALL_OLD met its row, `Conflict` for any other failed
    condition and for TransactionConflict or throttling, `Unavailable` where no answer came.
    """
    try:
        with TransactWrite(connection=connection()) as tx:
            write(tx)
    except TransactWriteError as error:
        raise _meaning(error) from error


_OVERTAKEN = frozenset(
    {'ConditionalCheckFailed', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'}
)


def _meaning(error: TransactWriteError) -> Exception:
    reasons = [reason for reason in error.cancellation_reasons if reason]
    for reason in reasons:
        if reason.raw_item:
            return AlreadyKept(reason.raw_item)
    if reasons and all(reason.code in _OVERTAKEN for reason in reasons):
        return Conflict(', '.join(reason.code for reason in reasons))
    return error


def forget() -> None:
    """Drop the connections: for tests, which change what stands behind them."""
    with _lock:
        _connections.clear()
