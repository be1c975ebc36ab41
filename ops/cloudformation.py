"""One CloudFormation stack: what is there, what a new template would change, and carrying it out."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from botocore.exceptions import ClientError, WaiterError

_POLL = {'Delay': 2, 'MaxAttempts': 1800}  # an hour: an index on a grown table takes its time
_CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND']  # roles, and SAM's transform
# Nothing stands there yet, or nothing but the wish for it.
_NOT_CREATED = ('REVIEW_IN_PROGRESS', 'DELETE_COMPLETE')
_NO_CHANGES = ("didn't contain changes", 'No updates are to be performed')


class Failed(Exception):
    """CloudFormation could not do it; each of `reasons` is one resource's in its words."""

    def __init__(self, *reasons: str) -> None:
        super().__init__('\n'.join(reasons))
        self.reasons = reasons


class Change(NamedTuple):
    """What would happen to one resource: Add, Modify or Remove; replaced means a new one in the place of the old."""

    action: str
    name: str
    kind: str
    replaced: bool


class Plan(NamedTuple):
    """A change set that waits to be carried out."""

    id: str
    creates: bool
    changes: list[Change]


class Stack:
    """The stack of one stage, by its name."""

    def __init__(self, client: Any, name: str) -> None:
        self.name = name
        self._client = client

    def describe(self) -> dict[str, Any] | None:
        """As CloudFormation describes it; None where there is none."""
        try:
            (found,) = self._client.describe_stacks(StackName=self.name)['Stacks']
        except ClientError as error:
            if 'does not exist' in str(error):
                return None
            raise
        return None if found['StackStatus'] in _NOT_CREATED else found

    def template(self) -> dict[str, Any]:
        """The template it was last deployed with, before SAM's transform."""
        body = self._client.get_template(StackName=self.name, TemplateStage='Original')['TemplateBody']
        return cast('dict[str, Any]', json.loads(body) if isinstance(body, str) else body)

    def outputs(self) -> dict[str, str]:
        found = self.describe() or {}
        return {one['OutputKey']: one['OutputValue'] for one in found.get('Outputs', ())}

    def plan(self, template_url: str, parameters: Mapping[str, str | None]) -> Plan | None:
        """What the template would change; None if nothing. A parameter that is None keeps its value."""
        creates = self.describe() is None
        self._refuse_failed_creation()
        made = self._create_change_set('CREATE' if creates else 'UPDATE', template_url, parameters)
        waiter = self._client.get_waiter('change_set_create_complete')
        try:
            waiter.wait(ChangeSetName=made['Id'], StackName=self.name, WaiterConfig=_POLL)
        except WaiterError as error:
            reason = str(error.last_response.get('StatusReason', error))
            self._client.delete_change_set(ChangeSetName=made['Id'], StackName=self.name)
            if any(words in reason for words in _NO_CHANGES):
                return None
            raise Failed(reason) from error
        return Plan(made['Id'], creates, list(self._changes(made['Id'])))

    def _create_change_set(self, kind: str, url: str, parameters: Mapping[str, str | None]) -> dict[str, str]:
        try:
            return cast('dict[str, str]', self._client.create_change_set(
                StackName=self.name,
                ChangeSetName=f'release-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}',
                ChangeSetType=kind,
                TemplateURL=url,
                Capabilities=_CAPABILITIES,
                Parameters=[_parameter(name, value) for name, value in parameters.items()],
            ))  # fmt: skip
        except ClientError as error:
            if error.response['Error']['Code'] != 'ValidationError':
                raise
            raise Failed(error.response['Error']['Message']) from error

    def _refuse_failed_creation(self) -> None:
        """A stack whose first creation failed cannot be updated; it has to make room."""
        found = self.describe()
        if found and found['StackStatus'] in ('ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'):
            raise Failed(f'The creation of {self.name} failed before. Remove it (ops.remove), then deploy again.')

    def _changes(self, change_set: str) -> Iterator[Change]:
        more: dict[str, str] = {}
        while True:
            page = self._client.describe_change_set(ChangeSetName=change_set, StackName=self.name, **more)
            for change in page['Changes']:
                one = change['ResourceChange']
                replaced = one.get('Replacement', 'False') != 'False'
                yield Change(one['Action'], one['LogicalResourceId'], one['ResourceType'], replaced)
            if not page.get('NextToken'):
                return
            more = {'NextToken': page['NextToken']}

    def carry_out(self, plan: Plan) -> None:
        """Execute the change set and wait; raises Failed after CloudFormation has rolled it back."""
        began = datetime.now(UTC)
        self._client.execute_change_set(ChangeSetName=plan.id, StackName=self.name)
        self._wait('stack_create_complete' if plan.creates else 'stack_update_complete', began)

    def give_up(self, plan: Plan) -> None:
        self._client.delete_change_set(ChangeSetName=plan.id, StackName=self.name)
        if plan.creates:
            self._client.delete_stack(StackName=self.name)

    def delete(self) -> None:
        """Delete it and wait. What its template says to retain stays."""
        began = datetime.now(UTC)
        self._client.delete_stack(StackName=self.name)
        self._wait('stack_delete_complete', began)

    def _wait(self, until: str, began: datetime) -> None:
        try:
            self._client.get_waiter(until).wait(StackName=self.name, WaiterConfig=_POLL)
        except WaiterError as error:
            raise Failed(*(self._failures(began) or [str(error)])) from error

    def _failures(self, since: datetime) -> list[str]:
        events = self._client.describe_stack_events(StackName=self.name)['StackEvents']
        return [
            f'{event["LogicalResourceId"]}: {event.get("ResourceStatusReason", "no reason given")}'
            for event in reversed(events)
            if event['ResourceStatus'].endswith('_FAILED') and event['Timestamp'] >= since
        ]


def _parameter(name: str, value: str | None) -> dict[str, Any]:
    chosen = {'UsePreviousValue': True} if value is None else {'ParameterValue': value}
    return {'ParameterKey': name, **chosen}
