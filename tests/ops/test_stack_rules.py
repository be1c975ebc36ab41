"""What a local AWS lets pass and AWS refuses, or what would hurt only later: held against the whole template."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import aws, settings
from ops.packing.build import ROOT, build
from ops.resources import QUEUES
from ops.stack import alarms, functions, indexes, template
from ops.stack.options import Options

FUNCTION, TABLE = functions.FUNCTION, indexes.TABLE
# Chalice's own: Lambda's principal and API Gateway's are called the same in aws-cn.
SAME_EVERYWHERE = {'lambda.amazonaws.com', 'apigateway.amazonaws.com'}


@pytest.fixture(scope='module')
def sam() -> dict[str, Any]:
    return build().sam


def made(sam: dict[str, Any], stage: str = 'prod') -> dict[str, Any]:
    return template.build(sam, Options(stage, 'bucket', 'code/a.zip', 'layers/b.zip'))


@pytest.fixture(scope='module')
def prod(sam: dict[str, Any]) -> dict[str, Any]:
    return made(sam)


def of_type(whole: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: one for name, one in whole['Resources'].items() if one['Type'] == kind}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def references(value: Any) -> Iterator[str]:
    """The resources a value refers to."""
    if isinstance(value, dict):
        if 'Ref' in value:
            yield value['Ref'].partition('.')[0]
        if 'Fn::GetAtt' in value:
            yield value['Fn::GetAtt'][0]
        if 'Fn::Sub' in value:
            yield from re.findall(r'\$\{([A-Za-z0-9]+)', json.dumps(value['Fn::Sub']))
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def reached(whole: dict[str, Any], start: Any) -> set[str]:
    found: set[str] = set()
    todo = list(references(start))
    while todo:
        name = todo.pop()
        if name in whole['Resources'] and name not in found:
            found.add(name)
            todo += references(whole['Resources'][name])
    return found


def test_tables_are_what_the_models_make(store: None, prod: dict[str, Any]) -> None:
    """Made by CloudFormation's properties beside those the models made: DynamoDB describes both alike."""
    dynamodb = aws.session().create_client('dynamodb', settings.region())
    assert len(of_type(prod, TABLE)) == len(dynamodb.list_tables()['TableNames'])
    for table in of_type(prod, TABLE).values():
        properties = dict(table['Properties'])
        short = properties['TableName']['Fn::Sub'].removeprefix('weilin-${Stage}-')
        keys = ('BillingMode', 'AttributeDefinitions', 'KeySchema', 'GlobalSecondaryIndexes')
        wanted = {key: properties[key] for key in keys if key in properties}
        dynamodb.create_table(TableName=f'made-{short}', **wanted)
        ours, models = (
            dynamodb.describe_table(TableName=name)['Table'] for name in (f'made-{short}', settings.table_name(short))
        )
        for key in ('AttributeDefinitions', 'KeySchema', 'GlobalSecondaryIndexes', 'BillingModeSummary'):
            assert comparable(ours.get(key)) == comparable(models.get(key)), (short, key)


def comparable(value: Any) -> Any:
    if isinstance(value, list):
        return sorted((comparable(one) for one in value), key=json.dumps)
    if isinstance(value, dict):
        changing = ('LastUpdateToPayPerRequestDateTime', 'IndexArn', 'ProvisionedThroughput')
        return {key: comparable(one) for key, one in sorted(value.items()) if key not in changing}
    return value


def test_what_a_model_forgets_the_table_forgets(prod: dict[str, Any]) -> None:
    forgets = {
        table['Properties']['TableName']['Fn::Sub']
        for table in of_type(prod, TABLE).values()
        if 'TimeToLiveSpecification' in table['Properties']
    }
    named = ('account-events', 'changes', 'forgotten', 'messages', 'reads', 'tokens')
    assert forgets == {f'weilin-${{Stage}}-{name}' for name in named}


@pytest.mark.parametrize(('stage', 'policy', 'guarded'), [('prod', 'Retain', True), ('test', 'Delete', False)])
def test_only_a_stage_without_residents_can_lose_its_data(
    sam: dict[str, Any], stage: str, policy: str, guarded: bool
) -> None:
    whole = made(sam, stage)
    for kind in (TABLE, 'AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup'):
        for name, one in of_type(whole, kind).items():
            assert (one['DeletionPolicy'], one['UpdateReplacePolicy']) == (policy, policy), name
    for table in of_type(whole, TABLE).values():
        assert table['Properties']['DeletionProtectionEnabled'] is guarded
        assert table['Properties']['PointInTimeRecoverySpecification'] == {'PointInTimeRecoveryEnabled': True}


def test_every_queue_function_depends_on_its_queue_and_outlasts_it(prod: dict[str, Any]) -> None:
    seen = set()
    for name, function in of_type(prod, FUNCTION).items():
        for event in function['Properties'].get('Events', {}).values():
            if event['Type'] == 'SQS':
                queue = event['Properties']['Queue']['Fn::GetAtt'][0]
                properties = prod['Resources'][queue]['Properties']
                assert properties['VisibilityTimeout'] >= 6 * function['Properties']['Timeout'], name
                assert properties['RedrivePolicy']['deadLetterTargetArn']['Fn::GetAtt'][0] in prod['Resources']
                seen.add(queue)
    assert len(seen) == len(QUEUES)


