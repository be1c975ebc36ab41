"""What Lambda does for queues: takes messages and calls the app's queue handlers with them."""

import logging
from collections.abc import Callable
from typing import Any

from botocore.client import Config
from chalice.app import Chalice, SQSEventConfig

from chalicelib import aws, settings
from local.functions import functions
from local.pump import Pump

log = logging.getLogger('weilin.local')

WAIT = 1  # seconds a poll waits for a message; also the longest that stopping takes


def pumps(app: Chalice) -> list[Pump]:
    """One for every queue handler of the app."""
    found = list(functions(app, SQSEventConfig))
    # The product's own client gives up after 0.7 s, before a long poll is answered.
    sqs = aws.session().create_client(
        'sqs', settings.region(), endpoint_url=settings.aws_endpoint(), config=Config(read_timeout=WAIT + 10)
    )
    return [Pump(f'queue {source.name}', _step(sqs, source, call)) for source, call in found]


def _step(sqs: Any, source: SQSEventConfig, call: Callable[[dict[str, Any]], Any]) -> Callable[[], None]:
    url = settings.queue_url(str(source.queue))

    def step() -> None:
        asked = {'MaxNumberOfMessages': min(source.batch_size, 10), 'WaitTimeSeconds': WAIT, 'AttributeNames': ['All']}
        messages = sqs.receive_message(QueueUrl=url, **asked).get('Messages', [])
        if messages and _handled(source, call, messages):
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message['ReceiptHandle'])

    return step


def _handled(source: SQSEventConfig, call: Callable[[dict[str, Any]], Any], messages: list[dict[str, Any]]) -> bool:
    """As in Lambda a failure leaves the batch in the queue: it is seen again later, and ends among the dead letters."""
    try:
        call(event(str(source.queue), messages))
    except Exception:
        log.exception('%s failed; its messages stay in the queue', source.name)
        return False
    return True


def event(queue: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
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
