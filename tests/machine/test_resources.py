"""Tables, queues, bucket and secrets as the product expects to find them."""

import json
from typing import Any

import pytest
from pynamodb.exceptions import QueryError

from chalicelib import aws, settings
from ops import resources, tables

pytestmark = pytest.mark.usefixtures('store')


def dynamodb() -> Any:
    return aws.session().create_client('dynamodb', settings.region())


def test_every_table_is_paid_by_request_and_cleans_up_by_its_ttl() -> None:
    for model in tables.models():
        name = settings.table_name(model.Meta.table)
        described = dynamodb().describe_table(TableName=name)['Table']
        assert described['BillingModeSummary']['BillingMode'] == 'PAY_PER_REQUEST', name
        clean_up = dynamodb().describe_time_to_live(TableName=name)['TimeToLiveDescription']
        ttl = model._ttl_attribute()
        assert clean_up.get('AttributeName') == (ttl.attr_name if ttl else None), name


def test_every_index_of_a_model_is_created() -> None:
    for model in tables.models():
        described = dynamodb().describe_table(TableName=settings.table_name(model.Meta.table))['Table']
        made = {index['IndexName'] for index in described.get('GlobalSecondaryIndexes', [])}
        assert made == set(model._indexes), model.Meta.table


def test_creating_again_keeps_what_is_there() -> None:
    aws.client('s3').put_object(Bucket=settings.media_bucket(), Key='photo', Body=b'bytes')
    found = resources.create_all()
    tables.create_all()
    assert resources.create_all() == found
    assert aws.client('s3').get_object(Bucket=settings.media_bucket(), Key='photo')['Body'].read() == b'bytes'


def test_a_queue_gives_up_after_five_attempts_and_keeps_the_dead_for_two_weeks() -> None:
    sqs = aws.client('sqs')
    asked = {'QueueUrl': settings.queue_url('media'), 'AttributeNames': ['All']}
    redrive = json.loads(sqs.get_queue_attributes(**asked)['Attributes']['RedrivePolicy'])
    dead = sqs.get_queue_url(QueueName='weilin-test-media-dead')['QueueUrl']
    kept = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=['All'])['Attributes']
    assert int(redrive['maxReceiveCount']) == 5
    assert redrive['deadLetterTargetArn'] == kept['QueueArn']
    assert int(kept['MessageRetentionPeriod']) == 14 * 24 * 3600


def test_the_bucket_is_private() -> None:
    blocked = aws.client('s3').get_public_access_block(Bucket=settings.media_bucket())['PublicAccessBlockConfiguration']
    assert all(blocked.values())
    assert len(blocked) == 4


def test_what_came_and_went_is_dropped_by_the_bucket_after_ninety_days() -> None:
    found = aws.client('s3').get_bucket_lifecycle_configuration(Bucket=settings.media_bucket())['Rules']
    assert {rule['Filter']['Prefix']: rule['Expiration']['Days'] for rule in found} == {'in/': 90, 'out/': 90}
    assert {rule['Status'] for rule in found} == {'Enabled'}


def test_a_secret_is_stored_encrypted_and_can_be_changed() -> None:
    resources.put_secret('/weilin/test/accounts/one', 'first')
    resources.put_secret('/weilin/test/accounts/one', 'second')
    stored = aws.client('ssm').get_parameter(Name='/weilin/test/accounts/one', WithDecryption=True)['Parameter']
    assert (stored['Type'], stored['Value']) == ('SecureString', 'second')


def test_a_table_of_an_earlier_version_gets_the_indexes_that_came_since() -> None:
    """`make run` keeps its data: what was made before an index was known must not fail when it is asked."""
    from chalicelib.inbox.records import Conversation

    name = settings.table_name('conversations')
    updates = [{'Delete': {'IndexName': index}} for index in ('with_street', 'with_district')]
    dynamodb().update_table(TableName=name, GlobalSecondaryIndexUpdates=updates)
    with pytest.raises(QueryError):
        list(Conversation.with_street.query('370202013000'))
    tables.create_all()
    assert list(Conversation.with_street.query('370202013000')) == []
    assert list(Conversation.with_district.query('370202')) == []
