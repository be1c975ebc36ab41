"""An outage of the store, and the worker that brings what waited through the door again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib import aws, clock, settings
from chalicelib.chat import jobs
from tests.store_faults import Fault, Wire, silent

OPERATIONS = ('GetItem', 'PutItem', 'Query', 'Scan', 'TransactWriteItems', 'UpdateItem')


@contextmanager
def outage(fault: Fault = silent) -> Iterator[Wire]:
    """Every call of the store meets the fault."""
    wire = Wire()
    for operation in OPERATIONS:
        wire.meet(operation, *[fault] * 1000)
    yield wire
    wire.faults.clear()


def waiting(most: int = 10) -> list[dict[str, Any]]:
    """The jobs SQS shows now; while one of a group is being dealt with, it shows no other of that group."""
    url = settings.queue_url('late.fifo')
    asked = {'MaxNumberOfMessages': most, 'AttributeNames': ['All']}
    found: list[dict[str, Any]] = aws.client('sqs').receive_message(QueueUrl=url, **asked).get('Messages', [])
    return found


def show_again(message: dict[str, Any]) -> None:
    """As if the time for which SQS hides a message had passed."""
    _ask('change_message_visibility', message, VisibilityTimeout=0)


def work() -> int:
    """Do as Lambda does until nothing is left; how many letters were brought in."""
    done = 0
    while found := waiting():
        for message in found:
            jobs.receive_late(message['Body'], clock.now())
            _ask('delete_message', message)
            done += 1
    return done


def _ask(what: str, message: dict[str, Any], **more: Any) -> None:
    url = settings.queue_url('late.fifo')
    getattr(aws.client('sqs'), what)(QueueUrl=url, ReceiptHandle=message['ReceiptHandle'], **more)
