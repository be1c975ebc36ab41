"""When a resident is to be forgotten, and how long lines stay: the rules, as cases."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import retention
from chalicelib.inbox import lasting, leaving

NOW = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)
DAY = timedelta(days=1)
SOON = NOW + leaving.SETTLES


@dataclass
class Resident:
    followed: bool = True
    followed_at: datetime | None = None
    forget_asked_at: datetime | None = None
    forget_at: datetime | None = None
    waiting_unit: str | None = None


@pytest.mark.parametrize(
    ('resident', 'at'),
    (
        (Resident(), None),
        (Resident(forget_at=NOW), None),
        (Resident(False, NOW), SOON),
        (Resident(False, NOW - 2 * DAY, waiting_unit='u'), NOW + 28 * DAY),
        (Resident(False, NOW - 2 * DAY, forget_at=NOW + 28 * DAY), SOON),
        (Resident(False, NOW - 2 * DAY, forget_at=NOW - DAY), NOW - DAY),
        (Resident(False, None, waiting_unit='u'), NOW + 30 * DAY),
        (Resident(True, NOW - 9 * DAY, NOW), SOON),
        (Resident(True, NOW - 9 * DAY, NOW, waiting_unit='u'), NOW + 30 * DAY),
        (Resident(True, NOW - 9 * DAY, NOW - DAY, NOW - DAY, 'u'), NOW - DAY),
        (Resident(False, NOW, NOW - 5 * DAY, waiting_unit='u'), NOW + 25 * DAY),
    ),
    ids=(
        'follows', 'came back', 'left', 'left with something open', 'it was closed', 'begun already',
        'nobody said when', 'asked', 'asked with something open', 'wrote again after asking', 'asked, then left',
    ),
)  # fmt: skip
def test_when_she_is_to_be_forgotten(resident: Resident, at: datetime | None) -> None:
    assert leaving.forget_at(resident, NOW) == at


def test_a_place_is_kept_for_thirty_days_and_nothing_for_ever() -> None:
    assert lasting.kept_until('location', NOW) == NOW + 30 * DAY
    assert lasting.kept_until('text', NOW) == NOW + retention.AT_MOST


@pytest.mark.parametrize('openid', ['oA', 'oB', 'oC', 'oD'])
def test_what_was_closed_goes_after_a_year_and_within_the_month_on_a_day_that_can_be_found_again(openid: str) -> None:
    for days in range(0, 400, 7):
        closed_at = NOW + days * DAY
        at = lasting.expires_at(openid, closed_at)
        assert timedelta() <= at - closed_at - retention.MESSAGES.lasts <= 31 * DAY
        for asked_at in (closed_at, closed_at + 200 * DAY, at):
            assert at in lasting.expiries(openid, asked_at)
    assert len(lasting.expiries(openid, NOW)) <= 15


def test_residents_are_spread_over_the_month() -> None:
    days = {lasting.expires_at(f'o{number}', NOW).day for number in range(200)}
    assert len(days) > 20
