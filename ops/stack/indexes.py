"""Changes of indexes, one at a time: DynamoDB creates or deletes only one index of a table in an update.

Source: UpdateTable's reference ("you can only perform one of create, delete per operation"), and the same for
AWS::DynamoDB::Table in CloudFormation.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

TABLE = 'AWS::DynamoDB::Table'
Indexes = dict[str, Any]  # by their names
_INDEXES = 'GlobalSecondaryIndexes'


def tables(template: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in template['Resources'].items() if one['Type'] == TABLE}


def steps(deployed: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The tables of `deployed` on their way to those of `wanted`, by logical id; each step once for all tables.

    Only indexes move, and the attributes their keys are made of; new tables come with all of theirs later.
    """
    there, aims = copy.deepcopy(tables(deployed)), tables(wanted)
    while moved := [name for name in there if name in aims and _move(there[name], aims[name])]:
        assert moved
        yield copy.deepcopy(there)


def indexes(table: Mapping[str, Any]) -> Indexes:
    return {index['IndexName']: index for index in table['Properties'].get(_INDEXES, ())}


def _move(table: dict[str, Any], aim: Mapping[str, Any]) -> bool:
    """One change towards the aim; False where there is nothing left to do. What has to go goes first."""
    has, wants = indexes(table), indexes(aim)
    if gone := [name for name, index in has.items() if wants.get(name) != index]:
        del has[gone[0]]
    elif new := [name for name in wants if name not in has]:
        has[new[0]] = wants[new[0]]
    else:
        return False
    _put(table, aim, has)
    return True


def _put(table: dict[str, Any], aim: Mapping[str, Any], has: Indexes) -> None:
    properties = table['Properties']
    types = {
        one['AttributeName']: one
        for one in [*aim['Properties']['AttributeDefinitions'], *properties['AttributeDefinitions']]
    }
    keys = [properties['KeySchema'], *(index['KeySchema'] for index in has.values())]
    used = sorted({key['AttributeName'] for schema in keys for key in schema})
    properties['AttributeDefinitions'] = [types[name] for name in used]
    properties.pop(_INDEXES, None)
    if has:
        properties[_INDEXES] = list(has.values())
