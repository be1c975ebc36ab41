"""Calendar files as RFC 5545 wants them; read back with the package icalendar where that is installed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.bookings import ics
from chalicelib.bookings.ics import Event

STARTS = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)


def event(**changed: Any) -> Event:
    plain = Event('K7M2Q9XA', 3, STARTS, STARTS + timedelta(hours=2), '日常保洁（2 小时）', '', '', STARTS)
    return plain._replace(**changed)


def unfolded(text: str) -> list[str]:
    return text.replace('\r\n ', '').split('\r\n')


def test_an_appointment_in_utc_with_its_number_and_its_version() -> None:
    lines = unfolded(ics.calendar([event()], '预约'))
    for line in (
        'BEGIN:VCALENDAR', 'VERSION:2.0', 'UID:K7M2Q9XA', 'SEQUENCE:3', 'DTSTAMP:20261128T010000Z',
        'DTSTART:20261128T010000Z', 'DTEND:20261128T030000Z', 'STATUS:CONFIRMED', 'SUMMARY:日常保洁（2 小时）',
    ):  # fmt: skip
        assert line in lines
    assert lines[-2:] == ['END:VCALENDAR', '']


def test_what_was_given_up_is_cancelled() -> None:
    assert 'STATUS:CANCELLED' in unfolded(ics.calendar([event(cancelled=True)], ''))


def test_signs_with_a_meaning_are_escaped_and_none_begins_a_line() -> None:
    text = ics.calendar([event(title='a;b,c\\d\nEND:VEVENT\r\nX\u2028\x07Y')], '')
    assert 'SUMMARY:a\\;b\\,c\\\\d\\nEND:VEVENT\\nXY' in unfolded(text)
    assert text.count('\r\nEND:VEVENT\r\n') == 1


@given(st.text(max_size=300))
def test_no_line_is_longer_than_75_octets_and_each_ends_in_crlf(words: str) -> None:
    text = ics.calendar([event(title=words, words=words, place=words)], words)
    assert text.endswith('\r\n')
    lines = text.split('\r\n')[:-1]
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any('\n' in line or '\r' in line for line in lines)


@given(st.text(st.characters(exclude_categories=['C', 'Z']), min_size=1, max_size=200))
def test_another_reader_reads_the_same(words: str) -> None:
    import icalendar

    read = icalendar.Calendar.from_ical(ics.calendar([event(title=words), event(uid='B', words=words)], '预约'))
    first, second = read.walk('VEVENT')
    assert (str(first['SUMMARY']), str(second['DESCRIPTION'])) == (words, words)
    assert first.decoded('DTSTART') == STARTS
    assert (str(first['UID']), first['SEQUENCE']) == ('K7M2Q9XA', 3)
