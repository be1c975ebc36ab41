"""The chase in tests: Beijing moments of November 2026, the schedule, and whom it tells."""

from datetime import UTC, datetime, timedelta

from chalicelib import clock
from chalicelib.deadlines import jobs as deadlines
from chalicelib.inbox import actions, forms, jobs
from chalicelib.inbox.records import Conversation
from tests.conftest import NOW
from tests.door import ACCOUNT, RESIDENT

STREET, DISTRICT, NEIGHBOUR = '370202013000', '370202', '370202013002'
ID = f'{ACCOUNT}#{RESIDENT}'
Told = list[tuple[str, str]]


def at(time: str, day: int = 24) -> datetime:
    """A moment of November 2026 in Beijing; the resident of these tests writes on Monday the 23rd at 22:10."""
    return datetime.fromisoformat(f'2026-11-{day}T{time}').replace(tzinfo=clock.BEIJING).astimezone(UTC)


def run(now: datetime) -> None:
    deadlines.run({'chase': jobs.chase, 'sends': jobs.resend}, now, 60, rounds=deadlines.ROUNDS)


def every_minute(since: datetime, until: datetime, told: Told) -> dict[str, tuple[str, str]]:
    """Run the schedule, and say at which minute (Beijing) somebody was told what."""
    seen: dict[str, tuple[str, str]] = {}
    now = since
    while now <= until:
        before = len(told)
        run(now)
        seen |= {f'{clock.beijing(now):%d %H:%M}': what for what in told[before:]}
        now += timedelta(minutes=1)
    return seen


def conversation() -> Conversation:
    found = actions.conversation(ID)
    assert found
    return found


def form(now: datetime = NOW) -> str:
    return forms.new(now)
