"""Messages reach the app's queue handlers as Lambda hands them over; what fails ends among the dead letters."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from chalice.app import Chalice, SQSEvent

from chalicelib import aws, clock, settings
from local import outages, queues
from ops.resources import Queue, create_queue


class Worker:
    """An app with one queue handler that refuses the message `bad`."""

    def __init__(self) -> None:
        self.app = Chalice(app_name='worker')
        self.seen: list[str] = []
        self.called = threading.Semaphore(0)
        self.fails: BaseException = RuntimeError('cannot be done')
        self.gets_better = False

        @self.app.on_sqs_message(queue='media', batch_size=1)
        def fetch_media(event: SQSEvent) -> None:
            for record in event:
                self.seen.append(record.body)
                self.called.release()
                if record.body == 'bad' and not (self.gets_better and self.seen.count('bad') > 1):
                    raise self.fails

    @contextmanager
    def at_work(self) -> Iterator[None]:
        (pump,) = queues.pumps(self.app)
        pump.start()
        try:
            yield
        finally:
            pump.join()

    def wait(self, times: int) -> None:
        for _ in range(times):
            assert self.called.acquire(timeout=10)


@pytest.fixture
def worker(store: None, environment: pytest.MonkeyPatch) -> Worker:
    # Seen again at once where it failed, so that the test need not wait for twelve minutes.
    environment.setenv('WEILIN_QUEUE_MEDIA', create_queue(Queue('quick', visible_after=0, attempts=3)))
    return Worker()


def send(body: str) -> None:
    aws.client('sqs').send_message(QueueUrl=settings.queue_url('media'), MessageBody=body)


def test_a_message_is_handled_once_and_is_gone(worker: Worker) -> None:
    send('one')
    send('two')
    with worker.at_work():
        worker.wait(2)
    assert sorted(worker.seen) == ['one', 'two']


def test_what_keeps_failing_ends_among_the_dead_letters_and_blocks_nobody(worker: Worker) -> None:
    send('bad')
    with worker.at_work():
        worker.wait(3)
        send('good')
        worker.wait(1)
    assert worker.seen == ['bad', 'bad', 'bad', 'good']
    dead = aws.client('sqs').get_queue_url(QueueName='weilin-test-quick-dead')['QueueUrl']
    assert [message['Body'] for message in aws.client('sqs').receive_message(QueueUrl=dead)['Messages']] == ['bad']


def test_a_killed_worker_leaves_its_message_in_the_queue(worker: Worker) -> None:
    worker.fails, worker.gets_better = outages.Killed(), True
    send('bad')
    with worker.at_work():
        worker.wait(2)
    assert worker.seen == ['bad', 'bad']


def test_what_failed_is_seen_again_when_the_products_clock_says_so(
    worker: Worker, environment: pytest.MonkeyPatch
) -> None:
    environment.setattr(clock, '_moved', timedelta())
    environment.setenv('WEILIN_QUEUE_MEDIA', create_queue(Queue('slow', visible_after=600)))
    worker.gets_better = True
    send('bad')
    with worker.at_work():
        worker.wait(1)
        clock.move(timedelta(minutes=10))
        worker.wait(1)


def test_a_fifo_queue_keeps_its_order_where_a_message_fails(worker: Worker, environment: pytest.MonkeyPatch) -> None:
    made = aws.client('sqs').create_queue(
        QueueName='late.fifo', Attributes={'FifoQueue': 'true', 'VisibilityTimeout': '0'}
    )
    environment.setenv('WEILIN_QUEUE_MEDIA', made['QueueUrl'])
    worker.gets_better = True
    for body in ('one', 'bad', 'two', 'three'):
        aws.client('sqs').send_message(
            QueueUrl=made['QueueUrl'], MessageBody=body, MessageGroupId='xianyou', MessageDeduplicationId=body
        )
    with worker.at_work():
        worker.wait(5)
    assert worker.seen == ['one', 'bad', 'bad', 'two', 'three']
