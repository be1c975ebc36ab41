"""`python -m ops.places`: points of communities, all of a file or nothing of it."""

from pathlib import Path

import pytest

from chalicelib.alliance import actions, places
from chalicelib.alliance.records import Unit
from ops import places as command
from tests.door import HOME

HEAD = 'unit,longitude,latitude,source\n'
GOOD = f'{HEAD}{HOME},120.379000,36.066800,社区提供\n{HOME},120.381000,36.067000,社区提供\n'


def bring(tmp_path: Path, text: str, encoding: str = 'utf-8') -> int:
    file = tmp_path / 'points.csv'
    file.write_text(text, encoding)
    return command.main(['--stage', 'test', 'import', str(file)])


def test_what_is_imported_is_what_the_product_goes_by(alliance: None, tmp_path: Path) -> None:
    assert bring(tmp_path, GOOD, 'utf-8-sig') == 0
    assert places.nearest(120.3791, 36.0669) == HOME
    assert Unit.get(HOME).points == [[120.379, 36.0668, '社区提供'], [120.381, 36.067, '社区提供']]
    assert Unit.get(HOME).name == '仙游路社区'


def test_a_second_import_replaces_and_drop_takes_away(
    alliance: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(tmp_path, GOOD)
    bring(tmp_path, f'{HEAD}{HOME},120.400000,36.066800,GPS\n')
    assert places.nearest(120.3791, 36.0669) is None
    command.main(['--stage', 'test', 'list'])
    assert f'{HOME}\t仙游路社区\t1\tGPS' in capsys.readouterr().out
    assert command.main(['--stage', 'test', 'drop', HOME]) == 0
    assert list(places.known()) == []


@pytest.mark.parametrize(
    ('text', 'problem'),
    (
        ('unit,longitude,latitude\n', 'line 1: there is no column source'),
        (HEAD, 'there is no point in it'),
        (f'{HEAD}nonsense,120.3,36.0,x\n', "line 2, unit: there is no unit 'nonsense'"),
        (f'{HEAD}370202013000,120.3,36.0,x\n', 'only communities have points'),
        (f'{HEAD}{HOME},east,36.0,x\n', "line 2, longitude: not degrees: 'east'"),
        (f'{HEAD}{HOME},nan,36.0,x\n', 'longitude: not degrees'),
        (f'{HEAD}{HOME},36.0,120.3,x\n', 'exchanged'),
        (f'{HEAD}{HOME},120.3,36.0,\n', 'line 2, source: who says so'),
        (f'{HEAD}{HOME},120.3,36.0,x\n{HOME},120.3,36.0,x\n', 'line 3: the same point as line 2'),
        (f'{HEAD}{HOME},120.3\n', "line 2, latitude: not degrees: ''"),
    ),
)
def test_one_wrong_line_and_nothing_is_written(
    alliance: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, problem: str
) -> None:
    assert bring(tmp_path, text) == 2
    assert problem in capsys.readouterr().err
    actions.forget()
    assert list(places.known()) == []


def test_all_wrong_lines_are_named_at_once(alliance: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring(tmp_path, f'{GOOD}{HOME},x,36.0,s\nnobody,120.3,y,s\n') == 2
    told = capsys.readouterr().err
    assert all(
        words in told for words in ('line 4, longitude', 'line 5, unit', 'line 5, latitude', 'Nothing is written')
    )
    assert not Unit.get(HOME).points


def test_a_file_that_is_not_there_is_said_so(alliance: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(['--stage', 'test', 'import', '/nowhere/points.csv']) == 2
    assert 'cannot be read' in capsys.readouterr().err
