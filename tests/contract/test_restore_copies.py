"""AWS's part of a restore on the local AWS, as far as it goes: its copy holds the rows of now, whatever the moment."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import clock, settings
from chalicelib.deadlines.records import Deadline
from chalicelib.inbox import actions
from chalicelib.inbox.records import Conversation, Message
from chalicelib.privacy import ordered
from local.cloud import Cloud
from ops import point_in_time, restore
from ops.point_in_time import Window
from tests.contract.conftest import cloud_store
from tests.door import ACCOUNT, RESIDENT, Door

ID = f'{ACCOUNT}#{RESIDENT}'
OTHER = 'oResident000000000000000002'


@pytest.fixture
def store(environment: pytest.MonkeyPatch, cloud: Cloud) -> Iterator[None]:
    """Not moto, which copies the indexes too."""
    yield from cloud_store(environment, cloud)


@pytest.fixture
def moment(store: None, now: datetime, environment: pytest.MonkeyPatch) -> datetime:
    """Before it all is well. Recovery is on; how far back it goes is not the local AWS's to say."""
    client = point_in_time.client()
    for table in ('messages', 'conversations', 'deadlines'):
        client.update_continuous_backups(
            TableName=settings.table_name(table),
            PointInTimeRecoverySpecification={'PointInTimeRecoveryEnabled': True},
        )
    environment.setattr(point_in_time, 'window', lambda *_: Window(now - timedelta(days=35), now + timedelta(days=1)))
    return now + timedelta(minutes=10)


def run(table: str, moment: datetime, *more: str) -> int:
    return restore.main(['--stage', settings.stage(), table, '--to', moment.isoformat(), '--yes', *more])


def lose(model: type[Message] | type[Conversation] | type[Deadline]) -> None:
    for row in model.scan():
        row.delete(add_version_condition=False)


def test_the_copy_is_made_waited_for_used_and_deleted(
    moment: datetime, door: Door, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = point_in_time.client()
    for openid in (RESIDENT, OTHER):
        door.say('三楼王奶奶的水管', openid=openid)
    tables = ('messages', 'conversations', 'deadlines')
    copies = {table: point_in_time.restore(client, settings.table_name(table), moment) for table in tables}
    assert all(
        'GlobalSecondaryIndexes' not in client.describe_table(TableName=copy)['Table'] for copy in copies.values()
    )
    environment.setattr(clock, '_moved', moment + timedelta(hours=1) - datetime.now(UTC))
    ordered.forget_now(f'{ACCOUNT}#{OTHER}', clock.now())
    for model in (Message, Conversation, Deadline):
        lose(model)
    for table in tables:
        assert run(table, moment) == 0
        assert not point_in_time.exists(client, copies[table])
    told = capsys.readouterr().out
    assert 'restoring' not in told  # each copy was there
    assert RESIDENT not in told
    assert [line.text for line in actions.talk(ID).messages if line.way == 'in'] == ['三楼王奶奶的水管']
    assert list(Message.query(f'{ACCOUNT}#{OTHER}')) == []
    found = actions.conversation(ID)
    assert found
    assert found.chase_key in {row.key for row in Deadline.scan()}


def test_a_copy_that_is_not_there_is_made(
    moment: datetime, door: Door, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    door.say('三楼王奶奶的水管')
    environment.setattr(clock, '_moved', moment + timedelta(hours=1) - datetime.now(UTC))
    assert run('messages', moment, '--keep-copy') == 0
    copy = point_in_time.copy_name(settings.table_name('messages'), moment)
    assert f'restoring {settings.table_name("messages")} to {copy}' in capsys.readouterr().out
    assert point_in_time.exists(point_in_time.client(), copy)
    assert point_in_time.client().describe_table(TableName=settings.table_name('messages'))['Table']['TableStatus']


def test_the_window_is_what_dynamodb_says(store: None) -> None:
    client, table = point_in_time.client(), settings.table_name('messages')
    with pytest.raises(point_in_time.Unfit, match='no point-in-time recovery'):
        point_in_time.window(client, table)
    client.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={'PointInTimeRecoveryEnabled': True}
    )
    window = point_in_time.window(client, table)
    assert window.earliest <= window.latest <= datetime.now(UTC) + timedelta(seconds=1)
    with pytest.raises(point_in_time.Unfit, match='there is no table'):
        point_in_time.window(client, 'weilin-nowhere-messages')
