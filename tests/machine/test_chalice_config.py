"""What .chalice/config.json says agrees with the app and with the queues."""

import json
import re
from typing import Any

import pytest
from chalice.app import SQSEventConfig

from app import app
from local.functions import CONFIG, config, functions
from ops.resources import QUEUES
from ops.tables import models

SAID = json.loads(CONFIG.read_text())
FUNCTIONS = sorted(source.name for source in app.event_sources)


def policies() -> dict[str, str]:
    own = {name: values['iam_policy_file'] for name, values in SAID['lambda_functions'].items()}
    return {'api_handler': SAID['iam_policy_file'], **own}


def policy(function: str) -> Any:
    return json.loads((CONFIG.parent / policies()[function]).read_text())


def test_every_queue_of_the_app_exists_and_the_other_way_round() -> None:
    assert sorted(source.queue for source, _ in functions(app, SQSEventConfig)) == sorted(
        queue.name for queue in QUEUES
    )


@pytest.mark.parametrize('queue', QUEUES, ids=lambda queue: queue.name)
def test_a_message_is_not_seen_again_while_its_function_may_still_run(queue: Any) -> None:
    (name,) = (source.name for source, _ in functions(app, SQSEventConfig) if source.queue == queue.name)
    assert queue.visible_after == 6 * config(name).lambda_timeout


def test_every_function_has_a_policy_of_its_own() -> None:
    files = policies()
    assert sorted(files) == sorted([*FUNCTIONS, 'api_handler'])
    assert sorted(files.values()) == sorted(file.name for file in CONFIG.parent.glob('policy-*.json'))


@pytest.mark.parametrize('function', policies())
def test_a_policy_names_actions_and_resources_one_by_one(function: str) -> None:
    for statement in policy(function)['Statement']:
        assert not any('*' in action for action in statement['Action'])
        for resource in statement['Resource']:
            assert 'weilin-${Stage}-' in resource['Fn::Sub'] or ':parameter/weilin/${Stage}/' in resource['Fn::Sub']
            assert resource['Fn::Sub'].startswith('arn:${AWS::Partition}:')


@pytest.mark.parametrize('function', policies())
def test_a_policy_names_tables_that_exist(function: str) -> None:
    known = {str(model.Meta.table) for model in models()}
    named = {
        found[1]
        for statement in policy(function)['Statement']
        for resource in statement['Resource']
        if (found := re.search(r':table/weilin-\$\{Stage\}-([a-z-]+)', resource['Fn::Sub']))
    }
    assert named
    assert named <= known


@pytest.mark.parametrize('function', policies())
def test_a_function_writes_its_own_log_only(function: str) -> None:
    (logs,) = (one for one in policy(function)['Statement'] if 'logs:PutLogEvents' in one['Action'])
    (group,) = logs['Resource']
    assert group['Fn::Sub'].endswith(f':log-group:/aws/lambda/weilin-${{Stage}}-{function}:*')


def test_functions_get_the_memory_and_time_they_need() -> None:
    assert (config().lambda_memory_size, config().lambda_timeout) == (512, 29)
    assert (config('fetch_media').lambda_memory_size, config('fetch_media').lambda_timeout) == (1024, 120)
