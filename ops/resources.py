"""Queues, bucket and secrets: created where CloudFormation does not do it, on this machine and in tests."""

import json
from contextlib import suppress
from typing import Any, NamedTuple

from chalicelib import aws, retention, settings


class Queue(NamedTuple):
    """A queue with a dead-letter queue behind it, named like it with `-dead`. `….fifo` keeps the order of a group."""

    name: str
    visible_after: int  # seconds until what was not dealt with is seen again
    attempts: int = 5

    @property
    def ordered(self) -> bool:
        return self.name.endswith(_FIFO)


# Six times the timeout of the function behind it, which is in .chalice/config.json. What waits for the store is tried
# as often as SQS allows: with three minutes between, an outage of two days loses nothing.
QUEUES = (
    Queue('media', visible_after=6 * 120),
    Queue('sends', visible_after=6 * 30),
    Queue('late.fifo', visible_after=6 * 30, attempts=1000),
)
DEAD_FOR = 14 * 24 * 3600  # the longest SQS keeps a message
_FIFO = '.fifo'
PRIVATE = {
    'BlockPublicAcls': True,
    'IgnorePublicAcls': True,
    'BlockPublicPolicy': True,
    'RestrictPublicBuckets': True,
}


def create_all() -> dict[str, str]:
    """Create what is missing; gives the settings by which the product finds it."""
    create_bucket(settings.media_bucket())
    return {settings.queue_setting(queue.name): create_queue(queue) for queue in QUEUES}


def create_queue(queue: Queue) -> str:
    """The queue's address. SQS gives the existing queue where name and attributes agree, so this can be repeated."""
    sqs, ordered = aws.client('sqs'), queue.ordered
    longest = {'MessageRetentionPeriod': str(DEAD_FOR)}
    fifo = {'FifoQueue': 'true'} if ordered else {}
    dead = sqs.create_queue(QueueName=full_name(queue.name, '-dead'), Attributes={**longest, **fifo})
    arn = sqs.get_queue_attributes(QueueUrl=dead['QueueUrl'], AttributeNames=['QueueArn'])['Attributes']['QueueArn']
    redrive = {'deadLetterTargetArn': arn, 'maxReceiveCount': queue.attempts}
    created = sqs.create_queue(
        QueueName=full_name(queue.name),
        Attributes={
            'VisibilityTimeout': str(queue.visible_after),
            'RedrivePolicy': json.dumps(redrive),
            **({**fifo, **longest} if ordered else {}),
        },
    )
    return str(created['QueueUrl'])


def full_name(queue: str, more: str = '') -> str:
    """As SQS knows the queue; with `-dead` the one behind it."""
    return f'weilin-{settings.stage()}-{with_ending(queue, more)}'


def with_ending(queue: str, more: str) -> str:
    """`late.fifo`, `-dead` → `late-dead.fifo`: SQS wants the suffix last."""
    suffix = _FIFO if queue.endswith(_FIFO) else ''
    return f'{queue.removesuffix(_FIFO)}{more}{suffix}'


def create_bucket(name: str) -> None:
    """A private bucket: families' photos are only ever reached by a fresh presigned link."""
    s3 = aws.client('s3')
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={'LocationConstraint': settings.region()})
    s3.put_public_access_block(
        Bucket=name,
        PublicAccessBlockConfiguration=PRIVATE,
    )
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={'Rules': lifecycle()})


def lifecycle() -> list[dict[str, Any]]:
    return [_dropped(way) for way in ('in', 'out')]


def _dropped(way: str) -> dict[str, Any]:
    """Photos, voice and video go by the table of what is kept; what was uploaded by halves goes after a day."""
    return {
        'ID': f'{way}-media',
        'Status': 'Enabled',
        'Filter': {'Prefix': f'{way}/'},
        'Expiration': {'Days': retention.MEDIA.lasts.days},
        'AbortIncompleteMultipartUpload': {'DaysAfterInitiation': 1},
    }


def put_secret(name: str, value: str) -> None:
    """Write a SecureString, over whatever stood there: CloudFormation cannot create one."""
    aws.client('ssm').put_parameter(Name=name, Value=value, Type='SecureString', Overwrite=True)
