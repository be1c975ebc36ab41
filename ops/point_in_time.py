"""AWS's part of a restore: a table as it was at a moment, as a copy beside it. DynamoDB restores into new tables only.

The copy has neither TTL nor point-in-time recovery nor deletion protection, and no index: nothing of the product reads
it, and it goes when it has been used.
"""

from datetime import datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib import clock
from ops import aws_clients

_NO_TABLE = ('TableNotFoundException', 'ResourceNotFoundException')  # AWS's, and the local AWS's
_POLL = {'Delay': 10, 'MaxAttempts': 6 * 60 * 12}  # half a day: a restore takes from minutes to hours


class Unfit(Exception):
    """It cannot be restored; the text says why."""


class Window(NamedTuple):
    """Between which moments the table can be restored."""

    earliest: datetime
    latest: datetime

    def refuses(self, moment: datetime) -> str:
        """Why not to this moment; '' if it can be."""
        if moment > self.latest:
            return f'--to: the backup reaches until {_beijing(self.latest)} only; it is always some minutes behind'
        if moment < self.earliest:
            return f'--to: the backup begins at {_beijing(self.earliest)}'
        return ''


def copy_name(table: str, moment: datetime) -> str:
    return f'{table}-restored-{moment:%Y%m%dT%H%M%SZ}'


def is_copy_of(name: str, table: str) -> bool:
    return name.startswith(f'{table}-restored-')


def window(client: Any, table: str) -> Window:
    try:
        found = client.describe_continuous_backups(TableName=table)['ContinuousBackupsDescription']
    except ClientError as error:
        if error.response['Error']['Code'] not in _NO_TABLE:
            raise
        raise Unfit(f'there is no table {table}') from None
    recovery = found.get('PointInTimeRecoveryDescription', {})
    if recovery.get('PointInTimeRecoveryStatus') != 'ENABLED':
        raise Unfit(f'{table} has no point-in-time recovery')
    return Window(recovery['EarliestRestorableDateTime'], recovery['LatestRestorableDateTime'])


def restore(client: Any, table: str, moment: datetime) -> str:
    """The copy's name, once it is complete. One that was begun before is waited for, not begun again."""
    name = copy_name(table, moment)
    if not exists(client, name):
        client.restore_table_to_point_in_time(
            SourceTableName=table, TargetTableName=name, RestoreDateTime=moment,
            BillingModeOverride='PAY_PER_REQUEST', GlobalSecondaryIndexOverride=[],
        )  # fmt: skip
    client.get_waiter('table_exists').wait(TableName=name, WaiterConfig=_POLL)
    return name


def exists(client: Any, name: str) -> bool:
    try:
        client.describe_table(TableName=name)
    except client.exceptions.ResourceNotFoundException:
        return False
    return True


def delete(client: Any, name: str, table: str) -> None:
    """Delete a copy, and never anything else."""
    if not is_copy_of(name, table):
        raise ValueError(name)
    client.delete_table(TableName=name)


def client() -> Any:
    return aws_clients.client('dynamodb')


def _beijing(at: datetime) -> str:
    return f'{clock.beijing(at):%Y-%m-%dT%H:%M:%S} (Beijing)'
