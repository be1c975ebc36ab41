"""Dead-letter queues as the operator's commands see them: looked into, put back, emptied of one resident.

Looking hides a message for a moment and shows it again at once. What is put back is sent first and deleted after: a run
that is killed in between leaves it in both places, and comes twice. All three workers take that: `fetching` settles a
medium once, `sending.send_kept` takes a line that is still kept, `receive_late` meets the message's once-only key.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib import clock
from chalicelib.privacy import rules
from ops import aws_clients
from ops.resources import QUEUES, full_name

NAMES = tuple(queue.name for queue in QUEUES)
_HIDDEN = 60  # seconds: as long as a run that was killed hides what it was looking at
_AT_ONCE = 10  # as many as SQS gives and takes
_WAIT = 1  # a long poll asks all of SQS's servers; a short one may miss what is there


class Missing(Exception):
    """There is no such queue in this stage."""


class Letter(NamedTuple):
    """A dead letter without its contents; `resident` is a hash, '' where it cannot be told."""

    id: str
    sent_at: datetime
    received: int
    account: str
    resident: str
    message: dict[str, Any]

    @property
    def job(self) -> dict[str, Any]:
        return _job(self.message)


class DeadQueue:
    """What is behind one of the product's queues."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._sqs = aws_clients.client('sqs')
        self.url = self._address('-dead')
        self._deleted: set[str] = set()

    def _address(self, more: str = '') -> str:
        wanted = full_name(self.name, more)
        try:
            return str(self._sqs.get_queue_url(QueueName=wanted)['QueueUrl'])
        except self._sqs.exceptions.QueueDoesNotExist:
            raise Missing(wanted) from None

    def count(self) -> int:
        """About how many there are, also those that are hidden at the moment."""
        names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible']
        found = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)['Attributes']
        return sum(int(found[name]) for name in names)

    def look(self) -> list[Letter]:
        """All that SQS shows, the oldest first. Of a group in a FIFO queue it shows ten, until those are gone."""
        return sorted(self._each(), key=lambda letter: letter.sent_at)

    def replay(self, ids: Collection[str] | None = None) -> Iterator[Letter]:
        """Put back those of `ids`, or all, a group's in their order; what has died again meanwhile stays."""
        target, put_back = self._address(), set[str]()
        for letter in self._each():
            if letter.id not in put_back and (ids is None or letter.id in ids):
                put_back.add(self._send(target, letter))
                self._delete(letter)
                yield letter

    def drop(self, wanted: Callable[[Letter], bool]) -> int:
        """Delete for good; how many."""
        dropped = 0
        for letter in self._each():
            if wanted(letter):
                self._delete(letter)
                dropped += 1
        return dropped

    def _each(self) -> Iterator[Letter]:
        """One after the other, each once; what is not deleted by the end is shown again, however it ends."""
        seen: dict[str, Letter] = {}
        self._deleted.clear()
        try:
            while fresh := [letter for letter in map(_letter, self._receive()) if letter.id not in seen]:
                seen |= {letter.id: letter for letter in fresh}
                yield from fresh
        finally:
            self._show([letter for id, letter in seen.items() if id not in self._deleted])

    def _receive(self) -> list[dict[str, Any]]:
        found = self._sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=_AT_ONCE, VisibilityTimeout=_HIDDEN, WaitTimeSeconds=_WAIT,
            AttributeNames=['All'], MessageAttributeNames=['All'],
        )  # fmt: skip
        return list(found.get('Messages', ()))

    def _send(self, target: str, letter: Letter) -> str:
        wanted: dict[str, Any] = {'QueueUrl': target, 'MessageBody': letter.message['Body']}
        if attributes := letter.message.get('MessageAttributes'):
            wanted['MessageAttributes'] = attributes
        if group := letter.message['Attributes'].get('MessageGroupId'):
            # New, or SQS would drop it as the one that died; and the same where this is cut off and done again.
            wanted |= {'MessageGroupId': group, 'MessageDeduplicationId': f'replayed-{letter.id}'}
        return str(self._sqs.send_message(**wanted)['MessageId'])

    def _delete(self, letter: Letter) -> None:
        self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=letter.message['ReceiptHandle'])
        self._deleted.add(letter.id)

    def _show(self, letters: Sequence[Letter]) -> None:
        for start in range(0, len(letters), _AT_ONCE):
            entries = [
                {'Id': str(number), 'ReceiptHandle': letter.message['ReceiptHandle'], 'VisibilityTimeout': 0}
                for number, letter in enumerate(letters[start : start + _AT_ONCE])
            ]
            self._sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)


def drop_of(resident: str) -> int:
    """Delete what lies dead of one resident, who is named by her hash; queues that are not there hold nothing."""
    dropped = 0
    for name in NAMES:
        try:
            dropped += DeadQueue(name).drop(lambda letter: letter.resident == resident)
        except Missing:
            continue
    return dropped


def _letter(message: dict[str, Any]) -> Letter:
    job, attributes = _job(message), message['Attributes']
    conversation = job.get('conversation') or ''
    # Letters of `late` are grouped by the same hash, and are themselves closed.
    resident = rules.hashed(conversation) if conversation else attributes.get('MessageGroupId', '')
    return Letter(
        message['MessageId'],
        clock.from_epoch(int(attributes['SentTimestamp']) // 1000),
        int(attributes['ApproximateReceiveCount']),
        job.get('account') or conversation.partition('#')[0],
        resident,
        message,
    )


def _job(message: dict[str, Any]) -> dict[str, Any]:
    try:
        job = json.loads(message['Body'])
    except ValueError:
        return {}
    return job if isinstance(job, dict) else {}
