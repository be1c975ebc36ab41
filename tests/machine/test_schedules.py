"""When the app's schedules run by the product's own clock, which can be moved."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from chalice.app import Chalice, CloudWatchEvent, Cron, Rate

from chalicelib import clock
from local import outages, schedules
from local.functions import config

MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # 08:30 in Beijing, a Tuesday


@pytest.mark.parametrize(
    ('expression', 'later', 'due'),
    (
        (Rate(5, unit=Rate.MINUTES), timedelta(minutes=5), True),
        (Rate(5, unit=Rate.MINUTES), timedelta(minutes=4, seconds=59), False),
        ('rate(1 minute)', timedelta(minutes=1), True),
        ('rate(1 minute)', timedelta(seconds=59), False),
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
    """An app with one schedule of every minute, and the events it was called with."""

    def __init__(self) -> None:
        self.app = Chalice(app_name='counted')
        self.events: list[CloudWatchEvent] = []
        self.called = threading.Semaphore(0)
        self.fails: BaseException | None = None

        @self.app.schedule(Rate(1, unit=Rate.MINUTES))
        def sweep(event: CloudWatchEvent) -> None:
            self.events.append(event)
            self.called.release()
            if self.fails:
                raise self.fails

    @contextmanager
    def at_work(self, bell: schedules.Bell | None = None) -> Iterator[None]:
        """It has run once, at the start: what was missed while nothing ran is repaired."""
        (pump,) = schedules.pumps(self.app, bell)
        pump.start()
        try:
            assert self.called.acquire(timeout=5)
            yield
        finally:
            pump.join()

    def times(self) -> list[datetime]:
        return [datetime.fromisoformat(event.to_dict()['time']) for event in self.events]


@pytest.fixture
def counted(environment: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch) -> Counted:
    monkeypatch.setattr(clock, '_moved', timedelta())  # put back afterwards, wherever a test has moved it
    monkeypatch.setattr(schedules, 'LOOK_EVERY', 0.01)
    return Counted()


@pytest.mark.parametrize('fails', (None, RuntimeError('this run failed'), outages.Killed()))
def test_a_clock_moved_by_days_is_one_late_run_however_the_run_before_it_ended(
    counted: Counted, fails: BaseException | None
) -> None:
    counted.fails = fails
    with counted.at_work():
        clock.move(timedelta(days=2))
        assert counted.called.acquire(timeout=5)
        assert not counted.called.acquire(timeout=0.3)
    first, second = counted.times()
    assert timedelta(days=2) <= second - first < timedelta(days=2, minutes=1)


def test_every_minute_that_the_clock_is_moved_by_is_a_run(counted: Counted) -> None:
    with counted.at_work():
        for _ in range(3):
            clock.move(timedelta(minutes=1))
            assert counted.called.acquire(timeout=5)


def test_the_bell_is_a_run_that_was_not_due(counted: Counted) -> None:
    bell = schedules.Bell()
    with counted.at_work(bell):
        bell.ring()
        assert counted.called.acquire(timeout=5)
        assert not counted.called.acquire(timeout=0.3)


def test_what_has_its_hour_does_not_run_at_the_start_but_when_the_clock_passes_it(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, '_moved', MORNING - datetime.now(UTC))
    nightly = threading.Semaphore(0)

    @counted.app.schedule(Cron(0, 20, '*', '*', '?', '*'))
    def night(event: CloudWatchEvent) -> None:
        nightly.release()

    every_minute, at_four = schedules.pumps(counted.app)
    try:
        for pump in (every_minute, at_four):
            pump.start()
        assert counted.called.acquire(timeout=5)
        assert not nightly.acquire(timeout=0.3)
        clock.move(timedelta(hours=20))
        assert nightly.acquire(timeout=5)
        assert not nightly.acquire(timeout=0.3)
    finally:
        for pump in (every_minute, at_four):
            pump.join()


def test_a_run_is_told_how_much_time_it_has(counted: Counted) -> None:
    with counted.at_work():
        pass
    [event] = counted.events
    left = event.context.get_remaining_time_in_millis() / 1000
    assert config('sweep').lambda_timeout - 5 < left <= config('sweep').lambda_timeout
