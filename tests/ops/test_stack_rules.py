"""What a local AWS lets pass and AWS refuses, or what would hurt only later: held against the whole template."""

import json
import re
from typing import Any

import pytest

from chalicelib import aws, settings
from ops import prices
from ops.resources import QUEUES
from ops.stack import alarms, figures, functions, indexes
from tests.stack import ROOT, built, of_type, references, texts, transformed

FUNCTION, TABLE, ALARM = functions.FUNCTION, indexes.TABLE, 'AWS::CloudWatch::Alarm'
# These names of services are the same in China, where most names end in .amazonaws.com.cn.
SAME_EVERYWHERE = {
    'lambda.amazonaws.com',
    'apigateway.amazonaws.com',
    'events.amazonaws.com',  # https://docs.amazonaws.cn/eventbridge/latest/userguide/eb-use-resource-based.md
    'cloudwatch.amazonaws.com',  # doubt: not said for China; it is the general form of the name
}


@pytest.fixture(scope='module')
def prod() -> dict[str, Any]:
    return built('prod')


@pytest.fixture(scope='module')
def as_aws_reads_it() -> dict[str, Any]:
    return transformed('prod')


def reached(whole: dict[str, Any], start: Any) -> set[str]:
    found: set[str] = set()
    todo = list(references(start))
    while todo:
        name = todo.pop()
        if name in whole['Resources'] and name not in found:
            found.add(name)
            todo += references(whole['Resources'][name])
    return found


def test_the_layer_is_the_media_workers_alone_and_for_its_cpu(prod: dict[str, Any]) -> None:
    found = of_type(prod, FUNCTION)
    assert {name for name, one in found.items() if 'Layers' in one['Properties']} == {'FetchMedia'}
    (layer,) = of_type(prod, 'AWS::Serverless::LayerVersion').values()
    assert all(
        one['Properties']['Architectures'] == layer['Properties']['CompatibleArchitectures'] for one in found.values()
    )


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
    named = (
        'account-events', 'booking-contacts', 'bookings', 'changes', 'forgotten', 'guest-links', 'messages', 'outreach',
        'passings', 'reads', 'residents', 'slots', 'subscriptions', 'tokens',
    )  # fmt: skip
    assert forgets == {f'weilin-${{Stage}}-{name}' for name in named}


