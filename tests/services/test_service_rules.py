"""Each field of an item and of a crew is checked, and what is wrong is said with the field's name."""

from typing import Any

import pytest

from chalicelib.services import rules, words
from tests.services.conftest import COMPANY, HOME, UNITS, crew, item, option


def wrong(**changes: Any) -> list[str]:
    return [words.english(each) for each in rules.item_problems(item(**changes), ['cleaning'], UNITS, ['broom'])]


def test_what_is_right_has_no_problems() -> None:
    assert wrong() == []
    assert wrong(form='request', step_minutes=0, options=[option(minutes=None, price=None)]) == []
    assert wrong(where='venue', venue='活动室', offered_by=[HOME], picture='broom', prepare=None) == []
    assert rules.crew_problems(crew(items=['baojie'], members=['m']), [item()], UNITS, {'m': [COMPANY]}) == []


@pytest.mark.parametrize(
    ('changes', 'field', 'words'),
    (
        ({'id': 'Bad_Id'}, 'id', 'small letters'),
        ({'category': 'none'}, 'category', 'there is no none'),
        ({'order': -1}, 'order', 'from 0 to'),
        ({'order': True}, 'order', 'whole number'),
        ({'name': ''}, 'name', 'is missing'),
        ({'name': None}, 'name', 'is missing'),
        ({'name': 'x' * 21}, 'name', 'more than 20'),
        ({'name': '两\n行'}, 'name', 'one line'),
        ({'description': None}, 'description', 'is missing'),
        ({'description': 'x' * 301}, 'description', 'more than 300'),
        ({'prepare': 'x' * 301}, 'prepare', 'more than 300'),
        ({'picture': 'cat'}, 'picture', 'there is no cat'),
        ({'form': 'later'}, 'form', 'time | request'),
        ({'where': 'moon'}, 'where', 'home | venue'),
        ({'where': 'venue'}, 'venue', 'is missing'),
        ({'venue': '活动室'}, 'venue', 'only for what happens at a venue'),
        ({'options': []}, 'options', 'is missing'),
        ({'options': [option(id=str(n), name=str(n)) for n in range(10)]}, 'options', 'more than 9'),
        ({'options': [option(), option(name='x')]}, 'options', 'names 2h twice'),
        ({'options': [option(), option(id='x')]}, 'options', 'names 2 小时 twice'),
        ({'options': [option(id='2 H')]}, 'options.2 H.id', 'small letters'),
        ({'options': [option(name=None)]}, 'options.2h.name', 'is missing'),
        ({'options': [option(per='')]}, 'options.2h.per', 'is missing'),
        ({'options': [option(minutes=None)]}, 'options.2h.minutes', 'booked by time'),
        ({'options': [option(minutes=50)]}, 'options.2h.minutes', 'multiple of 15'),
        ({'options': [option(minutes=495)]}, 'options.2h.minutes', 'from 15 to 480'),
        ({'options': [option(minutes=0)]}, 'options.2h.minutes', 'from 15 to 480'),
        ({'options': [option(price=-1)]}, 'options.2h.price', '0 to 20000 yuan'),
        ({'options': [option(price=2_000_001, ceiling=None)]}, 'options.2h.price', '0 to 20000 yuan'),
        ({'options': [option(price=9000.5)]}, 'options.2h.price', '0 to 20000 yuan'),
        ({'options': [option(ceiling=8999)]}, 'options.2h.ceiling', 'below the price'),
        ({'form': 'request', 'step_minutes': 0}, 'options.2h.minutes', 'by request'),
        ({'form': 'request', 'options': [option(minutes=None)]}, 'step_minutes', 'by request'),
        ({'lead_minutes': -1}, 'lead_minutes', 'from 0'),
        ({'horizon_days': 0}, 'horizon_days', 'from 1 to 60'),
        ({'horizon_days': 61}, 'horizon_days', 'from 1 to 60'),
        ({'cancel_hours': 169}, 'cancel_hours', 'from 0 to 168'),
        ({'step_minutes': 20}, 'step_minutes', 'multiple of 15'),
        ({'area': []}, 'area', 'is missing'),
        ({'area': ['x']}, 'area', 'no unit x'),
        ({'area': [HOME, HOME]}, 'area', 'twice'),
        ({'offered_by': ['x']}, 'offered_by', 'no unit x'),
        ({'offered_by': ['370202']}, 'offered_by', 'cannot offer'),
        ({'state': 'gone'}, 'state', 'offered | withdrawn'),
        ({'sample': None}, 'sample', 'true or false'),
        ({'popular': 1}, 'popular', 'true or false'),
    ),
)
def test_a_wrong_field_of_an_item_is_named(changes: dict[str, Any], field: str, words: str) -> None:
    [sentence] = wrong(**changes)
    assert sentence.startswith(f'{changes.get("id", "baojie")}: {field}: ')
    assert words in sentence


@pytest.mark.parametrize(
    ('changes', 'field'),
    (
        ({'id': 'A 1'}, 'id'),
        ({'unit': 'nobody'}, 'unit'),
        ({'unit': '370202013000'}, 'unit'),
        ({'name': ''}, 'name'),
        ({'items': ['unknown']}, 'items'),
        ({'items': ['baojie'], 'unit': HOME}, 'items'),
        ({'items': ['baojie', 'baojie']}, 'items'),
        ({'work': '8:30 to 12'}, 'work'),
        ({'work': ''}, 'work'),
        ({'work': '1-5 12:00-08:30'}, 'work'),
        ({'work': '1-5 08:30-12:00 wangmin'}, 'work'),
        ({'off_days': ['2026-02-29']}, 'off_days'),
        ({'off_days': ['2026-2-1']}, 'off_days'),
        ({'extra_days': ['tomorrow']}, 'extra_days'),
        ({'on_holidays': 'yes'}, 'on_holidays'),
        ({'buffer_minutes': 20}, 'buffer_minutes'),
        ({'buffer_minutes': 135}, 'buffer_minutes'),
        ({'capacity': 0}, 'capacity'),
        ({'capacity': 51}, 'capacity'),
        ({'members': ['stranger']}, 'members'),
    ),
)
def test_a_wrong_field_of_a_crew_is_named(changes: dict[str, Any], field: str) -> None:
    found = rules.crew_problems(crew(**changes), [item()], UNITS, {'stranger': [HOME]})
    assert [each.field for each in found] == [field]
    for each in found:
        assert words.chinese(each).endswith('。')


def test_a_category_is_checked_too() -> None:
    from chalicelib.services.records import Category

    found = rules.category_problems(Category('X', order=None, name='', picture='cat'), [])
    assert [each.field for each in found] == ['id', 'order', 'name', 'picture']


def test_every_reason_has_its_words_in_both_languages() -> None:
    import tomllib
    from pathlib import Path

    said = tomllib.loads(Path(words.__file__).with_suffix('.toml').read_text('utf-8'))
    assert set(said['chinese']) == set(said['english'])
