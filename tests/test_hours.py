"""Working time, lunch, duty and the days that break the week: counted as people count them."""

import timeit
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib import holidays
from chalicelib.clock import BEIJING, beijing
from chalicelib.hours import Hours, Span, Unreadable, parse

WORK = '1-5 08:30-12:00 13:30-17:30'
DUTY = '1-5 18:00-22:30 wangmin'
OFFICE = Hours(
    parse(WORK),
    parse(DUTY),
    off=frozenset({datetime(2026, 10, 1).date(), datetime(2026, 10, 2).date()}),
    extra=frozenset({datetime(2026, 10, 10).date()}),  # a Saturday worked for the holiday
)
NATIONAL = Hours(parse(WORK), parse(DUTY), calendar=holidays)
FOUR_HOURS = timedelta(hours=4)


def at(day: str, time: str) -> datetime:
    return datetime.fromisoformat(f'2026-{day}T{time}').replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ('since', 'due'),
    [
        (('11-23', '08:30'), ('11-23', '14:00')),  # over lunch
        (('11-23', '12:30'), ('11-23', '17:30')),  # written at lunch, due when they go home
        (('11-23', '22:10'), ('11-24', '14:00')),  # on duty, but duty is no working time
        (('11-27', '17:00'), ('11-30', '12:00')),  # Friday to Monday
        (('10-09', '16:50'), ('10-10', '11:50')),  # the next day is a Saturday that is worked
        (('09-30', '17:00'), ('10-05', '12:00')),  # two days off and a weekend between
        (('11-28', '10:00'), ('11-30', '14:00')),  # a Saturday
    ],
)
def test_working_time_is_counted(since: Any, due: Any) -> None:
    assert OFFICE.add(at(*since), FOUR_HOURS) == at(*due)


@pytest.mark.parametrize(
    ('since', 'due'),
    [
        (('10-09', '16:50'), ('10-10', '11:50')),  # to a Saturday that is worked for the holiday
        (('10-09', '22:10'), ('10-10', '14:00')),
        (('09-30', '17:10'), ('10-08', '13:40')),  # over seven days off, of which two are a weekend
        (('10-10', '16:00'), ('10-12', '11:00')),  # and from that Saturday to Monday
        (('02-13', '17:00'), ('02-14', '12:00')),  # before the Spring Festival
        (('02-14', '17:00'), ('02-24', '12:00')),  # over nine days off
        (('06-18', '17:00'), ('06-22', '12:00')),
        (('01-04', '10:00'), ('01-04', '15:30')),  # a Sunday that is worked
    ],
)
def test_holidays_are_off_and_their_make_up_days_are_worked(since: Any, due: Any) -> None:
    assert NATIONAL.add(at(*since), FOUR_HOURS) == at(*due)


def test_the_units_own_days_stand_above_the_calendar() -> None:
    first, make_up = date(2026, 10, 1), date(2026, 10, 10)
    own = Hours(parse(WORK), off=frozenset({make_up}), extra=frozenset({first}), calendar=holidays)
    assert own.add(at('09-30', '17:10'), FOUR_HOURS) == at('10-01', '13:40')
    assert own.add(at('10-09', '16:50'), FOUR_HOURS) == at('10-12', '11:50')


def test_a_weekend_that_a_unit_always_works_is_off_only_on_holidays() -> None:
    hall = Hours(parse('1-5 08:30-12:00 13:30-17:30; 6 09:00-11:30'), calendar=holidays)
    assert not hall.work_on(date(2026, 10, 3))
    assert [one.begins for one in hall.work_on(date(2026, 10, 17))] == [at('10-17', '09:00')]
    assert len(hall.work_on(date(2026, 10, 10))) == 2  # as a Monday is


def test_duty_goes_by_the_weekday_on_holidays_too() -> None:
    assert NATIONAL.on_duty(at('10-01', '20:00'))  # a Thursday
    assert not NATIONAL.on_duty(at('10-10', '20:00'))  # a Saturday, though it is worked
    assert NATIONAL.next_staffed(at('10-01', '10:00')) == at('10-01', '18:00')
    assert NATIONAL.add(at('10-01', '20:00'), FOUR_HOURS) == at('10-08', '14:00')  # and is no working time


