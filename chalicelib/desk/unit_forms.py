"""What a lead typed into the forms of 本单位, read and checked; a sentence for each field that cannot be used."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.desk import week
from chalicelib.desk.week import Slot, Week

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member, Unit

Form = Mapping[str, str]
Value = TypeVar('Value')

NAME_LENGTH = 20
MOST_LEAVE = timedelta(days=366)  # OURS: longer than that somebody has left
_MOBILE = re.compile(r'1\d{10}')
_PHONE = re.compile(r'[0-9][0-9 -]{1,18}[0-9]')
HOURS_FIELDS = ('work', 'off_days', 'extra_days', 'phone', 'responsible')


class Wrong(ValueError):
    """By field, what is wrong with it; `day2` is a Tuesday."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(', '.join(fields))
        self.fields = dict(fields)


class Invited(NamedTuple):
    name: str
    roles: list[str]
    mobile: str | None


class Leave(NamedTuple):
    first: str
    last: str
    stand_in: 'Member | None'


class _Reading:
    """Collects what is wrong, so that all of it is said at once."""

    def __init__(self) -> None:
        self.wrong: dict[str, str] = {}

    def field(self, name: str, read: Callable[[], Value], instead: Value) -> Value:
        try:
            return read()
        except week.Wrong as wrong:
            self.wrong[f'day{wrong.day}' if wrong.day else name] = f'{wrong}。'
            return instead

    def done(self) -> None:
        if self.wrong:
            raise Wrong(self.wrong)


def invited(form: Form, may_give: Iterable[str]) -> Invited:
    reading = _Reading()
    name = reading.field('name', lambda: _name(form.get('name', '')), '')
    given = reading.field('roles', lambda: _roles(form, may_give), list[str]())
    mobile = reading.field('mobile', lambda: _mobile(form.get('mobile', '')), None)
    reading.done()
    return Invited(name, given, mobile)


def roles(form: Form, may_give: Iterable[str]) -> list[str]:
    reading = _Reading()
    given = reading.field('roles', lambda: _roles(form, may_give), list[str]())
    reading.done()
    return given


def mobile(form: Form) -> str | None:
    reading = _Reading()
    number = reading.field('mobile', lambda: _mobile(form.get('mobile', '')), None)
    reading.done()
    return number


def leave(form: Form, candidates: Sequence['Member'], now: datetime) -> Leave:
    reading = _Reading()
    today = clock.day(now)
    first = reading.field('leave_from', lambda: _one_day(form.get('leave_from', '')), None)
    last = reading.field('leave_until', lambda: _one_day(form.get('leave_until', '')), None)
    if last and last < today:
        reading.wrong['leave_until'] = '最后一天已经过去了。'
    if first and last and last < first:
        reading.wrong['leave_until'] = '最后一天要不早于第一天。'
    if first and last and last - first > MOST_LEAVE:
        reading.wrong['leave_until'] = '最长登记一年。'
    chosen = form.get('stand_in', '')
    stand_in = next((member for member in candidates if member.id == chosen), None)
    if chosen and stand_in is None:
        reading.wrong['stand_in'] = '这一位现在不能替班，请另选一位。'
    reading.done()
    assert first
    assert last
    return Leave(first.isoformat(), last.isoformat(), stand_in)


def hours(form: Form, unit: 'Unit', people: Sequence['Member']) -> dict[str, Any]:
    """Attributes of the unit that differ from what they are."""
    reading = _Reading()
    wanted: dict[str, Any] = {
        'work': reading.field('work', lambda: week.write(slots(form, 'w')), '') or None,
        'off_days': reading.field('off_days', lambda: week.days(form.get('off_days', '')), list[str]()),
        'extra_days': reading.field('extra_days', lambda: week.days(form.get('extra_days', '')), list[str]()),
        'phone': reading.field('phone', lambda: _phone(form.get('phone', '')), None),
    }
    if not wanted['work'] and not any(name.startswith('day') for name in reading.wrong):
        reading.wrong['work'] = '请至少写一天的工作时间。'
    if both := set(wanted['off_days']) & set(wanted['extra_days']):
        reading.wrong['extra_days'] = f'{"、".join(sorted(both))} 也写在了休息的日子里。'
    if unit.kind == 'district':
        wanted['responsible'] = form.get('responsible', '') or None
        if wanted['responsible'] and wanted['responsible'] not in [member.id for member in people]:
            reading.wrong['responsible'] = '请从名单里选一位。'
    reading.done()
    if wanted['work'] == normal(unit.work or alliance.USUAL_WORK):
        del wanted['work']  # the usual week stays what it is: unsaid
    return {name: value for name, value in wanted.items() if value != getattr(unit, name)}


