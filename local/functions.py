"""The app's schedules and queue handlers: found in the app, so that nothing is listed twice, called as by Lambda."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from chalice.app import BaseEventSourceConfig, Chalice
from chalice.config import Config
from chalice.local import LambdaContext

CONFIG = Path(__file__).parents[1] / '.chalice' / 'config.json'

Source = TypeVar('Source', bound=BaseEventSourceConfig)


def config(function: str = 'api_handler') -> Config:
    """What .chalice/config.json says about a function."""
    return Config('local', function, config_from_disk=json.loads(CONFIG.read_text()))


def functions(app: Chalice, kind: type[Source]) -> Iterator[tuple[Source, Callable[[dict[str, Any]], Any]]]:
    """Every function with an event source of this kind, and how to call it with an event."""
    for source in app.event_sources:
        if isinstance(source, kind):
            yield source, _caller(app, source.name)


def _caller(app: Chalice, name: str) -> Callable[[dict[str, Any]], Any]:
    said = config(name)

    def call(event: dict[str, Any]) -> Any:
        return app.handler_map[name](event, LambdaContext(name, said.lambda_memory_size, said.lambda_timeout * 1000))

    return call
