"""When the app's schedules run by the product's own clock, which can be moved."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from chalice.app import Chalice, CloudWatchEvent, Cron, Rate

from chalicelib import clock
from local import schedules

MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # 08:30 in Beijing, a Tuesday


@pytest.mark.parametrize(
    ('expression', 'later', 'due'),
    (
        (Rate(5, unit=Rate.MINUTES), timedelta(minutes=5), True),
        (Rate(5, unit=Rate.MINUTES), timedelta(minutes=4, seconds=59), False),
        ('rate(1 hour)', timedelta(hours=1), True),
        ('rate(2 days)', timedelta(days=1), False),
    ),
)
def test_a_rate_is_due_when_its_time_has_passed(expression: str | Rate, later: timedelta, due: bool) -> None:
    assert schedules.due(expression)(MORNING, MORNING + later) is due


@pytest.mark.parametrize(
    ('expression', 'since', 'until', 'due'),
    (
        (Cron(30, 0, '*', '*', '?', '*'), timedelta(seconds=-1), timedelta(0), True),
        (Cron(30, 0, '*', '*', '?', '*'), timedelta(0), timedelta(seconds=59), False),  # once in its minute
        (Cron(30, 0, '*', '*', '?', '*'), timedelta(hours=-3), timedelta(hours=3), True),  # the clock jumped over it
        (Cron(30, 0, '*', '*', '?', '*'), timedelta(minutes=1), timedelta(hours=23), False),
        ('cron(30 0 ? * MON-FRI *)', timedelta(seconds=-1), timedelta(0), True),
        ('cron(30 0 ? * SAT,SUN *)', timedelta(seconds=-1), timedelta(0), False),
        ('cron(0-29 0 * * ? *)', timedelta(seconds=-1), timedelta(minutes=5), False),
    ),
)
def test_a_cron_is_due_at_its_minutes(expression: str | Cron, since: timedelta, until: timedelta, due: bool) -> None:
    assert schedules.due(expression)(MORNING + since, MORNING + until) is due


@pytest.mark.parametrize('expression', ('at(2026-11-24T00:30:00)', 'cron(30 0 L * ? *)', 'rate(1 week)', 'daily'))
def test_what_cannot_be_read_is_an_error_at_the_start(expression: str) -> None:
    with pytest.raises(ValueError, match=r'schedule|invalid literal'):
        schedules.due(expression)


class Counted:
    """An app with one schedule that fails every time, and what it was called with."""

    def __init__(self) -> None:
        self.app = Chalice(app_name='counted')
        self.times: list[str] = []
        self.called = threading.Semaphore(0)

        @self.app.schedule(Rate(1, unit=Rate.MINUTES))
        def sweep(event: CloudWatchEvent) -> None:
            self.times.append(event.to_dict()['time'])
            self.called.release()
            raise RuntimeError('this run failed')


@pytest.fixture
def moved_back() -> Iterator[None]:
    yield
    clock.move(-timedelta(days=2))


@pytest.mark.usefixtures('moved_back', 'environment')
def test_a_clock_moved_by_days_is_one_late_run_and_a_failure_ends_nothing() -> None:
    counted = Counted()
    (pump,) = schedules.pumps(counted.app)
    pump.start()
    assert counted.called.acquire(timeout=5)  # at once: what was missed while nothing ran is repaired
    clock.move(timedelta(days=2))
    assert counted.called.acquire(timeout=5)
    pump.join()
    first, second = (datetime.fromisoformat(time) for time in counted.times)
    assert timedelta(days=2) <= second - first < timedelta(days=2, minutes=1)
