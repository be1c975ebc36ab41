"""What can be found, what reading it takes, and that what is forgotten is not found any more."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from chalicelib import clock, storage
from chalicelib.inbox import records, searching
from chalicelib.inbox.records import Conversation, Message
from tests.store_faults import Wire

UNIT, OTHER = '370202013001', '370202013002'
DAY = timedelta(days=1)


def put(at: datetime, text: str, number: int = 0, unit: str = UNIT, who: str = 'oSomebody', **more: object) -> Message:
    key = f'{int(at.timestamp())}#{number}'
    line = Message(f'{UNIT}#{who}', key, at=at, way='in', kind='text', text=text, **more)
    searching.say_when(line, unit).save()
    return line


def texts(now: datetime, typed: str, units: tuple[str, ...] = (UNIT,), before: datetime | None = None) -> list[str]:
    words = searching.wanted(typed)
    return [line.text for line in searching.lines(units, words, before or now, now).finds]


def pages(now: datetime, typed: str, *units: str) -> Iterator[list[str]]:
    before: datetime | None = now
    while before:
        part = searching.lines(units, searching.wanted(typed), before, now)
        assert part.before is None or part.before < before
        yield [line.text for line in part.finds]
        before = part.before


@pytest.mark.parametrize('typed', ['漏水', 'WIFI', 'ｗｉｆｉ', '12', '漏水 wifi', 'wi 漏'])
def test_a_line_is_found_by_any_part_of_it_however_it_is_written(typed: str) -> None:
    assert searching.matches(searching.wanted(typed), '楼上漏水，１２ 号的 ＷｉＦｉ 也断了')


@pytest.mark.parametrize('typed', ['漏电', '漏水 没有', ''])
def test_all_words_must_occur_and_no_words_find_nothing(typed: str) -> None:
    assert not searching.matches(searching.wanted(typed), '楼上漏水')


def test_ninety_days_are_four_months_of_a_unit_at_most_and_five_in_the_first_days_of_may(now: datetime) -> None:
    """February, March and April together have 89 days, or 90."""
    for day in range(2000):
        before = now + day * DAY
        since = before - searching.REACH
        stretches = list(searching.months(since, before))
        assert stretches[0][1] >= before > stretches[0][0]
        assert stretches[-1][0] <= since < stretches[-1][1]
        assert all(later[0] == earlier[1] for later, earlier in pairwise(stretches))
        local = clock.beijing(before)
        assert len(stretches) <= 4 + ((local.month, local.day) in ((5, 1), (5, 2)))


def test_the_beijing_month_decides_where_a_line_stands(store: None) -> None:
    last_of_october = datetime(2026, 10, 31, 15, 59, tzinfo=clock.UTC)
    assert put(last_of_october, 'x').said == f'{UNIT}#2026-10'
    assert put(last_of_october + timedelta(minutes=1), 'x').said == f'{UNIT}#2026-11'
    assert texts(last_of_october + DAY, 'x') == ['x', 'x']


def test_what_is_ninety_days_old_is_found_and_nothing_older(store: None, now: datetime) -> None:
    put(now - searching.REACH + timedelta(minutes=1), '灯不亮 新')
    put(now - searching.REACH - timedelta(minutes=1), '灯不亮 旧')
    assert texts(now, '灯不亮') == ['灯不亮 新']


def test_the_newest_of_several_units_stand_first_and_no_others_are_read(store: None, now: datetime) -> None:
    for number, unit in enumerate((UNIT, OTHER, UNIT, OTHER, 'else')):
        put(now - (number + 1) * 20 * DAY, f'灯 {number}', unit=unit)
    assert texts(now, '灯', (UNIT, OTHER)) == ['灯 0', '灯 1', '灯 2', '灯 3']
    assert texts(now, '灯') == ['灯 0', '灯 2']


def test_parts_follow_each_other_without_a_gap_and_without_a_repetition(
    store: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two units, many lines in the same second, each part ended by finds, by requests or by rows in turn."""
    monkeypatch.setattr(searching, 'ROWS_A_REQUEST', 4)
    for number in range(60):
        put(now - timedelta(hours=number // 3 * 20), f'灯 {number}', number, unit=(UNIT, OTHER)[number % 2])
    everything = sorted(f'灯 {number}' for number in range(60) if number // 3)
    for requests, rows in ((60, 6000), (7, 6000), (60, 20)):
        monkeypatch.setattr(searching, 'MOST_REQUESTS', requests)
        monkeypatch.setattr(searching, 'MOST_ROWS', rows)
        found = list(pages(now, '灯', UNIT, OTHER))
        assert len(found) > 3
        assert sorted(text for page in found for text in page) == everything
        assert list(pages(now, '没有', UNIT, OTHER))[-1] == []


def test_a_part_reads_no_more_than_it_may(store: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, 'ROWS_A_REQUEST', 5)
    monkeypatch.setattr(searching, 'MOST_REQUESTS', 3)
    for number in range(40):
        put(now - timedelta(minutes=number + 1), 'x', number)
    wire = Wire()
    part = searching.lines([UNIT], ('没有',), now, now)
    assert wire.sent == {'Query': 3}
    assert part.finds == []
    assert part.before
    assert part.before < now - timedelta(minutes=14)


def test_a_rare_word_of_a_quiet_unit_takes_one_request_a_month(store: None, now: datetime) -> None:
    put(now - DAY, '楼上漏水')
    wire = Wire()
    assert texts(now, '漏水') == ['楼上漏水']
    assert wire.sent == {'Query': 4}


def test_lines_without_words_are_not_in_the_index(store: None, now: datetime) -> None:
    assert put(now - DAY, '').said is None
    assert texts(now, 'x') == []


def test_what_is_erased_or_past_its_time_is_not_found(store: None, now: datetime) -> None:
    line = put(now - DAY, '楼上漏水')
    put(now - DAY, '楼上漏水，过期', 2, forget_at=now - timedelta(minutes=1))
    assert texts(now, '漏水') == ['楼上漏水']
    storage.commit(records.erasure(line))
    assert texts(now, '漏水') == []


def test_residents_are_found_by_what_they_are_called(store: None, now: datetime) -> None:
    for number, remark in enumerate(('3 号楼王阿姨', '', '13600001234 张叔')):
        Conversation(
            f'{UNIT}#o{number}', label=f'居民 A0{number}', remark=remark, unit=UNIT, home_unit=UNIT, recent_unit=UNIT,
            last_at=now - (number + 1) * DAY,
        ).save()  # fmt: skip
    Conversation(f'{UNIT}#old', label='居民 A09', remark='王', unit=UNIT, home_unit=UNIT, recent_unit=UNIT,
                 last_at=now - 91 * DAY).save()  # fmt: skip

    def called(typed: str) -> list[str]:
        return [one.label for one in searching.people([UNIT], searching.wanted(typed), now, now).finds]

    assert called('王') == ['居民 A00']
    assert called('0000123') == ['居民 A02']
    assert called('a01') == ['居民 A01']
    assert called('居民') == ['居民 A00', '居民 A01', '居民 A02']
    assert called('王 张') == []
