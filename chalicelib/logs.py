"""What every log line of some work has in common: its request, its trace, the resident it is about.

Calls need not repeat it: an entrance, a job and whoever finds the conversation say it once. Where Lambda runs us, all
of it becomes one JSON object per line (`log_lines`); elsewhere lines stay plain text.

A call is `log.info('media settled account=%s kind=%s', …)`: a sentence that never changes, then fields by name.
An exception whose class has `loggable = True` has a text that is free of contents; of all others only the kind is told.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from secrets import token_hex
from typing import Any, NamedTuple

from chalicelib import pseudonym

log = logging.getLogger('weilin')

_LONGEST_TRACE = 64


class Scope(NamedTuple):
    """What lines belong to: the invocation, the one that began it all, and a resident's pseudonym."""

    request: str = ''
    trace: str = ''
    resident: str = ''


_scope: ContextVar[Scope] = ContextVar('what log lines belong to', default=Scope())  # noqa: B039 (never changed)


class FunctionFailed(Exception):
    """Stands for an error that ended a function: Lambda writes its text into the log, so it names the kind only."""

    loggable = True


def scope() -> Scope:
    return _scope.get()


def trace() -> str:
    """What a job is to carry, so that its lines are found with those of whoever queued it."""
    return _scope.get().trace


@contextmanager
def within(new: Scope) -> Iterator[None]:
    before = _scope.set(new)
    try:
        yield
    finally:
        _scope.reset(before)


@contextmanager
def about(conversation_id: str) -> Iterator[None]:
    """Everything within is about this conversation."""
    with within(_scope.get()._replace(resident=pseudonym.short(conversation_id))):
        yield


def known(conversation_id: str) -> None:
    """It has turned out what the rest of this entrance or job is about."""
    _scope.set(_scope.get()._replace(resident=pseudonym.short(conversation_id)))


@contextmanager
def job(said: Mapping[str, Any]) -> Iterator[None]:
    """The work of a queue's job: goes on with the trace it carries; one from before there were traces has none."""
    carried, conversation_id = said.get('trace'), said.get('conversation')
    new = _scope.get()
    if isinstance(carried, str) and carried:
        new = new._replace(trace=carried[:_LONGEST_TRACE])
    if isinstance(conversation_id, str):
        new = new._replace(resident=pseudonym.short(conversation_id))
    with within(new):
        yield


def entrance(event: Any, go_on: Callable[[Any], Any]) -> Any:
    """Chalice's middleware around every function of app.py.

    Lambda itself writes the text of an exception that ends a function into the log, where it may quote a resident: it
    gets one that does not. For HTTP Chalice answers 500 and logs through our formatter.
    """
    http = hasattr(event, 'lambda_context')
    context = event.lambda_context if http else getattr(event, 'context', None)
    request = str(getattr(context, 'aws_request_id', '') or token_hex(8))
    with within(Scope(request, request)):
        try:
            return go_on(event)
        except Exception as error:
            if http:
                raise
            kind = type(error).__name__
            log.error('a function failed error=%s', kind, exc_info=error)
            raise (error if is_loggable(error) else FunctionFailed(kind)) from None


def is_loggable(error: BaseException) -> bool:
    return bool(getattr(type(error), 'loggable', False))
