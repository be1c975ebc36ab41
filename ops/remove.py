"""Remove a stage completely: functions, tables, queues, files, secrets, logs. For stages that hold no real residents.

Killed and run again, it goes on. A protected stage (any not called dev… or test…) is refused: its tables are kept by
CloudFormation and guarded by DynamoDB, and whoever really means it has to take that away by hand first.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from ops import aws_clients, command, deploy
from ops.cloudformation import Failed
from ops.stack.options import protected

_MOST_KEYS = 1000  # S3's limit for one DeleteObjects
_MOST_NAMES = 10  # SSM's limit for one DeleteParameters


def main(argv: Sequence[str] | None = None) -> int:
    parser = command.parser('remove', __doc__)
    parser.add_argument('--yes', action='store_true', help='do not ask')
    given = parser.parse_args(argv)
    command.use(given.stage)
    if protected(given.stage):
        return command.refuse([f'--stage: {given.stage} is protected; only stages called dev… or test… can be removed'])
    if not given.yes and not command.confirmed(f'Everything of {given.stage} will be gone.', given.stage):
        print('Nothing was done.')
        return 1
    return _remove(given.stage)


def _remove(stage: str) -> int:
    stack = deploy.stack(stage)
    bucket = f'weilin-{stage}-media-{aws_clients.account_number()}'
    print(f'{_empty(bucket)} files')
    try:
        stack.delete()
    except Failed as failed:
        return command.refuse(failed.reasons) and 1
    print(f'{stack.name} with its functions, tables and queues')
    print(f'{_forget_parameters(stage)} secrets')
    print(f'{_drop_logs(stage)} logs that the stack had not made')
    return 0


def _empty(bucket: str) -> int:
    """CloudFormation deletes only empty buckets."""
    s3 = aws_clients.client('s3')
    try:
        keys = [one['Key'] for page in _pages(s3, 'list_objects_v2', Bucket=bucket) for one in page.get('Contents', ())]
    except s3.exceptions.NoSuchBucket:
        return 0
    for first in range(0, len(keys), _MOST_KEYS):
        some = [{'Key': key} for key in keys[first : first + _MOST_KEYS]]
        s3.delete_objects(Bucket=bucket, Delete={'Objects': some, 'Quiet': True})
    return len(keys)


def _forget_parameters(stage: str) -> int:
    ssm = aws_clients.client('ssm')
    names = [
        one['Name']
        for page in _pages(ssm, 'get_parameters_by_path', Path=f'/weilin/{stage}/', Recursive=True)
        for one in page['Parameters']
    ]
    for first in range(0, len(names), _MOST_NAMES):
        ssm.delete_parameters(Names=names[first : first + _MOST_NAMES])
    return len(names)


def _drop_logs(stage: str) -> int:
    """A function that ran on after its log group was deleted has made it again."""
    logs = aws_clients.client('logs')
    groups = [
        one['logGroupName']
        for page in _pages(logs, 'describe_log_groups', logGroupNamePrefix=f'/aws/lambda/weilin-{stage}-')
        for one in page['logGroups']
    ]
    for group in groups:
        logs.delete_log_group(logGroupName=group)
    return len(groups)


def _pages(client: Any, operation: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    yield from client.get_paginator(operation).paginate(**arguments)


if __name__ == '__main__':
    sys.exit(main())
