"""What a deployment consists of: the templates to carry out one after the other, and what must never happen in one."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ops.cloudformation import Change, Stack
from ops.packing.targets import Architecture
from ops.stack import functions, indexes

# What holds what residents wrote: never replaced or removed by a deployment.
_KEEPS_DATA = ('AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SQS::Queue')


class Release(NamedTuple):
    """One update of the stack."""

    title: str
    template: dict[str, Any]


def releases(stack: Stack, wanted: dict[str, Any]) -> Iterator[Release]:
    """New indexes first, one of each table at a time, with the code that runs; the new code; then what nobody asks.

    CloudFormation changes functions and tables side by side, and an index takes its time: new code would ask for it too
    early, and old code would still ask for one that goes. A run that was cut off is gone on with from what is there.
    """
    if not stack.describe():
        yield Release('Everything', wanted)
        return
    deployed = stack.template()
    for tables in indexes.coming(deployed, wanted):
        yield Release('An index, with the code that runs', _with(deployed, tables))
    first, *rest = indexes.going(deployed, wanted)
    yield Release('Everything', _with(wanted, first))
    for tables in rest:
        yield Release('An index that nobody asks any more', _with(wanted, tables))


def _with(template: dict[str, Any], tables: indexes.Tables) -> dict[str, Any]:
    return {**template, 'Resources': {**template['Resources'], **tables}}


def architecture(stack: Stack) -> Architecture | None:
    """The CPU of the functions as they are; None where there are none."""
    return functions.architecture(stack.template()) if stack.describe() else None


def loses_data(change: Change) -> bool:
    return change.kind in _KEEPS_DATA and (change.replaced or change.action == 'Remove')