def test_names_carry_the_stage(prod: dict[str, Any]) -> None:
    for name, one in prod['Resources'].items():
        for key, value in one.get('Properties', {}).items():
            if key.endswith('Name') and key not in ('MetricName', 'StageName', 'ServiceName', 'DomainName'):
                if isinstance(value, dict) and 'Ref' in value:
                    continue
                assert '${Stage}' in json.dumps(value), (name, key, value)


def test_no_function_is_told_the_api_it_stands_behind(prod: dict[str, Any]) -> None:
    for name, function in of_type(prod, FUNCTION).items():
        assert 'RestAPI' not in reached(prod, function['Properties']['Environment']), name


def test_nothing_refers_to_what_is_not_there(prod: dict[str, Any]) -> None:
    known = {*prod['Resources'], *prod['Parameters'], 'AWS', 'AWS::NoValue', 'RestAPIId'}
    assert set(references(prod['Resources'])) | set(references(prod['Outputs'])) <= known


def test_any_partition_will_do(prod: dict[str, Any]) -> None:
    found = {text for text in texts(prod['Resources']) if 'arn:aws' in text or 'amazonaws.com' in text}
    assert found <= SAME_EVERYWHERE


def test_every_function_has_a_log_that_lasts_and_is_watched(prod: dict[str, Any]) -> None:
    watched = [json.dumps(one['Properties']) for one in of_type(prod, 'AWS::CloudWatch::Alarm').values()]
    for name in of_type(prod, FUNCTION):
        log = prod['Resources'][f'{name}Logs']
        assert log['Properties']['RetentionInDays'] >= 180
        for metric in ('Errors', 'Throttles'):
            assert any(f'"{metric}"' in text and f'{{"Ref": "{name}"}}' in text for text in watched), (name, metric)


def test_every_queue_is_watched_for_age_and_dead_letters(prod: dict[str, Any]) -> None:
    watched = json.dumps(of_type(prod, 'AWS::CloudWatch::Alarm'))
    for queue in of_type(prod, 'AWS::SQS::Queue'):
        assert f'"{queue}", "QueueName"' in watched


def test_sentences_that_wake_somebody_are_said_somewhere() -> None:
    code = '\n'.join(file.read_text() for file in (ROOT / 'chalicelib').rglob('*.py'))
    for sentence in alarms.SENTENCES:
        assert sentence.message in code


def test_what_costs_by_the_hour_stands_behind_its_condition(prod: dict[str, Any]) -> None:
    network = {name: one for name, one in prod['Resources'].items() if one['Type'].startswith('AWS::EC2::')}
    assert {'AWS::EC2::EIP', 'AWS::EC2::NatGateway'} <= {one['Type'] for one in network.values()}
    assert {one.get('Condition') for one in network.values()} == {'UseNat'}


def test_where_lambda_has_no_tracing_no_role_asks_for_it(sam: dict[str, Any]) -> None:
    whole = template.build(sam, Options('prod', 'bucket', 'a', 'b', tracing=False))
    assert 'xray:' not in json.dumps(whole)
    assert {one['Properties']['Tracing'] for one in of_type(whole, FUNCTION).values()} == {'PassThrough'}


# --- indexes, one change at a time -------------------------------------------------------------------------------


def with_indexes(names: dict[str, str]) -> dict[str, Any]:
    """A template with one table; `names`: attribute of the key by index."""
    attributes = sorted({'id', *names.values()})
    made: dict[str, Any] = {
        'AttributeDefinitions': [{'AttributeName': name, 'AttributeType': 'S'} for name in attributes],
        'KeySchema': [{'AttributeName': 'id', 'KeyType': 'HASH'}],
    }
    if names:
        made['GlobalSecondaryIndexes'] = [
            {'IndexName': name, 'KeySchema': [{'AttributeName': key, 'KeyType': 'HASH'}], 'Projection': {}}
            for name, key in names.items()
        ]
    return {'Resources': {'One': {'Type': TABLE, 'Properties': made}}}


some_indexes = st.dictionaries(st.sampled_from('abcde'), st.sampled_from('xyz'), max_size=4)


@given(there=some_indexes, wanted=some_indexes)
def test_indexes_change_one_by_one_until_they_are_as_wanted(there: dict[str, str], wanted: dict[str, str]) -> None:
    before = with_indexes(there)['Resources']['One']
    for step in indexes.steps(with_indexes(there), with_indexes(wanted)):
        after = step['One']
        had, has = indexes.indexes(before), indexes.indexes(after)
        assert len(had.keys() ^ has.keys()) == 1
        assert all(had[name] == has[name] for name in had.keys() & has.keys())
        used = {'id'} | {key['AttributeName'] for index in has.values() for key in index['KeySchema']}
        assert {one['AttributeName'] for one in after['Properties']['AttributeDefinitions']} == used
        before = after
    assert indexes.indexes(before) == indexes.indexes(with_indexes(wanted)['Resources']['One'])


def test_a_new_table_needs_no_steps() -> None:
    assert list(indexes.steps({'Resources': {}}, with_indexes({'a': 'x', 'b': 'y'}))) == []
