"""Days that pages are asked for: whatever stands in an address, a page can show the day before and the one after."""

from datetime import date, timedelta

import pytest

from chalicelib.desk.booking_view import since
from chalicelib.desk.job_days import day_of

STRANGE = ['9999-12-31', '0001-01-01', '9999-12-25', '2026-13-01', '20261128', '2027-02-29', '', '今日']


@pytest.mark.parametrize('typed', STRANGE)
def test_a_strange_day_is_none(typed: str) -> None:
    assert day_of(typed) is None
    assert since({'from': typed}) is None


def test_29_february_is_one() -> None:
    day = day_of('2028-02-29')
    assert day == since({'from': '2028-02-29'}) == date(2028, 2, 29)
    assert day + timedelta(days=1) == date(2028, 3, 1)
