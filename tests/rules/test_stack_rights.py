"""Every role may do what its function does, one by one, and nothing else."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.functions import CONFIG
from ops import tables
from ops.resources import QUEUES
from ops.stack.functions import TRACING
from ops.stack.network import INTERFACES
from tests.stack import built, chalice, of_type

ROLES = of_type(built(), 'AWS::IAM::Role')
SAID = json.loads(CONFIG.read_text())
POLICIES = {'api_handler': SAID['iam_policy_file']} | {
    function: its['iam_policy_file'] for function, its in SAID['lambda_functions'].items()
}
# Neither knows resources that could be named.
UNNAMED = {*TRACING, *INTERFACES['Action']}
# Of all policies in a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MOST_CHARACTERS = 10_240
SMALL = {'account-activity', 'accounts', 'crews', 'service-categories', 'services', 'staff', 'units'}
BUCKET = 's3:::weilin-${Stage}-media-${AWS::AccountId}'


def statements(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in role['Properties']['Policies']:
        for one in policy['PolicyDocument']['Statement']:
            yield one['Fn::If'][1] if 'Fn::If' in one else one


def named(function: str) -> Iterator[tuple[str, str]]:
    """Action and resource, of a policy as it is written down; the resource without partition, region and account."""
    for statement in json.loads((CONFIG.parent / POLICIES[function]).read_text())['Statement']:
        for action in statement['Action']:
            for resource in statement['Resource']:
                assert resource['Fn::Sub'].startswith('arn:${AWS::Partition}:')
                yield action, resource['Fn::Sub'].removeprefix('arn:${AWS::Partition}:')


@pytest.mark.parametrize('role', ROLES)
def test_a_role_has_no_action_by_wildcard_and_no_resource_but_its_own(role: str) -> None:
    for statement in statements(ROLES[role]):
        assert statement['Effect'] == 'Allow'
        assert not any('*' in action for action in statement['Action'])
        if '*' in statement['Resource']:
            assert set(statement['Action']) <= UNNAMED


@pytest.mark.parametrize('role', ROLES)
def test_a_roles_policy_is_not_longer_than_aws_takes(role: str) -> None:
    documents = [policy['PolicyDocument'] for policy in ROLES[role]['Properties']['Policies']]
    assert len(json.dumps(documents, separators=(',', ':'))) < MOST_CHARACTERS


@pytest.mark.parametrize('function', POLICIES)
def test_a_policy_reaches_this_stage_of_this_account_only(function: str) -> None:
    for action, resource in named(function):
        assert 'weilin-${Stage}-' in resource or 'parameter/weilin/${Stage}/' in resource, action
        assert '${AWS::AccountId}' in resource, resource


@pytest.mark.parametrize('function', POLICIES)
def test_tables_indexes_queues_and_folders_are_named_and_exist(function: str) -> None:
    known = set()
    for model in tables.models():
        table = str(model.Meta.table)
        known |= {table, *(f'{table}/index/{index}' for index in model._indexes or ())}
    for action, resource in named(function):
        if action.startswith('dynamodb:'):
            assert resource.partition('table/weilin-${Stage}-')[2] in known
        if action.startswith('sqs:'):
            assert resource.rpartition(':weilin-${Stage}-')[2] in {queue.name for queue in QUEUES}
        if action.startswith('s3:'):
            assert resource in ({BUCKET} if action == 's3:ListBucket' else {f'{BUCKET}/in/*', f'{BUCKET}/out/*'})


@pytest.mark.parametrize('function', POLICIES)
def test_no_action_on_a_table_is_said_twice(function: str) -> None:
    """One statement says all that may be done to a table; reading small ones whole is said together."""
    places = [pair for pair in named(function) if pair[0] != 'dynamodb:Scan']
    assert len(places) == len(set(places))
    of_tables = [
        {resource['Fn::Sub'] for resource in statement['Resource']}
        for statement in json.loads((CONFIG.parent / POLICIES[function]).read_text())['Statement']
        if statement['Action'][0].startswith('dynamodb:') and statement['Action'] != ['dynamodb:Scan']
    ]
    assert all(len(each) == 1 or all('/index/' in one for one in each) for each in of_tables)
    assert sum(map(len, of_tables)) == len(set().union(*of_tables))


@pytest.mark.parametrize('function', POLICIES)
def test_an_index_is_only_asked_and_only_small_tables_are_read_whole(function: str) -> None:
    for action, resource in named(function):
        if '/index/' in resource:
            assert action == 'dynamodb:Query'
        if action == 'dynamodb:Scan':
            assert resource.rpartition('weilin-${Stage}-')[2] in SMALL


def test_a_queue_is_taken_from_by_its_function_alone() -> None:
    takes = {
        resource.rpartition(':weilin-${Stage}-')[2]: function
        for function in POLICIES
        for action, resource in named(function)
        if action == 'sqs:ReceiveMessage'
    }
    assert takes == {'media': 'fetch_media', 'sends': 'send_kept', 'late.fifo': 'receive_late'}


def test_files_are_deleted_only_where_they_are_forgotten_or_fetched() -> None:
    deleting = {function for function in POLICIES for action, _ in named(function) if action == 's3:DeleteObject'}
    assert deleting == {'sweep', 'fetch_media'}


def test_whoever_publishes_may_use_the_key_of_the_topic_and_nobody_else() -> None:
    publish = set()
    for name, role in ROLES.items():
        allowed = {action for statement in statements(role) for action in statement['Action']}
        assert ('sns:Publish' in allowed) == ({'kms:Decrypt', 'kms:GenerateDataKey'} <= allowed), name
        publish |= {name} if 'sns:Publish' in allowed else set()
    assert len(publish) == len(ROLES) - 1  # all but `watch`, which calls nobody


def test_every_function_has_a_role_of_its_own() -> None:
    functions = of_type(chalice(), 'AWS::Serverless::Function')
    roles = [one['Properties']['Role']['Fn::GetAtt'][0] for one in functions.values()]
    assert sorted(roles) == sorted(ROLES)