def test_half_of_the_time_is_half_of_the_working_time() -> None:
    assert OFFICE.part(at('11-23', '22:10'), at('11-24', '14:00'), 0.5) == at('11-24', '10:30')
    assert OFFICE.part(at('11-23', '22:10'), at('11-24', '14:00'), 0.8) == at('11-24', '11:42')


def test_where_nobody_works_it_is_half_of_the_staffed_time() -> None:
    assert OFFICE.part(at('11-27', '17:40'), at('11-27', '22:30'), 0.5) == at('11-27', '20:15')


def test_where_nobody_is_there_it_is_half_of_the_time() -> None:
    assert OFFICE.part(at('11-28', '10:00'), at('11-28', '20:00'), 0.5) == at('11-28', '15:00')


def test_the_last_staffed_moment_may_be_on_duty() -> None:
    found = OFFICE.last_staffed(at('11-27', '16:50'), at('11-29', '14:50'), timedelta(minutes=10))
    assert found == at('11-27', '22:30')


def test_a_staffed_moment_too_short_to_do_anything_is_none() -> None:
    ten = timedelta(minutes=10)
    assert OFFICE.last_staffed(at('11-27', '22:21'), at('11-29', '20:00'), ten) is None
    assert OFFICE.last_staffed(at('11-27', '22:20'), at('11-29', '20:00'), ten) == at('11-27', '22:30')
    assert OFFICE.last_staffed(at('11-27', '22:40'), at('11-29', '20:00'), ten) is None


def test_who_is_there_at_night_comes_in_the_morning() -> None:
    assert OFFICE.next_staffed(at('11-23', '22:10')) == at('11-23', '22:10')
    assert OFFICE.next_staffed(at('11-23', '22:30')) == at('11-24', '08:30')
    assert OFFICE.next_staffed(at('11-27', '23:00')) == at('11-30', '08:30')


def test_duty_is_who_is_named_and_only_outside_of_work() -> None:
    duty = OFFICE.on_duty(at('11-23', '22:10'))
    assert duty
    assert (duty.members, duty.ends) == (('wangmin',), at('11-23', '22:30'))
    assert OFFICE.on_duty(at('11-23', '10:00')) is None
    assert OFFICE.on_duty(at('11-28', '19:00')) is None
    coming = OFFICE.next_duty(at('11-27', '23:00'))
    assert coming
    assert coming.begins == at('11-30', '18:00')


def test_a_unit_that_never_works_promises_by_the_plain_clock() -> None:
    assert Hours(()).add(at('11-23', '22:10'), FOUR_HOURS) == at('11-24', '02:10')
    assert Hours(()).next_staffed(at('11-23', '22:10')) == at('11-23', '22:10')


def test_midnight_is_an_end() -> None:
    night = Hours((), parse('1-7 18:00-24:00'))
    assert night.is_staffed(at('11-23', '23:59'))
    duty = night.on_duty(at('11-23', '23:59'))
    assert duty
    assert duty.ends == at('11-24', '00:00')


@pytest.mark.parametrize(
    'text',
    (
        '每天',
        '1-5',
        '08:30-12:00',
        '1-5 12:00-08:30',
        '5-1 08:30-12:00',
        '1-5 08:30-24:30',
        '8 08:30-12:00',
        '1-5 8:30-12:00',
    ),
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)


def test_what_two_lines_share_is_counted_once() -> None:
    overlapping = Hours(parse('1-5 08:00-12:00; 1 10:00-14:00'))
    assert overlapping.add(at('11-23', '08:00'), timedelta(hours=5)) == at('11-23', '13:00')


def test_whoever_is_there_an_hour_a_week_is_found_over_months() -> None:
    weekly = Hours(parse('5 09:00-10:00'), calendar=holidays)
    due = weekly.add(at('01-01', '08:00'), timedelta(hours=30))
    assert due == at('08-21', '10:00')  # the 34th Friday: four of them are holidays


# Over all that the calendar knows of 2026, and both ends of it: into a year that it knows and one that it does not.
MOMENTS = some.datetimes(datetime(2025, 12, 20), datetime(2027, 1, 10)).map(lambda when: when.replace(tzinfo=BEIJING))
SPANS = some.integers(1, 60 * 40).map(lambda minutes: timedelta(minutes=minutes))
DAYS = some.frozensets(some.integers(1, 7), min_size=1)
QUARTERS = some.lists(some.integers(0, 95), min_size=2, max_size=2, unique=True).map(sorted)


