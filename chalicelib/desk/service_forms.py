"""What was typed into the forms of a service and of a crew: put onto the row, and what is wrong with it by field.

Nothing is judged here: what is no number stays as it was typed, and the room's own rules say what is wrong with it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chalicelib.alliance import actions as alliance
from chalicelib.desk import week
from chalicelib.services import actions as services
from chalicelib.services import rules, words
from chalicelib.web.render import PICTURES

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.services.problems import Problem
    from chalicelib.services.records import Crew, Item

Form = Mapping[str, str]
ITEM_WORDS = ('name', 'description', 'prepare')
ITEM_NUMBERS = ('lead_minutes', 'horizon_days', 'cancel_hours')
ITEM_FIELDS = (*ITEM_WORDS, *ITEM_NUMBERS, 'state', 'sample')
OPTION_FIELDS = ('name', 'minutes', 'price', 'ceiling')
CREW_FIELDS = ('work', 'off_days', 'extra_days', 'on_holidays', 'buffer_minutes', 'members')
_ON_REQUEST = '面议'


def shown_item(item: 'Item') -> dict[str, str]:
    """The fields as the form has them first."""
    found = {name: _text(getattr(item, name)) for name in (*ITEM_WORDS, *ITEM_NUMBERS, 'state')}
    found['sample'] = '1' if item.sample else ''
    for option in item.options:
        at = f'options.{option.id}'
        found |= {f'{at}.name': option.name, f'{at}.minutes': _text(option.minutes)}
        found |= {f'{at}.{name}': _yuan(getattr(option, name)) for name in ('price', 'ceiling')}
    return found


def put_item(item: 'Item', form: Form) -> dict[str, str]:
    """Set what was typed on the row; a sentence for each field that cannot be used."""
    item.name = _line(form, 'name')
    item.description = _line(form, 'description')
    item.prepare = _line(form, 'prepare') or None
    for name in ITEM_NUMBERS:
        setattr(item, name, _number(form.get(name, '')))
    item.state = form.get('state', '')
    item.sample = bool(form.get('sample'))
    for option in item.options:
        at = f'options.{option.id}'
        option.name = _line(form, f'{at}.name')
        setattr(option, 'minutes', _number(form.get(f'{at}.minutes', '')))  # noqa: B010  # may be no number yet
        for name in ('price', 'ceiling'):
            setattr(option, name, _fen(form.get(f'{at}.{name}', '')))
    units = {unit.id: unit.kind for unit in alliance.units()}
    found = rules.item_problems(item, [each.id for each in services.categories()], units, PICTURES)
    return _wrong(found, _fields_of(item))


def _fields_of(item: 'Item') -> list[str]:
    return [
        *ITEM_FIELDS,
        'options',
        *(f'options.{option.id}.{name}' for option in item.options for name in OPTION_FIELDS),
    ]


def shown_crew(crew: 'Crew') -> dict[str, str]:
    found = {
        'work': crew.work,
        'off_days': '\n'.join(crew.off_days),
        'extra_days': '\n'.join(crew.extra_days),
        'on_holidays': '1' if crew.on_holidays else '',
        'buffer_minutes': _text(crew.buffer_minutes),
    }
    return found | {f'm.{id}': '1' for id in crew.members}


def put_crew(crew: 'Crew', form: Form, people: 'Iterable[Member]') -> dict[str, str]:
    """`people`: those of its unit, who may be ticked."""
    wrong: dict[str, str] = {}
    crew.work = ' '.join(unicodedata.normalize('NFKC', form.get('work', '')).split())
    for name in ('off_days', 'extra_days'):
        try:
            setattr(crew, name, week.days(form.get(name, '')))
        except week.Wrong as reason:
            wrong[name] = f'{reason}。'
    crew.on_holidays = bool(form.get('on_holidays'))
    setattr(crew, 'buffer_minutes', _number(form.get('buffer_minutes', '')))  # noqa: B010  # may be no number yet
    there = {member.id: member.units for member in people}
    crew.members = [id for id in there if form.get(f'm.{id}')]
    if both := set(crew.off_days) & set(crew.extra_days):
        wrong.setdefault('extra_days', f'{"、".join(sorted(both))} 也写在了休息的日子里。')
    units = {unit.id: unit.kind for unit in alliance.units()}
    return _wrong(rules.crew_problems(crew, services.items(withdrawn=True), units, there), CREW_FIELDS) | wrong


def _wrong(found: 'Iterable[Problem]', shown: Collection[str]) -> dict[str, str]:
    """The first sentence of each field; what stands in no field of the form is said above it."""
    wrong: dict[str, str] = {}
    for problem in found:
        if problem.field in shown:
            wrong.setdefault(problem.field, words.chinese(problem))
        else:
            wrong.setdefault('form', f'{problem.field}：{words.chinese(problem)}这一项要请管理员用文件改。')
    return wrong


def _line(form: Form, name: str) -> str:
    return ' '.join(form.get(name, '').split())


def _number(typed: str) -> Any:
    text = unicodedata.normalize('NFKC', typed).strip()
    return int(text) if re.fullmatch('[0-9]{1,6}', text) else text or None


def _fen(typed: str) -> Any:
    text = unicodedata.normalize('NFKC', typed).strip().removesuffix('元').strip()
    if text in ('', _ON_REQUEST):
        return None
    return int(Decimal(text) * 100) if re.fullmatch(r'[0-9]{1,6}(\.[0-9]{1,2})?', text) else text


def _text(value: Any) -> str:
    return '' if value is None else str(value)


def _yuan(fen: int | None) -> str:
    return '' if fen is None else services.yuan(fen)
