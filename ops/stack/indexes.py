"""Changes of indexes, one of a table at a time: DynamoDB creates or deletes only one in an update.

Source: UpdateTable's reference ("you can only perform one of create, delete per operation"), and the same for
AWS::DynamoDB::Table in CloudFormation.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

TABLE = 'AWS::DynamoDB::Table'
Tables = dict[str, Any]  # by logical id
Indexes = dict[str, Any]  # by their names
_INDEXES = 'GlobalSecondaryIndexes'


def tables(template: Mapping[str, Any]) -> Tables:
    return {name: one for name, one in template['Resources'].items() if one['Type'] == TABLE}


def indexes(table: Mapping[str, Any]) -> Indexes:
    return {index['IndexName']: index for index in table['Properties'].get(_INDEXES, ())}


def coming(deployed: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Tables]:
    """The deployed tables as they get the indexes that are new, step by step, and lose none: for the code that runs.

    New tables are not among them; they come with all of theirs at once.
    """
    return _steps(tables(deployed), tables(wanted), _add)


def going(deployed: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Tables]:
    """The wanted tables with what they had before, for the new code to come with; then as they lose it, step by step.

    An index that has changed under its name goes and comes again, and is missing in between to the code that asks it:
    rather give it another name.
    """
    there, aims = tables(deployed), tables(wanted)
    first = {name: _with(one, _all(there.get(name), one), there.get(name)) for name, one in aims.items()}
    for step in chain([first], _steps(first, aims, _settle)):
        yield {name: aims[name] if indexes(one) == indexes(aims[name]) else one for name, one in step.items()}


def _steps(there: Tables, aims: Tables, change: Callable[[Indexes, Indexes], bool]) -> Iterator[Tables]:
    """Each step once for all tables."""
    now = copy.deepcopy(there)
    while True:
        moved = False
        for name in now.keys() & aims.keys():
            has = indexes(now[name])
            if change(has, indexes(aims[name])):
                now[name] = _with(now[name], has, aims[name])
                moved = True
        if not moved:
            return
        yield copy.deepcopy(now)


def _add(has: Indexes, wants: Indexes) -> bool:
    new = [name for name in wants if name not in has]
    has |= {name: wants[name] for name in new[:1]}
    return bool(new)


def _settle(has: Indexes, wants: Indexes) -> bool:
    """One change towards what is wanted. What was deleted to be made anew comes before the next goes."""
    if _add(has, wants):
        return True
    gone = [name for name, index in has.items() if wants.get(name) != index]
    for name in gone[:1]:
        del has[name]
    return bool(gone)


def _all(before: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> Indexes:
    """Those of both; of one that has changed the old."""
    return {**indexes(wanted), **(indexes(before) if before else {})}


def _with(table: Mapping[str, Any], has: Indexes, other: Mapping[str, Any] | None) -> dict[str, Any]:
    """The table with these indexes, and with the attributes its keys need and no others, as DynamoDB demands.

    `other` knows the types of those this one does not.
    """
    made = copy.deepcopy(dict(table))
    properties = made['Properties']
    known = [*(other['Properties']['AttributeDefinitions'] if other else ()), *properties['AttributeDefinitions']]
    types = {one['AttributeName']: one for one in known}
    keys = [properties['KeySchema'], *(index['KeySchema'] for index in has.values())]
    used = sorted({key['AttributeName'] for schema in keys for key in schema})
    properties['AttributeDefinitions'] = [types[name] for name in used]
    properties.pop(_INDEXES, None)
    if has:
        properties[_INDEXES] = list(has.values())
    return made
