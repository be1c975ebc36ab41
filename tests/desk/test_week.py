"""Hours as a form shows them and as they are written down are the same hours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import hours
from chalicelib.desk import week
from chalicelib.desk.week import Slot, Wrong

USUAL = '1-5 08:30-12:00 13:30-17:30'


@pytest.mark.parametrize(
    'text',
    (
        USUAL,
        '1-5 08:30-12:00 13:30-17:30; 6 09:00-11:30',
        '1-4,7 18:00-24:00 wangmin liqiang; 5 18:00-22:30 liqiang',
        '1 09:00-11:30 wangmin; 1 18:00-22:30 liqiang',
        '',
    ),
)
def test_what_is_read_is_written_as_it_was(text: str) -> None:
    assert week.write(week.read(text)) == text


@given(
    st.lists(
        st.tuples(
            st.integers(1, 7), st.integers(0, 20), st.integers(1, 3), st.lists(st.sampled_from(['a', 'b']), max_size=2)
        ),
        max_size=9,
    )
)
def test_written_and_read_again_every_day_has_the_same_hours(parts: list[tuple[int, int, int, list[str]]]) -> None:
    text = '; '.join(f'{d} {h:02}:00-{h + n:02}:00 {" ".join(who)}'.strip() for d, h, n, who in parts)
    try:
        once = week.write(week.read(text))
    except Wrong:
        return  # an overlap: an operator may write one, a form may not
    assert week.read(once) == week.read(text)
    hours.parse(once)


@pytest.mark.parametrize('typed', ('8:30', '0830', '08：30', '８：３０', ' 08:30 ', '8.30'))
def test_a_time_may_be_typed_as_people_type_it(typed: str) -> None:
    assert week.write({1: [Slot(typed, '12:00')]}) == '1 08:30-12:00'


def test_midnight_ends_a_day() -> None:
    assert week.write({1: [Slot('18:00', '0:00')]}) == week.write({1: [Slot('18:00', '24:00')]}) == '1 18:00-24:00'


@pytest.mark.parametrize(
    ('slots', 'said'),
    (
        ([Slot('25:00', '26:00')], '周二的「25:00」不是时间，请写成 08:30'),
        ([Slot('8:30', '')], '周二有一段只写了一头，请把开始和结束都写上'),
        ([Slot('12:00', '08:30')], '周二 12:00—08:30：结束要晚于开始；过了半夜的请写到 24:00'),
        ([Slot('08:00', '12:00'), Slot('11:30', '17:00')], '周二的 08:00—12:00 和 11:30—17:00 重叠了'),
        ([Slot('早上', '12:00')], '周二的「早上」不是时间，请写成 08:30'),
    ),
)
def test_what_cannot_be_hours_names_the_day(slots: list[Slot], said: str) -> None:
    with pytest.raises(Wrong, match=f'^{said}$'):
        week.write({2: slots})


def test_hours_are_said_as_a_colleague_says_them() -> None:
    assert week.spoken(USUAL, {}) == '周一至周五 08:30—12:00、13:30—17:30'
    assert week.spoken('1-7 18:00-22:30 w; 6 09:00-11:30', {'w': '王敏'}) == '每天 18:00—22:30 王敏；周六 09:00—11:30'


def test_days_may_be_typed_as_people_type_them() -> None:
    assert week.days('2026-10-02、2026/10/1\n２０２６年10月3日') == ['2026-10-01', '2026-10-02', '2026-10-03']
    with pytest.raises(Wrong, match='「2026-02-30」不是日期'):
        week.days('2026-02-30')
