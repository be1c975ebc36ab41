"""One stack on a real CloudFormation API: planned, carried out, changed, refused, deleted."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.cloud import STACK_SERVICES, Cloud
from ops import aws_clients
from ops.artifacts import Artifacts
from ops.cloudformation import Change, Failed, Stack
from tests.conftest import drop_clients

QUEUE = {'Type': 'AWS::SQS::Queue', 'Properties': {'QueueName': {'Fn::Sub': 'weilin-${Stage}-media'}}}
PARAMETER = {
    'Type': 'AWS::SSM::Parameter',
    'Properties': {'Name': {'Fn::Sub': '/weilin/${Stage}/a'}, 'Type': 'String', 'Value': 'b'},
}


def template(**resources: Any) -> str:
    stage = {'Type': 'String', 'Default': 'test'}
    return json.dumps({
        'Parameters': {'Stage': stage},
        'Resources': resources,
        'Outputs': {'Stage': {'Value': {'Ref': 'Stage'}}},
    })  # fmt: skip


@pytest.fixture(scope='module')
def cloud() -> Iterator[Cloud]:
    with Cloud(None, 0, STACK_SERVICES) as running:
        yield running


@pytest.fixture
def artifacts(cloud: Cloud, environment: pytest.MonkeyPatch) -> Iterator[Artifacts]:
    environment.setenv('WEILIN_AWS_ENDPOINT', cloud.url)
    drop_clients()
    made = Artifacts(aws_clients.client('s3'), aws_clients.account_number(), os.environ['AWS_REGION'])
    made.prepare()
    yield made
    drop_clients()


@pytest.fixture
def stack(artifacts: Artifacts, request: pytest.FixtureRequest) -> Stack:
    return Stack(aws_clients.client('cloudformation'), request.node.name.replace('_', '-')[:60])


def deploy(stack: Stack, artifacts: Artifacts, text: str, stage: str | None = None) -> list[Change]:
    plan = stack.plan(artifacts.url(artifacts.put_text(text, 'templates')), {'Stage': stage} if stage else {})
    assert plan
    stack.carry_out(plan)
    return plan.changes


def test_nothing_is_there_before_the_plan_is_carried_out(stack: Stack, artifacts: Artifacts) -> None:
    plan = stack.plan(artifacts.url(artifacts.put_text(template(Media=QUEUE), 'templates')), {'Stage': 'one'})
    assert plan
    assert plan.changes == [Change('Add', 'Media', 'AWS::SQS::Queue', replaced=False)]
    assert stack.describe() is None
    stack.carry_out(plan)
    assert stack.outputs() == {'Stage': 'one'}
    assert aws_clients.client('sqs').get_queue_url(QueueName='weilin-one-media')


def test_a_plan_given_up_leaves_nothing(stack: Stack, artifacts: Artifacts) -> None:
    plan = stack.plan(artifacts.url(artifacts.put_text(template(Media=QUEUE), 'templates')), {'Stage': 'two'})
    assert plan
    stack.give_up(plan)
    assert stack.describe() is None
    deploy(stack, artifacts, template(Media=QUEUE), 'two')


def test_a_release_that_changes_nothing_has_no_plan(stack: Stack, artifacts: Artifacts) -> None:
    text = template(Media=QUEUE)
    deploy(stack, artifacts, text, 'three')
    assert stack.plan(artifacts.url(artifacts.put_text(text, 'templates')), {'Stage': None}) is None


def test_a_choice_is_remembered(stack: Stack, artifacts: Artifacts) -> None:
    deploy(stack, artifacts, template(Media=QUEUE), 'four')
    plan = stack.plan(
        artifacts.url(artifacts.put_text(template(Media=QUEUE, More=PARAMETER), 'templates')), {'Stage': None}
    )
    assert plan
    assert [(change.action, change.name) for change in plan.changes] == [('Add', 'More')]
    stack.carry_out(plan)
    assert stack.outputs() == {'Stage': 'four'}
    assert set(stack.template()['Resources']) == {'Media', 'More'}


def test_a_change_that_fails_is_rolled_back_and_says_why(stack: Stack, artifacts: Artifacts) -> None:
    deploy(stack, artifacts, template(Media=QUEUE), 'five')
    nobody = {'TargetFunctionArn': 'nobody', 'AuthType': 'AWS_IAM'}
    address = {'Type': 'AWS::Lambda::Url', 'Properties': nobody}
    with pytest.raises(Failed) as failed:
        deploy(stack, artifacts, template(Media=QUEUE, Address=address))
    assert 'Address' in str(failed.value)
    found = stack.describe()
    assert found
    assert found['StackStatus'] == 'UPDATE_ROLLBACK_COMPLETE'
    assert set(stack.template()['Resources']) == {'Media'}


def test_deleted_is_gone(stack: Stack, artifacts: Artifacts) -> None:
    deploy(stack, artifacts, template(Media=QUEUE), 'six')
    stack.delete()
    assert stack.describe() is None


def test_a_file_is_uploaded_once_by_its_content(artifacts: Artifacts, tmp_path: Path) -> None:
    (tmp_path / 'a.zip').write_bytes(b'code')
    (tmp_path / 'b.zip').write_bytes(b'code')
    first, second = artifacts.put(tmp_path / 'a.zip', 'code'), artifacts.put(tmp_path / 'b.zip', 'code')
    assert first == second
    listed = aws_clients.client('s3').list_objects_v2(Bucket=artifacts.bucket, Prefix='code/')
    assert [one['Key'] for one in listed['Contents']] == [first]


def test_a_template_that_is_none_is_refused_in_words(stack: Stack, artifacts: Artifacts) -> None:
    text = template(Media={'Type': 'AWS::Nothing::AtAll'})
    with pytest.raises(Failed, match='AWS::Nothing::AtAll'):
        stack.plan(artifacts.url(artifacts.put_text(text, 'templates')), {})
