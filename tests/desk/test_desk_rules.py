"""What a time means to a clerk, which follow-ups can be promised, how much talk fits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib import clock, holidays
from chalicelib.desk import rules
from chalicelib.hours import Hours, parse
from chalicelib.inbox.records import Message

NOW = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)  # Monday 22:10 in Beijing
OFFICE = Hours(parse('1-5 08:30-12:00 13:30-17:30'), calendar=holidays)
MOMENTS = some.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ('minutes', 'words', 'tone'),
    [
        (-11, '已超时 11 分钟', 'late'),
        (0, '已超时不到 1 分钟', 'late'),
        (18, '还剩 18 分钟', 'soon'),
        (60, '今日 23:10 前', 'ok'),
        (820, '明日 11:50 前', 'ok'),
    ],
)
def test_due_says_it_in_words_and_tone(minutes: int, words: str, tone: str) -> None:
    assert rules.due(NOW + timedelta(minutes=minutes), NOW) == rules.Due(words, tone)


def test_late_in_the_evening_the_first_choice_is_tomorrow_before_lunch() -> None:
    assert rules.follow_up_choices(OFFICE, NOW)[0] == rules.Choice('2026-11-24T11:50', '明日 11:50 前')


def test_in_the_morning_today_is_offered() -> None:
    morning = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert [choice.words for choice in rules.follow_up_choices(OFFICE, morning)][:2] == [
        '今日 11:50 前',
        '今日 17:30 前',
    ]


def test_on_friday_evening_the_weekend_is_not_promised() -> None:
    friday = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    assert rules.follow_up_choices(OFFICE, friday)[0].value == '2026-11-30T11:50'


def test_over_a_holiday_the_days_after_it_are_offered_and_a_make_up_day_is_one() -> None:
    eve = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)
    assert [choice.value for choice in rules.follow_up_choices(OFFICE, eve)] == [
        '2026-10-08T11:50', '2026-10-08T17:30', '2026-10-09T11:50', '2026-10-09T17:30',
        '2026-10-10T11:50', '2026-10-10T17:30',  # a Saturday, more than a week from now
    ]  # fmt: skip


def test_what_is_offered_lies_in_the_units_own_hours() -> None:
    hall = Hours(parse('2-5 09:00-11:30 13:00-16:30; 6 09:00-11:30'))
    thursday = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    assert [choice.value for choice in rules.follow_up_choices(hall, thursday)] == [
        '2026-11-27T11:20', '2026-11-27T16:30', '2026-11-28T11:30', '2026-12-03T11:20', '2026-12-03T16:30',
    ]  # fmt: skip


@given(MOMENTS)
def test_every_choice_is_accepted_and_lies_ahead(now: datetime) -> None:
    choices = rules.follow_up_choices(OFFICE, now)
    moments = [rules.follow_up_at(choice.value, '', now) for choice in choices]
    assert len(choices) >= 4
    assert moments == sorted(set(moments))
    assert all(OFFICE.is_working(moment - timedelta(minutes=1)) for moment in moments)
    assert all(moment - now >= rules.FOLLOW_UP_NOT_BEFORE for moment in moments)


@given(MOMENTS)
def test_a_moment_survives_the_form(at: datetime) -> None:
    at = at.replace(second=0, microsecond=0)
    assert rules.follow_up_at(rules.as_value(at), '', at - timedelta(days=1)) == at


def test_a_typed_time_wins_over_the_select() -> None:
    at = rules.follow_up_at('2026-11-24T11:50', '2026-11-24T09:00', NOW)
    assert clock.spoken_time(at, NOW) == '明日 09:00'


@pytest.mark.parametrize(
    'typed', ['', 'soon', '2026-13-01T00:00', '2026-11-23T22:00', '2027-11-23T22:00', '0001-01-01T00:00']
)
def test_a_time_that_cannot_be_meant_is_refused_in_words(typed: str) -> None:
    with pytest.raises(rules.Unclear, match='跟进的时间'):
        rules.follow_up_at('', typed, NOW)


def line(number: int, text: str, minutes: int = 0) -> Message:
    return Message('a#b', f'{number:010}#1', at=NOW + timedelta(minutes=minutes), way='in', kind='text', text=text)


def test_the_newest_lines_that_fit_are_shown() -> None:
    lines = [line(n, '字' * 100) for n in range(60)]
    shown = rules.newest_fitting(lines, rules.TALK_BYTES)
    assert shown == lines[-len(shown) :]
    assert 0 < sum(map(rules.weight, shown)) <= rules.TALK_BYTES < sum(map(rules.weight, lines[-len(shown) - 1 :]))


def test_one_line_is_shown_however_long() -> None:
    lines = [line(1, 'x'), line(2, '&' * 2048)]
    assert rules.newest_fitting(lines, 500) == lines[1:]


def test_few_lines_all_fit() -> None:
    lines = [line(1, 'x'), line(2, 'y')]
    assert rules.newest_fitting(lines, rules.TALK_BYTES) == lines


def test_what_waits_is_shown_with_a_little_before_it() -> None:
    lines = [line(n, 'x', minutes=n) for n in range(30)]
    shown = rules.with_context(lines, NOW + timedelta(minutes=25))
    assert shown == lines[25 - rules.CONTEXT_LINES :]
