"""`python -m ops.seed`: only what is missing is written, and what an operator has changed stays."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from chalicelib.alliance import tree
from chalicelib.alliance.records import Unit
from ops import seed


def test_what_is_there_stays_as_it_is(store: None, capsys: pytest.CaptureFixture[str]) -> None:
    Unit('370202', name='改过的名字', kind='district', phone='0532-8588 0000').save()
    assert seed.main(['--stage', 'test']) == 0
    assert capsys.readouterr().out == '81 units are new, 1 were there\n'
    assert Unit.get('370202').name == '改过的名字'
    assert seed.main(['--stage', 'test']) == 0
    assert capsys.readouterr().out == '0 units are new, 82 were there\n'


def test_all_76_units_of_shinan_load_with_their_place_in_the_tree(store: None) -> None:
    assert seed.main(['--stage', 'test']) == 0
    loaded = {unit.id: unit for unit in Unit.scan() if unit.kind != 'department'}
    assert Counter(unit.kind for unit in loaded.values()) == {'district': 1, 'street': 10, 'community': 65}
    assert all(re.fullmatch('[0-9]{12}', tree.official_code(unit) or '') for unit in loaded.values())
    for unit in Unit.scan():
        parent = loaded[unit.parent].kind if unit.parent else None
        assert parent in (tree.KINDS[unit.kind] or (None,)), unit.id


def test_a_community_finds_the_department_of_a_lamp_and_its_file_says_what_is_to_be_checked(store: None) -> None:
    assert seed.main(['--stage', 'test']) == 0
    lamps = Unit.get('chengguan')
    assert (lamps.name, lamps.kind, lamps.parent) == ('市南区城市管理局', 'department', '370202')
    assert tree.official_code(lamps) is None
    assert '待核实' in json.loads(seed.DEPARTMENTS.read_text('utf-8'))['note']


@pytest.mark.parametrize('text', (None, '{', '[]', json.dumps({'district': {'code': '1', 'name': 'x'}})))
def test_a_file_that_cannot_be_read_writes_nothing(
    store: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    file = tmp_path / 'units.json'
    if text is not None:
        file.write_text(text)
    assert seed.main(['--stage', 'test', '--units', str(file)]) == 2
    assert capsys.readouterr().err.startswith('--units: ')
    assert list(Unit.scan()) == []
