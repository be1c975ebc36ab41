"""What a deployment does step by step, and what it never does."""

from typing import Any, cast

import pytest

from ops import deploy, deploying, remove
from ops.cloudformation import Change, Stack


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


def test_a_stage_with_residents_cannot_be_removed(environment: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert remove.main(['--stage', 'prod', '--yes']) == 2
    assert 'protected' in capsys.readouterr().err


def test_removing_asks_for_the_name(environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    environment.setattr('builtins.input', lambda _: 'yes')
    assert remove.main(['--stage', 'test']) == 1
    assert 'Nothing was done' in capsys.readouterr().out
