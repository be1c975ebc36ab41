"""`python -m ops.seed`: only what is missing is written, and what an operator has changed stays."""

import json
from pathlib import Path

import pytest

from chalicelib.alliance.records import Unit
from ops import seed


def test_what_is_there_stays_as_it_is(store: None, capsys: pytest.CaptureFixture[str]) -> None:
    Unit('370202', name='改过的名字', kind='district', phone='0532-8588 0000').save()
    assert seed.main(['--stage', 'test']) == 0
    assert capsys.readouterr().out == '75 units are new, 1 were there\n'
    assert Unit.get('370202').name == '改过的名字'
    assert seed.main(['--stage', 'test']) == 0
    assert capsys.readouterr().out == '0 units are new, 76 were there\n'


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
