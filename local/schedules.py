"""What EventBridge does: calls the app's scheduled functions when they are due by the product's own clock."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from chalice.app import Chalice, ScheduledEventConfig, ScheduleExpression

from chalicelib import clock, settings
from local.functions import functions
from local.outages import Killed, run_of
from local.pump import Pump

LOOK_EVERY = 0.5  # seconds
MINUTE = timedelta(minutes=1)
UNITS = {'minute': MINUTE, 'hour': 60 * MINUTE, 'day': 1440 * MINUTE}
DAYS = ('SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT')

Due = Callable[[datetime, datetime], bool]  # was it due after the first moment, until and with the second?


class Bell:
    """Once rung, every schedule runs at its next look, due or not."""

    def __init__(self) -> None:
        self.rung = 0

    def ring(self) -> None:
        self.rung += 1


def pumps(app: Chalice, bell: Bell | None = None) -> list[Pump]:
    """One for every schedule of the app: it runs whenever it is due or the bell has rung.

    What comes every few minutes runs at once, too: it repairs what was missed. What has its hour waits for it.
    """
    return [
        Pump(f'schedule {source.name}', _step(source.schedule_expression, call, bell or Bell()), LOOK_EVERY)
        for source, call in functions(app, ScheduledEventConfig)
    ]


def _step(
    expression: str | ScheduleExpression, call: Callable[[dict[str, Any]], Any], bell: Bell
) -> Callable[[], None]:
    is_due = due(expression)
    ran_at = None if _text(expression).startswith('rate') else clock.now()
    heard = bell.rung

    def step() -> None:
        nonlocal ran_at, heard
        now, rung = clock.now(), bell.rung
        if ran_at is None or rung != heard or is_due(ran_at, now):
            # Also where the call fails: the next run is the repair. A clock moved by days is one late run.
            ran_at, heard = now, rung
            _run(call, event(now))

    return step


def _run(call: Callable[[dict[str, Any]], Any], asked: dict[str, Any]) -> None:
    try:
        with run_of('schedule'):
            call(asked)
    except Killed:
        pass  # Lambda reports it and goes on with the next minute


def due(expression: str | ScheduleExpression) -> Due:
    """Read `rate(…)` or `cron(…)`; anything else is a ValueError when the product starts."""
    text = _text(expression)
    rate = re.fullmatch(r'rate\((\d+) (minute|hour|day)s?\)', text)
    if rate:
        every = int(rate[1]) * UNITS[rate[2]]
        return lambda since, now: now - since >= every
    cron = re.fullmatch(r'cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)', text)
    if not cron:
        raise ValueError(f'not a schedule: {text}')
    fields = [_field(part) for part in cron.groups()]
    return lambda since, now: any(_matches(fields, at) for at in _minutes(since, now))


def _text(expression: str | ScheduleExpression) -> str:
    return expression if isinstance(expression, str) else expression.to_string()


def _field(text: str) -> set[int] | None:
    """The numbers a cron field stands for; None is any."""
    if text in ('*', '?'):
        return None
    numbers: set[int] = set()
    for part in text.split(','):
        first, _, last = part.partition('-')
        numbers |= set(range(_number(first), _number(last or first) + 1))
    return numbers


def _number(text: str) -> int:
    return DAYS.index(text) + 1 if text in DAYS else int(text)


def _matches(fields: list[set[int] | None], at: datetime) -> bool:
    values = (at.minute, at.hour, at.day, at.month, at.isoweekday() % 7 + 1, at.year)
    return all(allowed is None or value in allowed for allowed, value in zip(fields, values, strict=True))


def _minutes(since: datetime, now: datetime) -> list[datetime]:
    first = since.replace(second=0, microsecond=0) + MINUTE
    return [first + index * MINUTE for index in range(max(0, (now - first) // MINUTE + 1))]


def event(now: datetime) -> dict[str, Any]:
    """What EventBridge hands to a scheduled function."""
    return {
        'version': '0',
        'id': str(uuid.uuid4()),
        'detail-type': 'Scheduled Event',
        'source': 'aws.events',
        'account': '000000000000',
        'time': now.strftime('%Y-%m-%dT%H:%M:%SZ'),
        'region': settings.region(),
        'resources': [],
        'detail': {},
    }