@pytest.mark.parametrize(('stage', 'policy', 'guarded'), [('prod', 'Retain', True), ('test', 'Delete', False)])
def test_only_a_stage_without_residents_can_lose_its_data(stage: str, policy: str, guarded: bool) -> None:
    whole = built(stage)
    for kind in (TABLE, 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup'):
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
    known = {*prod['Resources'], *prod['Parameters'], 'AWS', 'AWS::NoValue', 'AWS::AccountId', 'RestAPIId'}
    assert set(references(prod['Resources'])) | set(references(prod['Outputs'])) <= known


def test_any_partition_and_any_region_will_do(prod: dict[str, Any], as_aws_reads_it: dict[str, Any]) -> None:
    for whole in (prod, as_aws_reads_it):
        strange = re.compile(r'arn:aws|amazonaws\.com|\b(cn|us|eu|ap)-[a-z]+-\d\b')
        assert {text for text in texts(whole['Resources']) if strange.search(text)} <= SAME_EVERYWHERE


def test_nothing_waits_for_itself(as_aws_reads_it: dict[str, Any]) -> None:
    """By references and DependsOn, after AWS's own transform; cfn-lint does not see every circle."""
    resources = as_aws_reads_it['Resources']
    needs = {name: needed(one) & set(resources) for name, one in resources.items()}
    while free := {name for name, wanted in needs.items() if not wanted}:
        needs = {name: wanted - free for name, wanted in needs.items() if name not in free}
    assert needs == {}


def needed(resource: dict[str, Any]) -> set[str]:
    named = resource.get('DependsOn', [])
    return {*references(resource), *([named] if isinstance(named, str) else named)}


def test_what_has_a_condition_is_only_named_under_it(prod: dict[str, Any]) -> None:
    """A reference to what was not made fails the deployment."""
    conditional = {name: one['Condition'] for name, one in prod['Resources'].items() if 'Condition' in one}
    for name, one in (prod['Resources'] | prod['Outputs']).items():
        if 'Condition' in one:
            assert {conditional[other] for other in set(references(one)) & set(conditional)} <= {one['Condition']}, name
        else:
            assert not set(references(without_choices(one))) & set(conditional), name


def without_choices(value: Any) -> Any:
    """What is said whatever the conditions are."""
    if isinstance(value, dict):
        return {key: without_choices(one) for key, one in value.items() if key != 'Fn::If'}
    return [without_choices(one) for one in value] if isinstance(value, list) else value


def test_tables_with_indexes_are_made_one_after_another(prod: dict[str, Any]) -> None:
    indexed = [name for name, table in of_type(prod, TABLE).items() if indexes.indexes(table)]
    assert len(indexed) > 1
    assert [prod['Resources'][name].get('DependsOn') for name in indexed] == [None, *indexed[:-1]]


def test_a_function_is_called_only_by_what_this_stack_made(as_aws_reads_it: dict[str, Any]) -> None:
    """Any rule or API of any account could call it otherwise. Queues are read with the function's own role."""
    allowed = of_type(as_aws_reads_it, 'AWS::Lambda::Permission')
    callers = {one['Properties']['Principal'] for one in allowed.values()}
    assert callers == {'apigateway.amazonaws.com', 'events.amazonaws.com'}
    for name, one in allowed.items():
        source = set(references(one['Properties']['SourceArn'])) & set(as_aws_reads_it['Resources'])
        kinds = {as_aws_reads_it['Resources'][other]['Type'] for other in source}
        assert kinds in ({'AWS::ApiGateway::RestApi'}, {'AWS::Events::Rule'}), name


def test_the_api_writes_down_no_paths(as_aws_reads_it: dict[str, Any]) -> None:
    """Those of staff pages (/desk/c/…) hold openids: no access log, no execution log, no tracing."""
    stages = of_type(as_aws_reads_it, 'AWS::ApiGateway::Stage')
    assert len(stages) == 1
    for kind in ('AWS::ApiGateway::Stage', 'AWS::ApiGateway::Deployment'):
        for name, one in of_type(as_aws_reads_it, kind).items():
            said = json.dumps(one['Properties'])
            for word in ('AccessLogSetting', 'LoggingLevel', 'DataTraceEnabled', 'TracingEnabled', 'Canary'):
                assert word not in said, (name, word)
    (limits,) = next(iter(stages.values()))['Properties']['MethodSettings']
    assert (limits['HttpMethod'], limits['ResourcePath']) == ('*', '/*')
    assert limits['ThrottlingRateLimit'] == figures.API_RATE


def test_every_function_has_a_log_that_lasts_and_is_watched(prod: dict[str, Any]) -> None:
    watched = [json.dumps(one['Properties']) for one in of_type(prod, 'AWS::CloudWatch::Alarm').values()]
    for name in of_type(prod, FUNCTION):
        log = prod['Resources'][f'{name}Logs']
        assert log['Properties']['RetentionInDays'] >= 184  # six months
        for metric in ('Errors', 'Throttles'):
            assert any(f'"{metric}"' in text and f'{{"Ref": "{name}"}}' in text for text in watched), (name, metric)


def test_every_queue_is_watched_for_age_and_dead_letters(prod: dict[str, Any]) -> None:
    watched = json.dumps(of_type(prod, 'AWS::CloudWatch::Alarm'))
    for queue in of_type(prod, 'AWS::SQS::Queue'):
        assert f'"{queue}", "QueueName"' in watched


def test_sentences_that_wake_somebody_are_said_somewhere() -> None:
    code = '\n'.join(file.read_text() for file in (ROOT / 'chalicelib').rglob('*.py'))
    for sentence in figures.SENTENCES:
        assert f"'{sentence.message} " in code, sentence.name


def test_a_sentence_is_counted_wherever_it_is_said_and_heard_by_its_alarm(prod: dict[str, Any]) -> None:
    counted = [one['Properties'] for one in of_type(prod, 'AWS::Logs::MetricFilter').values()]
    heard = [one['Properties'] for one in of_type(prod, ALARM).values()]
    for sentence in figures.SENTENCES:
        told = [one for one in counted if one['FilterPattern'] == f'{{ $.message = "{sentence.message}" }}']
        assert {one['LogGroupName']['Ref'] for one in told} == {f'{name}Logs' for name in of_type(prod, FUNCTION)}
        (metric,) = {json.dumps(one['MetricTransformations'][0]['MetricName']) for one in told}
        assert [one['Namespace'] for one in heard if json.dumps(one['MetricName']) == metric] == [alarms.NAMESPACE]


def test_an_alarm_says_in_english_what_to_do_and_goes_to_the_topic(prod: dict[str, Any]) -> None:
    for name, one in of_type(prod, ALARM).items():
        said = one['Properties']
        assert said['AlarmActions'] == [{'Ref': 'Alarms'}], name
        assert said['AlarmDescription'].isascii(), name
        assert len(said['AlarmDescription']) <= 1024, name  # as CloudWatch takes it
        assert alarms.SEE in said['AlarmDescription'], name


def test_the_chapters_that_alarms_name_are_there() -> None:
    chapters = re.findall('^#+ (.+)$', (ROOT / alarms.SEE).read_text(), re.MULTILINE)
    every = [
        *figures.ERRORS.values(), *figures.SILENT.values(), *figures.WAITS.values(), figures.DEAD, figures.OVERDUE,
        figures.SLOW, figures.THROTTLES, *(sentence.figure for sentence in figures.SENTENCES),
    ]  # fmt: skip
    assert {figure.see for figure in every} <= {chapter.partition(' (')[0] for chapter in chapters}


def test_a_schedule_that_stands_still_is_heard_because_it_says_nothing(prod: dict[str, Any]) -> None:
    for name in ('sweep', 'watch'):
        said = prod['Resources'][f'Alarm{name.capitalize()}Silent']['Properties']
        assert (said['MetricName'], said['TreatMissingData']) == ('Invocations', 'breaching')
        assert (said['ComparisonOperator'], said['Threshold']) == ('LessThanThreshold', 1)
    assert prod['Resources']['AlarmSweepSilent']['Properties']['Period'] == 300


def test_alarms_reach_the_topic_through_its_encryption(prod: dict[str, Any]) -> None:
    """CloudWatch has no right to the key `alias/aws/sns`: such alarms are dropped without a word."""
    topic, key = prod['Resources']['Alarms'], prod['Resources']['AlarmKey']
    assert topic['Properties']['KmsMasterKeyId'] == {'Ref': 'AlarmKey'}
    (may,) = [one for one in key['Properties']['KeyPolicy']['Statement'] if 'Service' in one['Principal']]
    assert may['Principal'] == {'Service': 'cloudwatch.amazonaws.com'}
    assert may['Action'] == ['kms:Decrypt', 'kms:GenerateDataKey*']
    assert may['Condition'] == {'StringEquals': {'aws:SourceAccount': {'Ref': 'AWS::AccountId'}}}


def test_only_alarms_of_this_stage_are_published(prod: dict[str, Any]) -> None:
    policy = prod['Resources']['AlarmsPolicy']['Properties']
    assert policy['Topics'] == [{'Ref': 'Alarms'}]
    (may,) = policy['PolicyDocument']['Statement']
    assert may['Principal'] == {'Service': 'cloudwatch.amazonaws.com'}
    source = may['Condition']['ArnLike']['aws:SourceArn']['Fn::Sub']
    assert source.endswith('${AWS::Region}:${AWS::AccountId}:alarm:weilin-${Stage}-*')


def test_costs_are_reckoned_with_as_many_alarms_as_there_are(prod: dict[str, Any]) -> None:
    assert prices.usage()['estimate']['alarms'] == len(of_type(prod, ALARM))


def test_nothing_in_the_network_lets_anybody_in(prod: dict[str, Any]) -> None:
    group = prod['Resources']['OutwardOnly']['Properties']
    assert 'SecurityGroupIngress' not in group
    assert not of_type(prod, 'AWS::EC2::SecurityGroupIngress')
    assert {port for one in group['SecurityGroupEgress'] for port in (one['FromPort'], one['ToPort'])} == {443}


def test_the_bucket_is_private_and_refuses_what_is_not_encrypted_on_its_way(prod: dict[str, Any]) -> None:
    bucket, policy = prod['Resources']['MediaBucket'], prod['Resources']['MediaBucketPolicy']
    assert all(bucket['Properties']['PublicAccessBlockConfiguration'].values())
    assert bucket['Properties']['BucketEncryption']
    (statement,) = policy['Properties']['PolicyDocument']['Statement']
    assert (statement['Effect'], statement['Principal']) == ('Deny', '*')
    assert statement['Condition'] == {'Bool': {'aws:SecureTransport': 'false'}}


def test_what_costs_by_the_hour_stands_behind_its_condition(prod: dict[str, Any]) -> None:
    network = {name: one for name, one in prod['Resources'].items() if one['Type'].startswith('AWS::EC2::')}
    assert {'AWS::EC2::EIP', 'AWS::EC2::NatGateway'} <= {one['Type'] for one in network.values()}
    assert {one.get('Condition') for one in network.values()} == {'UseNat'}


def test_where_lambda_has_no_tracing_no_role_asks_for_it() -> None:
    whole = built('prod', tracing=False)
    assert 'xray:' not in json.dumps(whole)
    assert {one['Properties']['Tracing'] for one in of_type(whole, FUNCTION).values()} == {'PassThrough'}
