"""What stands in red above a lead's list: of the holidays only at the top, where it can be mended for all."""

from datetime import date, datetime, timedelta

import pytest

from chalicelib import holidays
from chalicelib.alliance import actions
from chalicelib.alliance.records import Member
from chalicelib.desk.troubles import troubles
from tests.desk.conftest import HOME

DISTRICT = '370202'
WORDS = '系统里还没有 2027 年的放假和调休安排'


@pytest.fixture
def year_end(alliance: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """In December, and next year's holidays are not known."""
    monkeypatch.setattr(holidays, 'known_until', lambda: date(2026, 12, 31))
    return now + timedelta(days=20)


def calendar_lines(member: str, unit: str, roles: list[str], now: datetime) -> list[str]:
    found = Member.get(member)
    found.roles = roles
    found.save()
    actions.forget()
    return [line for line in troubles(found, unit, now) if '放假' in line]


def test_the_lead_of_the_district_is_told_of_the_unknown_year_in_time(year_end: datetime, now: datetime) -> None:
    (line,) = calendar_lines('liqiang', DISTRICT, ['lead'], year_end)
    assert line.startswith(WORDS)
    assert calendar_lines('liqiang', DISTRICT, ['lead'], now) == []


def test_whoever_cannot_mend_it_is_not_told(year_end: datetime) -> None:
    assert calendar_lines('liqiang', DISTRICT, ['clerk'], year_end) == []
    assert calendar_lines('wangmin', HOME, ['lead'], year_end) == []
