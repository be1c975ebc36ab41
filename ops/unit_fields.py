"""What can be set for a unit, and what is wrong with what was given."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib import hours
from chalicelib.alliance import actions
from chalicelib.alliance.rules import CHANNELS

_PHONE = '[0-9][0-9 -]{1,18}[0-9]'


def _work_problems(text: str) -> list[str]:
    spans, problems = _spans('--work', text)
    named = [member for span in spans for member in span.members]
    return problems + (['--work: members are named in --duty only'] if named else [])


def _duty_problems(text: str) -> list[str]:
    spans, problems = _spans('--duty', text)
    named = dict.fromkeys(member for span in spans for member in span.members)
    return problems + [f'--duty: there is no member {member}' for member in named if actions.member(member) is None]


def _spans(option: str, text: str) -> tuple[tuple[hours.Span, ...], list[str]]:
    try:
        return hours.parse(text), []
    except hours.Unreadable as unreadable:
        return (), [f'{option}: {unreadable}']
    except ValueError:
        return (), [f'{option}: not hours: {text!r}']


def _day_problems(option: str) -> Callable[[Sequence[str]], list[str]]:
    return lambda days: [f'{option}: not a day: {day!r}; write 2026-10-01' for day in days if not _is_day(day)]


def _is_day(text: str) -> bool:
    try:
        return re.fullmatch(r'\d{4}-\d{2}-\d{2}', text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _channel_problems(text: str) -> list[str]:
    names = _channels(text)
    unknown = [f'--channels: there is no channel {name}; there are {", ".join(CHANNELS)}' for name in names
               if name not in CHANNELS]  # fmt: skip
    return unknown + (['--channels: one of them is named twice'] if len(set(names)) < len(names) else [])


def _phone_problems(text: str) -> list[str]:
    return [] if not text or re.fullmatch(_PHONE, text) else ['--phone: 3 to 20 digits, spaces and hyphens']


def _responsible_problems(text: str) -> list[str]:
    known = not text or actions.member(text) is not None
    return [] if known else [f'--responsible: there is no member {text}']


CHECKS: dict[str, Callable[..., list[str]]] = {
    'work': _work_problems,
    'duty': _duty_problems,
    'off': _day_problems('--off'),
    'extra': _day_problems('--extra'),
    'channels': _channel_problems,
    'phone': _phone_problems,
    'responsible': _responsible_problems,
}
ATTRIBUTES = {'off': 'off_days', 'extra': 'extra_days'}


def problems(given: Mapping[str, Any]) -> list[str]:
    """One line for each thing that is wrong."""
    return [problem for name, value in given.items() for problem in CHECKS[name](value)]


def values(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given and has no problems, as attributes of the unit."""
    return {ATTRIBUTES.get(name, name): _kept(name, value) for name, value in given.items()}


def _kept(name: str, value: str | list[str]) -> str | list[str] | None:
    if isinstance(value, list):
        return sorted(set(value))
    return _channels(value) if name == 'channels' else value.strip() or None


def _channels(text: str) -> list[str]:
    return [name.strip() for name in text.split(',') if name.strip()]
