"""The national calendar as it was announced, and what is done about a year that has not been."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from chalicelib import holidays
from chalicelib.clock import BEIJING
from chalicelib.hours import Hours, parse

# 国务院办公厅关于2026年部分节假日安排的通知, 4 November 2025: first and last day off, and what is worked for them.
ANNOUNCED = {
    '元旦': ('01-01', '01-03', '01-04'),
    '春节': ('02-15', '02-23', '02-14 02-28'),
    '清明节': ('04-04', '04-06', ''),
    '劳动节': ('05-01', '05-05', '05-09'),
    '端午节': ('06-19', '06-21', ''),
    '中秋节': ('09-25', '09-27', ''),
    '国庆节': ('10-01', '10-07', '09-20 10-10'),
}
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


def day(text: str) -> date:
    return date.fromisoformat(f'2026-{text}')


@pytest.fixture
def known_until_2026(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As the package of November 2025 is; a later one knows more."""
    known = holidays._Calendar(frozenset(), frozenset(), date(2026, 12, 31))
    monkeypatch.setattr(holidays, '_calendar', lambda: known)
    holidays._warn.cache_clear()
    yield
    holidays._warn.cache_clear()


def test_the_package_says_what_was_announced() -> None:
    off = {each for each in YEAR for first, last, _ in ANNOUNCED.values() if day(first) <= each <= day(last)}
    worked = {day(text) for _, _, texts in ANNOUNCED.values() for text in texts.split()}
    assert {each for each in YEAR if holidays.is_holiday(each)} == off
    assert {each for each in YEAR if holidays.is_make_up(each)} == worked


def test_the_package_knows_the_year_that_was_announced_last() -> None:
    assert holidays.known_until() >= date(2026, 12, 31)
    assert (holidays.known_until().month, holidays.known_until().day) == (12, 31)


@pytest.mark.parametrize(
    ('today', 'missing'),
    [
        (date(2026, 10, 9), None),
        (date(2026, 11, 30), None),  # the announcement may still come
        (date(2026, 12, 1), 2027),
        (date(2027, 2, 1), 2027),
        (date(2028, 2, 1), 2027),
    ],
)
@pytest.mark.usefixtures('known_until_2026')
def test_a_year_is_missing_from_december_before_it(today: date, missing: int | None) -> None:
    assert holidays.missing_year(today) == missing


@pytest.mark.usefixtures('known_until_2026')
def test_in_an_unknown_year_weekends_are_plain_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    office = Hours(parse('1-5 08:30-12:00 13:30-17:30'), calendar=holidays)
    caplog.set_level(logging.WARNING)
    office.add(datetime(2026, 12, 30, 9, tzinfo=BEIJING), timedelta(hours=8))
    assert not caplog.messages
    for _ in range(2):
        due = office.add(datetime(2026, 12, 31, 16, 50, tzinfo=BEIJING), timedelta(hours=12))
        assert due == datetime(2027, 1, 4, 13, 50, tzinfo=BEIJING)  # after 1 January, a plain Friday, and a weekend
    assert caplog.messages == ['no holidays are known, weekends are plain: chinesecalendar is old year=2027']
