"""Requests to DynamoDB, and the capacity they consume, for each thing that residents and staff do.

The local product runs in this process and is used from outside: residents write through the stand-in WeChat, the clerk
by HTTP with a signed-in session. Every request is counted where botocore has its answer, with the capacity ministack
reports (moto's figures are wrong): units of tables and indexes, transactions counted double as AWS does. A refused
transaction reports no capacity, here as on AWS, though AWS charges for it as if it had been carried out.
Accounts, units and staff are in the product's memory, as they are in a warm Lambda.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import botocore.session

from benchmarks import counting, report
from benchmarks.visitors import TEXT, Clerk, Residents, place
from chalicelib import aws, settings
from chalicelib.inbox.records import Conversation, Message
from local.product import Product

WAITING = 30  # residents on the waiting list
LINES = 20  # messages in the conversation that is opened
SPOKEN_APART = timedelta(minutes=10)  # more than a burst: each of these is answered with a receipt
HEAD = ('', 'requests', 'read units', 'write units', 'which')


class Meter:
    """Counts what is sent during one step, by who sends it."""

    def __init__(self) -> None:
        self._calls: list[counting.Call] = []
        self.figures: dict[str, dict[str, Any]] = {}
        counting.listen(self._calls.append)

    def step(self, name: str, act: Callable[[], object], who: str = 'door') -> None:
        before = len(self._calls)
        act()
        self._note(name, [call for call in self._calls[before:] if call.who == who])

    def step_with_worker(self, name: str, act: Callable[[], object]) -> None:
        before = len(self._calls)
        act()
        for who in ('door', 'worker'):
            self._note(f'{name}: the {who}', [call for call in self._calls[before:] if call.who == who])

    def _note(self, name: str, calls: list[counting.Call]) -> None:
        self.figures[name] = {
            'requests': len(calls),
            'read_units': sum(call.capacity for call in calls if call.reads),
            'write_units': sum(call.capacity for call in calls if not call.reads),
            'which': dict(Counter(call.operation if call.accepted else f'{call.operation} refused' for call in calls)),
        }


def main() -> None:
    options = _options()
    taken = report.conditions()
    with tempfile.TemporaryDirectory(prefix='weilin-bench-') as folder, Product(Path(folder)) as product:
        figures = _measured(product)
    rows = [(name, *(_cell(value) for value in figure.values())) for name, figure in figures.items()]
    report.show(f'DynamoDB on demand, commit {taken["commit"]}', HEAD, rows)
    report.write(options.json, 'requests', {'steps': figures}, taken)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='python -m benchmarks.requests', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    report.add_json_option(parser)
    return parser.parse_args()


def _measured(product: Product) -> dict[str, dict[str, Any]]:
    meter, residents = Meter(), Residents(product.world)
    for number in range(WAITING):
        residents.arrive(f'r{number}')
        residents.write(f'r{number}')
    residents.arrive('new')
    meter.step('first text of a new resident', lambda: residents.write('new'))
    residents.wait(SPOKEN_APART)
    meter.step('text of a known resident', lambda: residents.write('new'))
    residents.wait(timedelta(seconds=20))
    meter.step('a second text in the same burst', lambda: residents.write('new'))
    residents.wait(SPOKEN_APART)
    letter = residents.letter('new')
    residents.deliver(letter)
    meter.step('the same text delivered again', lambda: residents.deliver(letter))
    residents.wait(SPOKEN_APART)
    with _somebody_else_writes_first(place('new')):
        meter.step('text that meets a conflict', lambda: residents.write('new'))
    residents.wait(SPOKEN_APART)
    meter.step_with_worker('photo', lambda: residents.send_photo('new'))
    for number in range(LINES - 6):
        residents.write('new', f'{TEXT}（{number}）')
    residents.wait(SPOKEN_APART)
    _measure_staff(product, meter)
    return meter.figures


def _measure_staff(product: Product, meter: Meter) -> None:
    clerk, ref = Clerk(product.url, '王敏'), place('new').replace('#', '.')
    clerk.get('/desk'), clerk.get(f'/desk/c/{ref}')  # into the product's memory
    meter.step(f'waiting list of {WAITING + 1}', lambda: clerk.get('/desk'))
    pages: list[str] = []
    meter.step(f'conversation of {LINES} messages', lambda: pages.append(clerk.get(f'/desk/c/{ref}')))
    meter.step('reply', lambda: clerk.reply(ref, pages[0], '已经联系清运公司，明天上午来清走。'))
    sent = next(row for row in Message.query(place('new')) if row.way == 'out')
    assert sent.state == 'sent', f'{sent.state}: {sent.error}'


@contextmanager
def _somebody_else_writes_first(conversation: str) -> Iterator[None]:
    """Between the read and the transaction of what comes next, the conversation changes; by a client nobody counts."""
    table = settings.table_name(Conversation.Meta.table)
    other = botocore.session.get_session().create_client(
        'dynamodb', settings.region(), endpoint_url=settings.aws_endpoint()
    )
    pending = [True]

    def write(**_: Any) -> None:
        if pending and pending.pop():
            other.update_item(
                TableName=table, Key={'id': {'S': conversation}},
                UpdateExpression='ADD version :one', ExpressionAttributeValues={':one': {'N': '1'}},
            )  # fmt: skip

    event = 'before-call.dynamodb.TransactWriteItems'
    aws.session().register(event, write)
    counting.fresh_connections()
    yield
    aws.session().unregister(event, write)
    counting.fresh_connections()


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return ', '.join(f'{count} {name}' for name, count in value.items())
    return value


if __name__ == '__main__':
    main()