def duty(form: Form, unit: 'Unit', people: Sequence['Member']) -> dict[str, Any]:
    """The duty list, if it differs. Somebody who has it already may keep it, whoever he is."""
    reading = _Reading()
    filled = slots(form, 'd')
    extra = _slot(form, 'x')
    if extra.begins or extra.ends:
        day = form.get('x.day', '')
        if day in [str(one) for one in filled]:
            filled[int(day)].append(extra)
        else:
            reading.wrong['extra'] = '请选周几。'
    known = {member.id for member in people} | set(on_duty(unit))
    if strangers := {who for day_slots in filled.values() for slot in day_slots for who in slot.who} - known:
        reading.wrong['duty'] = f'有 {len(strangers)} 位不是本单位的，请从名单里选。'
    text = reading.field('duty', lambda: week.write(filled), '') or None
    reading.done()
    return {} if normal(text or '') == normal(unit.duty or '') else {'duty': text}


def on_duty(unit: 'Unit') -> list[str]:
    return list(dict.fromkeys(who for day in week.read(unit.duty or '').values() for slot in day for who in slot.who))


def normal(text: str) -> str:
    """However it was written by hand or by an operator, the same hours are the same text."""
    try:
        return week.write(week.read(text))
    except week.Wrong:
        return text


def slots(form: Form, prefix: str) -> Week:
    """The stretches of each day: fields w1.0.from, w1.0.to, and of duty who has it, w1.0.a, w1.0.b."""
    found: Week = {day: [] for day in range(1, 8)}
    for day, day_slots in found.items():
        number = 0
        while f'{prefix}{day}.{number}.from' in form:
            day_slots.append(_slot(form, f'{prefix}{day}.{number}'))
            number += 1
    return found


def _slot(form: Form, name: str) -> Slot:
    who = (form.get(f'{name}.{letter}', '').strip() for letter in 'abcd')
    return Slot(
        form.get(f'{name}.from', ''), form.get(f'{name}.to', ''), tuple(dict.fromkeys(one for one in who if one))
    )


def seen(unit: 'Unit', names: Iterable[str]) -> str:
    """What a form showed: another value later, and somebody else was faster."""
    return hashlib.sha256(repr([getattr(unit, name) for name in names]).encode()).hexdigest()[:16]


def member_id(form: str) -> str:
    """Of whoever is invited by this form: sent again it names the same one, who is there already."""
    return hashlib.sha256(form.encode()).hexdigest()[:12]


def _name(typed: str) -> str:
    name = ' '.join(typed.split())
    if not 1 <= len(name) <= NAME_LENGTH:
        raise week.Wrong(f'请写姓名，1 到 {NAME_LENGTH} 个字')
    return name


def _roles(form: Form, may_give: Iterable[str]) -> list[str]:
    given = [role for role in may_give if form.get(f'role.{role}')]
    if not given:
        raise week.Wrong('请至少选一个角色')
    return given


def _mobile(typed: str) -> str | None:
    number = re.sub(r'[\s-]', '', unicodedata.normalize('NFKC', typed)).removeprefix('+86')
    if number and not _MOBILE.fullmatch(number):
        raise week.Wrong('手机号是 11 位数字，1 开头；不登记就空着')
    return number or None


def _phone(typed: str) -> str | None:
    number = unicodedata.normalize('NFKC', typed).strip()
    if number and not _PHONE.fullmatch(number):
        raise week.Wrong('电话写数字、空格和短横，例如 0532-8597 3567')
    return number or None


def _one_day(typed: str) -> date:
    found = week.days(typed)
    if len(found) != 1:
        raise week.Wrong('请写一个日期，例如 2026-10-01')
    return date.fromisoformat(found[0])
