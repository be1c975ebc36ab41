"""The product with its store and queues out of reach, and with functions that are killed half-way."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from chalice.app import Chalice, CloudWatchEvent, Rate

from chalicelib import aws, settings
from chalicelib.alliance.records import Unit
from local.alliance import XIANYOU
from local.product import Product
from local.standin.world import BROKEN

WRITES = ('first', 'second', 'third')


class Sweep:
    """An app with one schedule, whose every run begins a diary of its own and writes three lines into it."""

    def __init__(self) -> None:
        self.app = Chalice(app_name='sweep')
        self.ended = threading.Semaphore(0)
        self.runs = 0

        @self.app.schedule(Rate(1, unit=Rate.MINUTES))
        def sweep(event: CloudWatchEvent) -> None:
            self.runs += 1
            try:
                for words in WRITES:
                    Unit(f'{self.runs}-{words}', name=words, kind='diary').save()
            finally:
                self.ended.release()

    def written(self, run: int) -> list[str]:
        there = {unit.id for unit in Unit.scan()}
        return [words for words in WRITES if f'{run}-{words}' in there]


@pytest.fixture
def sweep(monkeypatch: pytest.MonkeyPatch) -> Sweep:
    import app

    made = Sweep()
    monkeypatch.setattr(app, 'app', made.app)
    return made


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    with Product(tmp_path) as product:
        yield product


@pytest.mark.parametrize(('after', 'written'), ((False, ['first']), (True, ['first', 'second'])))
def test_a_run_is_killed_at_the_write_that_was_chosen_and_the_next_run_goes_on(
    sweep: Sweep, tmp_path: Path, after: bool, written: list[str]
) -> None:
    with Product(tmp_path) as product:
        assert sweep.ended.acquire(timeout=5)
        product.faults.kill_at, product.faults.kill_after, product.faults.kill_in = 2, after, 'schedule'
        for _ in range(2):
            product.world.move(timedelta(minutes=1))
            assert sweep.ended.acquire(timeout=5)
        assert [sweep.written(run) for run in (1, 2, 3)] == [list(WRITES), written, list(WRITES)]


def test_a_run_that_writes_less_is_left_alone_and_the_fault_waits_for_the_next(sweep: Sweep, tmp_path: Path) -> None:
    with Product(tmp_path) as product:
        assert sweep.ended.acquire(timeout=5)
        product.faults.kill_at, product.faults.kill_in = 4, 'schedule'
        assert product.world.run_schedules
        product.world.run_schedules()
        assert sweep.ended.acquire(timeout=5)
        assert sweep.written(2) == list(WRITES)
        assert product.faults.kill_in == 'schedule'


def test_with_the_store_down_a_message_is_taken_all_the_same_and_she_reads_of_no_failure(product: Product) -> None:
    product.faults.store_down = True
    product.world.send_text('zhang', XIANYOU, '楼下的路灯坏了')
    product.world.wait_idle(30)
    assert [delivery.status for delivery in product.world.deliveries] == [200]
    assert product.world.deliveries[-1].seconds < 5
    assert BROKEN not in [line.text for line in product.world.chat('zhang', XIANYOU)]


def test_with_store_and_queues_down_wechat_is_told_and_afterwards_all_is_well(product: Product) -> None:
    product.faults.store_down = product.faults.queue_down = True
    product.world.send_text('zhang', XIANYOU, '楼下的路灯坏了')
    product.world.wait_idle(30)
    assert {delivery.status for delivery in product.world.deliveries} == {503}
    assert [line.text for line in product.world.chat('zhang', XIANYOU)][1:] == [BROKEN]
    product.faults.store_down = product.faults.queue_down = False
    product.world.send_text('zhang', XIANYOU, '路灯还是坏的')
    product.world.wait_idle(30)
    assert product.world.deliveries[-1].status == 200
    assert product.world.deliveries[-1].seconds < 4


def test_with_the_queues_down_nothing_reaches_them_and_afterwards_it_does(product: Product) -> None:
    sqs = aws.client('sqs')
    product.faults.queue_down = True
    with pytest.raises(Exception, match='Connect timeout'):
        sqs.send_message(QueueUrl=settings.queue_url('sends'), MessageBody='{}')
    product.faults.queue_down = False
    assert sqs.send_message(QueueUrl=settings.queue_url('sends'), MessageBody='{}')['MessageId']
