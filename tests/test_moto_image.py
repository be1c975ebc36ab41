"""A world put back is the world that was furnished, and nothing of a test before."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto import mock_aws

from chalicelib import aws, settings
from ops import resources, tables
from tests.conftest import forget, furnish
from tests.moto_image import Image

HERE = {'LocationConstraint': 'cn-north-1'}


@contextmanager
def moto() -> Iterator[None]:
    with mock_aws():
        yield
        forget()


@pytest.fixture
def taken(environment: pytest.MonkeyPatch) -> tuple[Image, Any]:
    """The image of a furnished world, and what was seen in it before it ended."""
    with moto():
        furnish(environment)
        return Image(), everything()


def everything() -> Any:
    dynamodb, sqs, s3 = store(), aws.client('sqs'), aws.client('s3')
    return {
        'tables': {name: dynamodb.describe_table(TableName=name)['Table'] for name in table_names()},
        'clean-up': [clean_up(name) for name in table_names()],
        'queues': {
            url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['All'])['Attributes'] for url in queues()
        },
        'buckets': [bucket['Name'] for bucket in s3.list_buckets()['Buckets']],
    }


def store() -> Any:
    return aws.session().create_client('dynamodb', settings.region())


def table_names() -> list[str]:
    return list(store().list_tables()['TableNames'])


def clean_up(table: str) -> Any:
    return store().describe_time_to_live(TableName=table)['TimeToLiveDescription']


def queues() -> list[str]:
    return list(aws.client('sqs').list_queues().get('QueueUrls', ()))


def test_what_was_furnished_is_there_again(taken: tuple[Image, Any]) -> None:
    image, seen = taken
    with moto():
        assert not any(everything().values())
        image.restore()
        assert everything() == seen
        with pytest.raises(aws.client('s3').exceptions.BucketAlreadyOwnedByYou):
            aws.client('s3').create_bucket(Bucket=settings.media_bucket(), CreateBucketConfiguration=HERE)
        rules = aws.client('s3').get_bucket_lifecycle_configuration(Bucket=settings.media_bucket())['Rules']
    assert set(seen['tables']) == {settings.table_name(model.Meta.table) for model in tables.models()}
    assert len(seen['queues']) == 2 * len(resources.QUEUES)
    assert seen['buckets'] == [settings.media_bucket()]
    assert [rule['ID'] for rule in rules] == [rule['ID'] for rule in resources.lifecycle()]


def test_what_a_test_leaves_behind_is_not_in_the_next(taken: tuple[Image, Any]) -> None:
    image, seen = taken
    with moto():
        image.restore()
        aws.client('s3').put_object(Bucket=settings.media_bucket(), Key='left', Body=b'behind')
        resources.put_secret('left', 'behind')
        aws.client('sqs').delete_queue(QueueUrl=queues()[0])
        store().delete_table(TableName=table_names()[0])
        assert everything() != seen
    with moto():
        image.restore()
        assert everything() == seen
        assert 'Contents' not in aws.client('s3').list_objects_v2(Bucket=settings.media_bucket())
        assert not aws.client('ssm').describe_parameters()['Parameters']


def test_a_queue_put_back_can_be_waited_at(taken: tuple[Image, Any]) -> None:
    """A queue has a lock, of which an image can only say that it is one."""
    image, _ = taken
    with moto():
        image.restore()
        sqs, queue = aws.client('sqs'), next(name for name in queues() if name.endswith('media'))
        sqs.send_message(QueueUrl=queue, MessageBody='come')
        received = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1)['Messages']
    assert [message['Body'] for message in received] == ['come']