def line(days: frozenset[int], quarters: list[int]) -> Span:
    begins, ends = (time(*divmod(15 * quarter, 60)) for quarter in quarters)
    return Span(days, begins, ends)


# Any week, also one whose lines overlap, with days of its own; now and then with none of work or of duty.
LINES = some.lists(some.builds(line, DAYS, QUARTERS), max_size=3).map(tuple)
OWN_DAYS = some.frozensets(some.dates(date(2025, 12, 20), date(2027, 2, 20)), max_size=5)
WEEKS = some.one_of(
    some.sampled_from((OFFICE, NATIONAL)),
    some.builds(Hours, LINES, LINES, OWN_DAYS, OWN_DAYS, some.sampled_from((None, holidays))),
)
ON_SLOW_MACHINES_TOO = settings(deadline=None)
# Either of the two times that are counted.
COUNTED = some.sampled_from((Hours.add, Hours.add_staffed))
Add = Callable[[Hours, datetime, timedelta], datetime]


@ON_SLOW_MACHINES_TOO
@given(WEEKS, COUNTED, MOMENTS, SPANS, SPANS)
def test_time_added_in_two_parts_is_time_added_at_once(
    week: Hours, add: Add, since: datetime, first: timedelta, then: timedelta
) -> None:
    assert add(week, add(week, since, first), then) == add(week, since, first + then)


@ON_SLOW_MACHINES_TOO
@given(WEEKS, COUNTED, MOMENTS, MOMENTS, SPANS)
def test_who_writes_later_is_promised_no_sooner(
    week: Hours, add: Add, one: datetime, other: datetime, span: timedelta
) -> None:
    assert add(week, min(one, other), span) <= add(week, max(one, other), span)


@ON_SLOW_MACHINES_TOO
@given(WEEKS, COUNTED, MOMENTS, SPANS, SPANS)
def test_more_time_ends_no_sooner(week: Hours, add: Add, since: datetime, one: timedelta, other: timedelta) -> None:
    assert since < add(week, since, min(one, other)) <= add(week, since, max(one, other))


@ON_SLOW_MACHINES_TOO
@given(WEEKS, COUNTED, MOMENTS, SPANS)
def test_a_promise_is_due_while_somebody_is_there(week: Hours, add: Add, since: datetime, span: timedelta) -> None:
    due = add(week, since, span)
    before = due - timedelta(microseconds=1)
    if add is Hours.add:
        assert week.is_working(before) if week.work else due == since + span
    else:
        assert week.is_staffed(before) if week.work or week.duty else due == since + span


@ON_SLOW_MACHINES_TOO
@given(WEEKS, MOMENTS, SPANS)
def test_no_working_time_lies_on_a_day_off(week: Hours, since: datetime, span: timedelta) -> None:
    due = beijing(week.add(since, span) - timedelta(microseconds=1)).date()
    if week.work:
        assert due not in week.off
        assert due in week.extra or not (week.calendar and week.calendar.is_holiday(due))


@ON_SLOW_MACHINES_TOO
@given(WEEKS, MOMENTS, SPANS)
def test_staffed_time_passes_no_slower_than_working_time(week: Hours, since: datetime, span: timedelta) -> None:
    if week.work:
        assert week.add_staffed(since, span) <= week.add(since, span)


@ON_SLOW_MACHINES_TOO
@given(WEEKS, MOMENTS, SPANS, some.floats(0, 1))
def test_a_share_of_the_time_lies_within_it(week: Hours, since: datetime, span: timedelta, share: float) -> None:
    due = since + span
    assert since <= week.part(since, due, share) <= due


def test_a_promise_is_counted_fast_over_the_longest_holiday() -> None:
    """It is made on the callback's path, of whose five seconds it must be nothing: 0.1 ms here."""
    since, span = at('02-13', '17:10'), timedelta(hours=80)
    took = min(timeit.repeat(lambda: NATIONAL.add(since, span), timer=process_time, number=20, repeat=10))
    assert took / 20 < 0.0003
