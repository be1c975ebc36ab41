"""What .chalice/config.json says agrees with the app and with the queues."""

import json
from typing import Any

import pytest
from chalice.app import SQSEventConfig

from app import app
from local.functions import CONFIG, config, functions
from ops.resources import QUEUES

SAID = json.loads(CONFIG.read_text())
DEPLOYED = ('dev', 'prod')
FUNCTIONS = sorted(source.name for source in app.event_sources)


def policies(stage: str) -> dict[str, str]:
    said = SAID['stages'][stage]
    own = {name: values['iam_policy_file'] for name, values in said['lambda_functions'].items()}
    return {'api_handler': said['iam_policy_file'], **own}


def test_every_queue_of_the_app_exists_and_the_other_way_round() -> None:
    assert sorted(source.queue for source, _ in functions(app, SQSEventConfig)) == sorted(
        queue.name for queue in QUEUES
    )


@pytest.mark.parametrize('queue', QUEUES, ids=lambda queue: queue.name)
def test_a_message_is_not_seen_again_while_its_function_may_still_run(queue: Any) -> None:
    (name,) = (source.name for source, _ in functions(app, SQSEventConfig) if source.queue == queue.name)
    assert queue.visible_after == 6 * config(name).lambda_timeout


@pytest.mark.parametrize('stage', DEPLOYED)
def test_every_function_has_a_policy_of_its_own(stage: str) -> None:
    files = policies(stage)
    assert sorted(files) == sorted([*FUNCTIONS, 'api_handler'])
    assert len(set(files.values())) == len(files)
    for file in files.values():
        json.loads((CONFIG.parent / file).read_text())


@pytest.mark.parametrize('function', policies('dev'))
def test_a_policy_reaches_its_own_stage_only_and_is_the_same_on_every_stage(function: str) -> None:
    dev, prod = ((CONFIG.parent / policies(stage)[function]).read_text() for stage in DEPLOYED)
    assert dev.replace('weilin-dev-', 'weilin-prod-').replace('/weilin/dev/', '/weilin/prod/') == prod
    assert '-dev' not in prod
    assert '/dev/' not in prod


@pytest.mark.parametrize('function', policies('dev'))
def test_a_policy_names_actions_and_resources_one_by_one(function: str) -> None:
    policy = json.loads((CONFIG.parent / policies('prod')[function]).read_text())
    for statement in policy['Statement']:
        assert not any('*' in action for action in statement['Action'])
        assert statement['Resource'] != '*'


def test_functions_get_the_memory_and_time_they_need() -> None:
    assert (config().lambda_memory_size, config().lambda_timeout) == (512, 29)
    assert (config('fetch_media').lambda_memory_size, config('fetch_media').lambda_timeout) == (1024, 120)
