"""The queues and what lies behind them: what failed too often waits there for a person, encrypted, for two weeks."""

from typing import Any

from ops import resources
from ops.stack.names import att, logical, named
from ops.stack.options import Options


def build(options: Options) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for queue in resources.QUEUES:
        made[logical_name(queue.name, dead=True)] = _dead(queue, options)
        made[logical_name(queue.name)] = _queue(queue, options)
    return made


def logical_name(queue: str, dead: bool = False) -> str:
    return logical(queue.removesuffix('.fifo'), 'dead-queue' if dead else 'queue')


def _queue(queue: resources.Queue, options: Options) -> dict[str, Any]:
    redrive = {
        'deadLetterTargetArn': att(logical_name(queue.name, dead=True)),
        'maxReceiveCount': queue.attempts,
    }
    longest = {'MessageRetentionPeriod': resources.DEAD_FOR} if queue.ordered else {}
    return _resource(queue, '', options, VisibilityTimeout=queue.visible_after, RedrivePolicy=redrive, **longest)


def _dead(queue: resources.Queue, options: Options) -> dict[str, Any]:
    return _resource(queue, '-dead', options, MessageRetentionPeriod=resources.DEAD_FOR)


def _resource(queue: resources.Queue, more: str, options: Options, **properties: Any) -> dict[str, Any]:
    ordered = {'FifoQueue': True} if queue.ordered else {}
    return {
        'Type': 'AWS::SQS::Queue',
        **options.kept,
        'Properties': {
            'QueueName': named(resources.with_ending(queue.name, more)),
            'SqsManagedSseEnabled': True,
            **ordered,
            **properties,
        },
    }
