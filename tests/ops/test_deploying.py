"""What a deployment does step by step, and what it never does."""

from pathlib import Path
from typing import Any, cast

import pytest

from ops import deploy, deploying, remove
from ops.cloudformation import Change, Stack
from ops.packing import targets
from ops.packing.build import Built
from tests import packed


def table(*indexes: str) -> dict[str, Any]:
    return {
        'Type': 'AWS::DynamoDB::Table',
        'Properties': {
            'AttributeDefinitions': [{'AttributeName': name, 'AttributeType': 'S'} for name in ('id', *indexes)],
            'KeySchema': [{'AttributeName': 'id', 'KeyType': 'HASH'}],
            'GlobalSecondaryIndexes': [
                {'IndexName': name, 'KeySchema': [{'AttributeName': name, 'KeyType': 'HASH'}]} for name in indexes
            ],
        },
    }


def whole(code: str, **tables: dict[str, Any]) -> dict[str, Any]:
    return {'Resources': {'Code': {'Type': 'AWS::Serverless::Function', 'CodeUri': code}, **tables}}


class Deployed:
    """A stack as far as releases look at it."""

    def __init__(self, template: dict[str, Any] | None) -> None:
        self._template = template

    def describe(self) -> dict[str, Any] | None:
        return None if self._template is None else {'StackStatus': 'CREATE_COMPLETE'}

    def template(self) -> dict[str, Any] | None:
        return self._template


def releases(deployed: dict[str, Any] | None, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    return [one.template for one in deploying.releases(cast('Stack', Deployed(deployed)), wanted)]


def test_a_new_stage_is_one_release() -> None:
    wanted = whole('new', Talk=table('a', 'b'))
    assert releases(None, wanted) == [wanted]


def test_indexes_come_one_by_one_before_the_code_that_asks_them() -> None:
    wanted = whole('new', Talk=table('a', 'b', 'c'), Fresh=table('x', 'y'))
    steps = releases(whole('old', Talk=table('a')), wanted)
    assert [step['Resources']['Code']['CodeUri'] for step in steps] == ['old', 'old', 'new']
    assert [len(step['Resources']['Talk']['Properties']['GlobalSecondaryIndexes']) for step in steps] == [2, 3, 3]
    assert ['Fresh' in step['Resources'] for step in steps] == [False, False, True]
    assert steps[-1] == wanted


@pytest.mark.parametrize(
    ('change', 'lost'),
    [
        (Change('Remove', 'Talk', 'AWS::DynamoDB::Table', replaced=False), True),
        (Change('Modify', 'Talk', 'AWS::DynamoDB::Table', replaced=True), True),
        (Change('Modify', 'Talk', 'AWS::DynamoDB::Table', replaced=False), False),
        (Change('Remove', 'Media', 'AWS::S3::Bucket', replaced=False), True),
        (Change('Modify', 'Late', 'AWS::SQS::Queue', replaced=True), True),
        (Change('Remove', 'Old', 'AWS::CloudWatch::Alarm', replaced=False), False),
    ],
)
def test_what_holds_residents_words_is_never_given_up(change: Change, lost: bool) -> None:
    assert deploying.loses_data(change) is lost


@pytest.mark.parametrize(
    ('options', 'complaint'),
    [
        (['--egress', 'relay'], '--relay: missing'),
        (['--stage', 'My-Stage'], '--stage: 2 to 16'),
        (['--domain', 'desk.example.cn'], '--domain, --certificate'),
        (['--certificate', 'arn:aws-cn:iam::1:server-certificate/a'], '--domain, --certificate'),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_is_built(
    environment: None, capsys: pytest.CaptureFixture[str], options: list[str], complaint: str
) -> None:
    assert deploy.main(['--stage', 'test', *options]) == 2
    assert complaint in capsys.readouterr().err


@pytest.fixture
def unfit(environment: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A package for which Lambda's system is too old, and no stack yet."""
    (tmp_path / 'code.zip').touch()
    built = Built(tmp_path / 'code.zip', tmp_path, {}, 'hash', 'hash', ('av-18 needs glibc 2.28; Lambda has 2.26.',))
    environment.setattr(deploy, 'build', lambda _: built)
    environment.setattr(deploy, 'stack', lambda _: Deployed(None))
    environment.setattr(deploy, '_artifacts', lambda: pytest.fail('went on to upload'))
    return environment


def test_what_lambda_cannot_load_is_not_deployed_on_aws(
    unfit: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deploy.main(['--stage', 'test', '--architecture', 'x86_64', '--yes']) == 2
    assert capsys.readouterr().err == 'av-18 needs glibc 2.28; Lambda has 2.26.\n'


def test_what_only_lambda_cannot_load_goes_to_the_local_aws(unfit: pytest.MonkeyPatch) -> None:
    unfit.setenv('WEILIN_AWS_ENDPOINT', 'http://127.0.0.1:1')
    with pytest.raises(pytest.fail.Exception, match='went on to upload'):
        deploy.main(['--stage', 'test', '--architecture', packed.CPU, '--yes'])


def test_the_local_aws_runs_no_other_cpus_code(unfit: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    unfit.setenv('WEILIN_AWS_ENDPOINT', 'http://127.0.0.1:1')
    (other,) = set(targets.ARCHITECTURES) - {packed.CPU}
    assert deploy.main(['--stage', 'test', '--architecture', other, '--yes']) == 2
    assert f'this machine, which is {packed.CPU}, not {other}' in capsys.readouterr().err


def test_what_cannot_be_built_is_told_and_nothing_deployed(
    unfit: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(architecture: targets.Architecture) -> Built:
        raise targets.CannotBuild(f'There is no av for {architecture}.')

    unfit.setattr(deploy, 'build', fail)
    assert deploy.main(['--stage', 'test', '--architecture', 'arm64', '--yes']) == 2
    assert capsys.readouterr().err == 'There is no av for arm64.\n'


def test_a_stack_keeps_its_cpu() -> None:
    function = {'Type': 'AWS::Serverless::Function', 'Properties': {'Architectures': ['arm64']}}
    there = {'Resources': {'Talk': table(), 'Code': function}}
    assert deploying.architecture(cast('Stack', Deployed(there))) == 'arm64'
    assert deploying.architecture(cast('Stack', Deployed(None))) is None


def test_a_stage_with_residents_cannot_be_removed(environment: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert remove.main(['--stage', 'prod', '--yes']) == 2
    assert 'protected' in capsys.readouterr().err


def test_removing_asks_for_the_name(environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    environment.setattr('builtins.input', lambda _: 'yes')
    assert remove.main(['--stage', 'test']) == 1
    assert 'Nothing was done' in capsys.readouterr().out
