"""How long residents wait, as CloudWatch is told every five minutes; it costs one request for each unit."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.alliance.records import Unit
from chalicelib.inbox import jobs, records, turns
from chalicelib.inbox.records import Conversation
from tests.door import ACCOUNT, HOME, RESIDENT, Door
from tests.log_reading import Written, written
from tests.store_faults import Wire

STREET = '370202013000'
MINUTE = timedelta(minutes=1)


@pytest.fixture
def lines() -> Iterator[Written]:
    with written() as lines:
        yield lines


def waits(
    number: int, since: datetime | None, due_at: datetime, unit: str = HOME, follow_up: bool = False
) -> Conversation:
    row = Conversation(
        f'{ACCOUNT}#oResident{number:019}', label='居民', unit=unit, home_unit=HOME, waiting_unit=unit,
        waiting_since=since, due_at=due_at, follow_up=follow_up, last_at=due_at,
    )  # fmt: skip
    row.save()
    return row


def watched(lines: Written, now: datetime) -> tuple[int, int, int]:
    jobs.watch(now)
    (line,) = lines.said('waiting lists watched')
    lines.text.clear()
    return line['OldestUnansweredMinutes'], line['OldestOverdueMinutes'], line['OverdueConversations']


def test_where_nobody_waits_all_is_nought(alliance: None, lines: Written, now: datetime) -> None:
    assert watched(lines, now) == (0, 0, 0)


def test_a_resident_at_the_door_counts_until_she_is_answered(door: Door, lines: Written) -> None:
    door.say('楼道灯不亮')
    assert watched(lines, door.now + 7 * MINUTE) == (7, 0, 0)
    row = Conversation.get(f'{ACCOUNT}#{RESIDENT}')
    assert watched(lines, row.due_at + 3 * MINUTE)[1:] == (3, 1)
    turns.answered(row, False, None, door.now)
    row.save()
    assert watched(lines, door.now + 9 * MINUTE) == (0, 0, 0)


def test_the_oldest_of_all_units_counts(alliance: None, lines: Written, now: datetime) -> None:
    waits(1, now - 90 * MINUTE, now + 5 * MINUTE)  # waits longest, and is not due yet
    waits(2, now - 30 * MINUTE, now - 10 * MINUTE)
    waits(3, now - 40 * MINUTE, now - 20 * MINUTE, unit=STREET)
    assert watched(lines, now) == (90, 20, 2)


def test_a_promised_follow_up_counts_when_it_is_overdue(alliance: None, lines: Written, now: datetime) -> None:
    waits(1, now - 5000 * MINUTE, now + MINUTE, follow_up=True)
    assert watched(lines, now) == (0, 0, 0)
    assert watched(lines, now + 2 * MINUTE) == (0, 1, 1)


def test_the_line_is_a_metric_of_this_stage(alliance: None, lines: Written, now: datetime) -> None:
    jobs.watch(now)
    (line,) = lines.said('waiting lists watched')
    (directive,) = line['_aws']['CloudWatchMetrics']
    assert (directive['Namespace'], directive['Dimensions'], line['Stage']) == ('Weilin', [['Stage']], 'test')
    names = {metric['Name'] for metric in directive['Metrics']}
    assert names == {'OldestUnansweredMinutes', 'OldestOverdueMinutes', 'OverdueConversations'}
    assert all(isinstance(line[name], int) for name in names)


@pytest.mark.parametrize('conversations', (0, 30))
def test_it_costs_a_request_for_each_unit_whatever_waits(alliance: None, now: datetime, conversations: int) -> None:
    for number in range(conversations):
        waits(number, now, now)
    for number in range(10):
        Unit(f'3702020140{number:02}', name='社区', kind='community').save()
    wire = Wire()
    jobs.watch(now)
    assert wire.sent == {'Query': 12, 'Scan': 1}  # the scan reads the units, as every function does each minute


def test_the_schedule_runs_it(door: Door, lines: Written) -> None:
    import app

    event: dict[str, Any] = door.client.events.generate_cw_event('aws.events', 'Scheduled Event', {}, [])
    door.client.lambda_.invoke('watch', event)
    assert lines.said('waiting lists watched')[0]['request']
    (schedule,) = [source for source in app.app.event_sources if source.name == 'watch']
    assert schedule.schedule_expression.to_string() == 'rate(5 minutes)'


def test_a_unit_with_more_than_are_seen_is_still_one_request(
    alliance: None, lines: Written, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, 'COUNTED_AT_MOST', 3)
    for number in range(5):
        waits(number, now - number * MINUTE, now - number * MINUTE)
    wire = Wire()
    assert watched(lines, now)[2] == 3
    assert wire.sent['Query'] == 2
