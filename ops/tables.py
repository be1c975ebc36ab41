"""The tables of all models: created where CloudFormation does not do it, on this machine and in tests."""

import inspect
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

import chalicelib
from chalicelib import aws, settings
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
        if model.exists():
            _add_indexes(model)
        else:
            model.create_table(wait=True, billing_mode='PAY_PER_REQUEST')


def _add_indexes(model: type[Record]) -> None:
    """A table of an earlier version gets what came since: one index at a time, as DynamoDB has it."""
    there = {index['IndexName'] for index in model.describe_table().get('GlobalSecondaryIndexes', ())}
    meta: Any = model.Meta
    for index in model._get_schema()['global_secondary_indexes']:
        if index['index_name'] not in there:
            _add_index(settings.table_name(meta.table), index)


def _add_index(table: str, index: Mapping[str, Any]) -> None:
    store = aws.session().create_client('dynamodb', settings.region(), endpoint_url=settings.aws_endpoint())
    created = {
        'IndexName': index['index_name'],
        'KeySchema': sorted(index['key_schema'], key=lambda key: str(key['KeyType'])),  # HASH before RANGE
        'Projection': index['projection'],
    }
    store.update_table(
        TableName=table,
        AttributeDefinitions=index['attribute_definitions'],
        GlobalSecondaryIndexUpdates=[{'Create': created}],
    )
