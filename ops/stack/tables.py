"""The tables, made from the PynamoDB models: a second description would drift from them."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from pynamodb.attributes import TTLAttribute

from chalicelib.storage import Record
from ops import tables
from ops.stack.names import logical, named
from ops.stack.options import Options, protected


def build(options: Options) -> dict[str, Any]:
    made = {logical(_name(model), 'table'): _table(model, options) for model in tables.models()}
    _one_after_another(made)
    return made


def _one_after_another(made: dict[str, dict[str, Any]]) -> None:
    """Of tables with indexes DynamoDB makes only so many at once, and refuses the rest.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html:
    "if your template includes multiple DynamoDB tables with indexes, you must declare dependencies".
    """
    indexed = [name for name, table in made.items() if 'GlobalSecondaryIndexes' in table['Properties']]
    for before, after in pairwise(indexed):
        made[after]['DependsOn'] = before


def _name(model: type[Record]) -> str:
    meta: Any = model.Meta
    return str(meta.table)


def _table(model: type[Record], options: Options) -> dict[str, Any]:
    schema = model._get_schema()
    indexes = [_index(index) for index in schema['global_secondary_indexes']]
    return {
        'Type': 'AWS::DynamoDB::Table',
        **options.kept,
        'Properties': {
            'TableName': named(_name(model)),
            'BillingMode': 'PAY_PER_REQUEST',
            'AttributeDefinitions': sorted(schema['attribute_definitions'], key=lambda one: str(one['AttributeName'])),
            'KeySchema': key_schema(schema['key_schema']),
            'PointInTimeRecoverySpecification': {'PointInTimeRecoveryEnabled': True},
            'SSESpecification': {'SSEEnabled': True},
            'DeletionProtectionEnabled': protected(options.stage),
            **({'GlobalSecondaryIndexes': indexes} if indexes else {}),
            **_forgetting(model),
        },
    }


def _index(index: Mapping[str, Any]) -> dict[str, Any]:
    return {
        'IndexName': index['index_name'],
        'KeySchema': key_schema(index['key_schema']),
        'Projection': index['projection'],
    }


def key_schema(keys: Sequence[Any]) -> list[Any]:
    """HASH before RANGE, as DynamoDB wants it; PynamoDB lists them by name."""
    return sorted(keys, key=lambda key: key['KeyType'])


def _forgetting(model: type[Record]) -> dict[str, Any]:
    for attribute in model.get_attributes().values():
        if isinstance(attribute, TTLAttribute):
            return {'TimeToLiveSpecification': {'AttributeName': attribute.attr_name, 'Enabled': True}}
    return {}
