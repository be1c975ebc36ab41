"""Working time, lunch, duty and the days that break the week: counted as people count them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.clock import BEIJING
from chalicelib.hours import Hours, Unreadable, parse

WORK = '1-5 08:30-12:00 13:30-17:30'
DUTY = '1-5 18:00-22:30 wangmin'
OFFICE = Hours(
    parse(WORK),
    parse(DUTY),
    off=frozenset({datetime(2026, 10, 1).date(), datetime(2026, 10, 2).date()}),
    extra=frozenset({datetime(2026, 10, 10).date()}),  # a Saturday worked for the holiday
)
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


MOMENTS = some.datetimes(datetime(2026, 9, 20), datetime(2026, 12, 20)).map(lambda when: when.replace(tzinfo=BEIJING))
SPANS = some.integers(1, 60 * 80).map(lambda minutes: timedelta(minutes=minutes))


@given(MOMENTS, SPANS, SPANS)
def test_time_added_in_two_parts_is_time_added_at_once(since: datetime, first: timedelta, then: timedelta) -> None:
    assert OFFICE.add(OFFICE.add(since, first), then) == OFFICE.add(since, first + then)


@given(MOMENTS, SPANS)
def test_a_promise_is_due_while_somebody_works(since: datetime, span: timedelta) -> None:
    due = OFFICE.add(since, span)
    assert OFFICE.is_working(due - timedelta(seconds=1))
    assert since < due


@given(MOMENTS, SPANS, some.floats(0, 1))
def test_a_share_of_the_time_lies_within_it(since: datetime, span: timedelta, share: float) -> None:
    due = since + span
    assert since <= OFFICE.part(since, due, share) <= due
