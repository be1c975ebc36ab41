"""When a silence is spoken of: in working hours, before the two weeks are over, and to whom."""

from datetime import datetime, timedelta

import pytest

from chalicelib import hours
from chalicelib.alliance.actions import USUAL_WORK
from chalicelib.clock import BEIJING
from chalicelib.insight import rules

OFF = frozenset(datetime(2026, 10, day, tzinfo=BEIJING).date() for day in range(1, 9))
USUAL = hours.Hours(hours.parse(USUAL_WORK))
HOLIDAY = hours.Hours(hours.parse(USUAL_WORK), off=OFF)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ('published', 'rung', 'spoken'),
    [
        ('2026-11-16 10:00', 0, '2026-11-23 10:00'),
        ('2026-11-16 22:10', 0, '2026-11-24 08:30'),  # nobody is told at night
        ('2026-11-16 12:30', 0, '2026-11-23 13:30'),  # nor at lunch
        ('2026-11-14 10:00', 0, '2026-11-23 08:30'),  # a Saturday waits for Monday
        ('2026-11-16 10:00', 1, '2026-11-26 10:00'),
        ('2026-11-16 10:00', 2, '2026-11-30 08:30'),
    ],
)
def test_a_rung_is_reached_in_working_time(published: str, rung: int, spoken: str) -> None:
    assert rules.moment(at(published), rules.RUNGS[rung], USUAL) == at(spoken)


@pytest.mark.parametrize('rung', rules.RUNGS)
def test_before_a_long_holiday_the_warning_comes_before_it(rung: rules.Rung) -> None:
    published = at('2026-09-22 10:00')  # its two weeks end within the holiday
    spoken = rules.moment(published, rung, HOLIDAY)
    assert HOLIDAY.is_working(spoken)
    assert published < spoken < at('2026-10-01 00:00')


@pytest.mark.parametrize('day', range(1, 31))
def test_whenever_it_was_published_all_rungs_come_before_the_limit_and_in_turn(day: int) -> None:
    for hour in range(24):
        published = datetime(2026, 9, day, hour, tzinfo=BEIJING)
        moments = [rules.moment(published, rung, HOLIDAY) for rung in rules.RUNGS]
        assert moments == sorted(moments)
        assert published < moments[0]
        assert moments[-1] < published + rules.LIMIT
        for number, moment in enumerate(moments, 1):
            assert rules.reached(published, HOLIDAY, moment) >= number
            assert rules.reached(published, HOLIDAY, moment - timedelta(seconds=1)) < number


def test_each_rung_reaches_one_unit_higher() -> None:
    chain = ['community', 'street', 'district', 'city']
    assert [rules.units_told(chain, reached) for reached in (1, 2, 3)] == [chain[:1], chain[:2], chain[:3]]
    assert rules.units_told(['district'], 3) == ['district']


def test_a_unit_that_is_never_there_is_told_all_the_same() -> None:
    assert rules.moment(at('2026-11-16 10:00'), rules.RUNGS[0], hours.Hours(())) == at('2026-11-23 10:00')
