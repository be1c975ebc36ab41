"""The tables of all models: created where CloudFormation does not do it, on this machine and in tests."""

import inspect
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import chalicelib
from chalicelib.storage import Record


def models() -> list[type[Record]]:
    """Every model of every room, by the name of its table."""
    found = []
    for room in iter_modules(chalicelib.__path__, 'chalicelib.'):
        if room.ispkg and find_spec(f'{room.name}.records'):
            records = import_module(f'{room.name}.records')
            found += [
                model for _, model in inspect.getmembers(records, _is_model) if model.__module__ == records.__name__
            ]
    return sorted(found, key=lambda model: str(model.Meta.table))


def _is_model(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Record)


def create_all() -> None:
    """Create what is missing, on demand, with its indexes and its TTL, and wait until it can be used."""
    for model in models():
        if not model.exists():
            model.create_table(wait=True, billing_mode='PAY_PER_REQUEST')
