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
    """First what the tables need, one index of each at a time, with the code that runs; then the new code.

    CloudFormation changes functions and tables side by side, and an index takes its time: new code would ask for it too
    early. An index nobody needs any more goes the same way, so drop it one release after the code that used it.
    """
    if stack.describe():
        deployed = stack.template()
        for tables in indexes.steps(deployed, wanted):
            yield Release(
                'An index, with the code that runs', {**deployed, 'Resources': {**deployed['Resources'], **tables}}
            )
    yield Release('Everything', wanted)


def architecture(stack: Stack) -> Architecture | None:
    """The CPU of the functions as they are; None where there are none."""
    return functions.architecture(stack.template()) if stack.describe() else None


def loses_data(change: Change) -> bool:
    return change.kind in _KEEPS_DATA and (change.replaced or change.action == 'Remove')
