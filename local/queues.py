"""What Lambda does for queues: takes messages and calls the app's queue handlers with them.

A FIFO queue needs no more: SQS gives out a group's messages in order, and none while an earlier one is not dealt with.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Chalice, SQSEventConfig

from chalicelib import aws, clock, settings
from local.functions import functions
from local.outages import Killed, run_of
from local.pump import Later, Pump

log = logging.getLogger('weilin.local')

WAIT = 1  # seconds a poll waits for a message; also the longest that stopping takes

Call = Callable[[dict[str, Any]], Any]
Message = dict[str, Any]


def pumps(app: Chalice) -> list[Pump]:
    """One for every queue handler of the app."""
    found = list(functions(app, SQSEventConfig))
    # The product's own client gives up after 0.7 s, before a long poll is answered. Trying again is the pump's.
    patient = Config(read_timeout=WAIT + 10, retries={'total_max_attempts': 1})
    sqs = aws.session().create_client('sqs', settings.region(), endpoint_url=settings.aws_endpoint(), config=patient)
    return [Pump(f'queue {source.name}', _Poller(sqs, source, call).step) for source, call in found]


class _Poller:
    """Takes what one queue has. What failed is seen again when its time has passed by the product's clock: whoever
    moves that clock need not wait for minutes."""

    def __init__(self, sqs: Any, source: SQSEventConfig, call: Call) -> None:
        self._sqs, self._source, self._call = sqs, source, call
        self._url = settings.queue_url(str(source.queue))
        self._failed: list[tuple[datetime, Message]] = []  # when it may be seen again

    def step(self) -> None:
        try:
            self._show_failed(clock.now())
            messages, received_at = self._receive(), clock.now()
            if messages and self._handled(messages, received_at):
                for message in messages:
                    self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message['ReceiptHandle'])
        except BotoCoreError:  # what a handler raises does not get so far
            raise Later from None

    def _receive(self) -> list[Message]:
        most = min(self._source.batch_size, 10)
        answer = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=most, WaitTimeSeconds=WAIT, AttributeNames=['All']
        )
        return list(answer.get('Messages', []))

    def _handled(self, messages: list[Message], received_at: datetime) -> bool:
        """As in Lambda a failure leaves the batch in the queue: it is seen again, and ends among the dead letters."""
        try:
            with run_of('queue'):
                self._call(event(str(self._source.queue), messages))
        except Killed:
            self._note_failed(messages, received_at)
        except Exception:
            log.exception('%s failed; its messages stay in the queue', self._source.name)
            self._note_failed(messages, received_at)
        else:
            return True
        return False

    def _note_failed(self, messages: list[Message], received_at: datetime) -> None:
        asked = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=['VisibilityTimeout'])
        again_at = received_at + timedelta(seconds=int(asked['Attributes']['VisibilityTimeout']))
        self._failed += [(again_at, message) for message in messages]

    def _show_failed(self, now: datetime) -> None:
        due = [message for again_at, message in self._failed if again_at <= now]
        self._failed = [entry for entry in self._failed if entry[0] > now]
        for message in due:
            try:
                self._sqs.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=message['ReceiptHandle'], VisibilityTimeout=0
                )
            except ClientError:
                log.debug('it is in the queue again already, or dead')


def event(queue: str, messages: list[Message]) -> dict[str, Any]:
    """What Lambda hands to a queue handler."""
    return {
        'Records': [
            {
                'messageId': message['MessageId'],
                'receiptHandle': message['ReceiptHandle'],
                'body': message['Body'],
                'attributes': message.get('Attributes', {}),
                'messageAttributes': {},
                'md5OfBody': message['MD5OfBody'],
                'eventSource': 'aws:sqs',
                'eventSourceARN': f'arn:aws-cn:sqs:{settings.region()}:000000000000:{queue}',
                'awsRegion': settings.region(),
            }
            for message in messages
        ]
    }
