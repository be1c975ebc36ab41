"""A week of hours as a form shows it and as it is written down: '1-5 08:30-12:00 13:30-17:30'. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from itertools import pairwise
from typing import NamedTuple

from chalicelib import hours
from chalicelib.clock import WEEKDAYS

_CLOSED = '休息'


class Slot(NamedTuple):
    """One stretch of a day, as it stands in two fields; both empty where there is none."""

    begins: str = ''
    ends: str = ''
    who: tuple[str, ...] = ()


Week = dict[int, list[Slot]]  # 1 is Monday


class Wrong(ValueError):
    """Why it cannot be written down, for whoever filled it in; `day` of the week it is about, if of one."""

    def __init__(self, words: str, day: int = 0) -> None:
        super().__init__(words)
        self.day = day


def read(text: str) -> Week:
    """Two who have the same time are one stretch with both of them."""
    week: dict[int, dict[tuple[str, str], tuple[str, ...]]] = {day: {} for day in range(1, 8)}
    for span in hours.parse(text):
        for day in sorted(span.days):
            times = (f'{span.begins:%H:%M}', _written(span.ends))
            week[day][times] = tuple(dict.fromkeys([*week[day].get(times, ()), *span.members]))
    return {day: sorted(Slot(*times, who) for times, who in slots.items()) for day, slots in week.items()}


def write(week: Mapping[int, Sequence[Slot]]) -> str:
    """Days with the same hours together. Raises `Wrong`, which names the day."""
    by_hours: dict[tuple[Slot, ...], list[int]] = {}
    for day, slots in week.items():
        if whole := _day(day, slots):
            by_hours.setdefault(whole, []).append(day)
    lines = []
    for whole, days in by_hours.items():
        for who in dict.fromkeys(slot.who for slot in whole):
            spans = ' '.join(f'{slot.begins}-{slot.ends}' for slot in whole if slot.who == who)
            lines.append(' '.join([_days(days), spans, *who]))
    text = '; '.join(lines)
    hours.parse(text)
    return text


def spoken(text: str, names: Mapping[str, str]) -> str:
    """周一至周五 08:30—12:00、13:30—17:30; with the names of those who have it."""
    said = []
    for span in hours.parse(text):
        who = '、'.join(names.get(member, member) for member in span.members)
        times = f'{span.begins:%H:%M}—{_written(span.ends)}'
        said.append((_spoken_days(sorted(span.days)), f'{times} {who}'.strip()))
    by_days: dict[str, list[str]] = {}
    for days, times in said:
        by_days.setdefault(days, []).append(times)
    return '；'.join(f'{days} {"、".join(times)}' for days, times in by_days.items()) or _CLOSED


def days(text: str) -> list[str]:
    """Days as somebody types them, apart by anything: 2026-10-01、2026/10/2. Raises `Wrong`."""
    typed = unicodedata.normalize('NFKC', text)
    found = re.split(r'[\s,;、。]+', typed.strip(' \t\r\n,;、。'))
    return sorted({_one_day(one) for one in found if one})


def _one_day(text: str) -> str:
    shape = re.fullmatch(r'(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?', text)
    try:
        if shape:
            return date(int(shape[1]), int(shape[2]), int(shape[3])).isoformat()
    except ValueError:
        pass
    raise Wrong(f'「{text}」不是日期，请写成 2026-10-01')


def _day(day: int, slots: Iterable[Slot]) -> tuple[Slot, ...]:
    name = f'周{WEEKDAYS[day - 1]}'
    found = []
    for slot in slots:
        begins, ends = _time(day, slot.begins, ''), _time(day, slot.ends, '24:00')
        if bool(begins) != bool(ends):
            raise Wrong(f'{name}有一段只写了一头，请把开始和结束都写上', day)
        if begins and begins >= ends:
            raise Wrong(f'{name} {begins}—{ends}：结束要晚于开始；过了半夜的请写到 24:00', day)
        if begins:
            found.append(Slot(begins, ends, slot.who))
    for one, following in pairwise(sorted(found)):
        if following.begins < one.ends:
            raise Wrong(f'{name}的 {one.begins}—{one.ends} 和 {following.begins}—{following.ends} 重叠了', day)
    return tuple(sorted(found))


def _time(day: int, typed: str, midnight: str) -> str:
    """8:30, 0830 or 08：30 as 08:30."""
    text = unicodedata.normalize('NFKC', typed).strip().replace('.', ':')
    if not text:
        return ''
    shape = re.fullmatch(r'(\d{1,2}):?(\d{2})', text)
    if shape and (shape[1], shape[2]) in (('24', '00'), ('00', '00'), ('0', '00')) and midnight:
        return midnight
    if shape is None or int(shape[1]) > 23 or int(shape[2]) > 59:
        raise Wrong(f'周{WEEKDAYS[day - 1]}的「{typed.strip()}」不是时间，请写成 08:30', day)
    return f'{int(shape[1]):02}:{shape[2]}'


def _written(at: time) -> str:
    return '24:00' if at == time.max else f'{at:%H:%M}'


def _runs(days: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _days(days: Sequence[int]) -> str:
    return ','.join(str(first) if first == last else f'{first}-{last}' for first, last in _runs(days))


def _spoken_days(days: Sequence[int]) -> str:
    if len(days) == 7:
        return '每天'
    return '、'.join(
        f'周{WEEKDAYS[first - 1]}' + (f'至周{WEEKDAYS[last - 1]}' if last > first else '')
        for first, last in _runs(days)
    )
