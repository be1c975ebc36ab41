"""`python -m ops.services`: a file of the catalogue is taken whole or not at all, and goes out as it came in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.alliance import audit
from chalicelib.alliance.records import Unit
from chalicelib.services import actions
from chalicelib.services.records import Category, Crew, Item
from ops import services as command
from ops.service_file import CREWS, SERVICES
from tests.door import HOME

Run = Callable[..., int]
Change = Callable[..., Path]


@pytest.fixture
def run(alliance: None) -> Run:
    Unit('370202', name='市南区', kind='district').save()
    for id in ('jiazheng-a', 'jiazheng-b', 'weixiu-c'):
        Unit(id, name=id, kind='partner', parent='370202').save()
    return lambda *words: command.main(['--stage', 'test', *map(str, words)])


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """A copy of the sample with something else in place of what stands there."""

    def changed(before: str, after: str, source: Path = SERVICES) -> Path:
        text = source.read_text('utf-8')
        assert before in text
        file = tmp_path / 'changed.yaml'
        file.write_text(text.replace(before, after, 1), 'utf-8')
        return file

    return changed


def everything() -> list[str]:
    return sorted(str(row.serialize()) for model in (Category, Item, Crew) for row in model.scan())


def line_of(file: Path, words: str) -> int:
    return next(number for number, line in enumerate(file.read_text('utf-8').splitlines(), 1) if words in line)


def test_the_sample_has_five_categories_and_33_items_all_marked(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run('check', '--file', SERVICES, '--crews', CREWS) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [
        'categories: 5 new, 0 changed, 0 the same',
        'items: 33 new, 0 changed, 0 the same',
        'crews: 10 new, 0 changed, 0 the same',
        'nothing was written',
    ]
    assert everything() == []


def test_the_sample_can_be_booked(run: Run) -> None:
    assert run('import', '--file', SERVICES, '--crews', CREWS) == 0
    assert all(item.sample for item in actions.items())
    assert {item.form for item in actions.items()} == {'time', 'request'}
    cleaning = actions.item('richang-baojie')
    assert cleaning
    assert [(option.name, option.minutes) for option in cleaning.options] == [('2 小时', 120), ('4 小时', 240)]
    assert list(cleaning.offered_by) == ['jiazheng-a', 'jiazheng-b']
    assert all(actions.crews_for(item) for item in actions.items() if item.form == 'time')
    assert [crew.capacity for crew in actions.crews_of(HOME)] == [20] * 4
    assert [change.did for change in audit.latest('370202', 9)] == ['服务目录：按文件导入，改了 38 项']
    assert [change.did for change in audit.latest('weixiu-c', 9)] == ['班组：按文件导入，改了 2 个']


def test_what_goes_out_comes_in_again_and_changes_nothing(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run('import', '--file', SERVICES, '--crews', CREWS)
    crew = Crew.get('jiazheng-a-1')
    crew.off_days, crew.members = ['2026-12-01'], ['wangmin']
    crew.save()
    item = Item.get('richang-baojie')
    item.options[0].price, item.state = 9050, 'withdrawn'
    item.save()
    before = everything()
    assert run('export', '--file', tmp_path / 's.yaml', '--crews', tmp_path / 'c.yaml') == 0
    alliance.forget()
    member = alliance.member('wangmin')
    assert member
    member.update(actions=[type(member).units.set([HOME, 'jiazheng-a'])])
    capsys.readouterr()
    assert run('import', '--file', tmp_path / 's.yaml', '--crews', tmp_path / 'c.yaml') == 0
    assert 'items: 0 new, 0 changed, 33 the same' in capsys.readouterr().out
    assert everything() == before


def test_what_the_file_does_not_name_is_left_alone_unless_it_is_to_be_withdrawn(
    run: Run, changed: Change, capsys: pytest.CaptureFixture[str]
) -> None:
    run('import', '--file', SERVICES, '--crews', CREWS)
    text = SERVICES.read_text('utf-8')
    shorter = changed(text[text.index('- id: sidianban') :], '')
    assert run('import', '--file', shorter) == 0
    assert Item.get('sidianban').state == 'offered'
    capsys.readouterr()
    assert run('check', '--file', shorter, '--withdraw-missing') == 0
    assert 'withdrawn: 1 sidianban' in capsys.readouterr().out
    assert Item.get('sidianban').state == 'offered'
    assert run('import', '--file', shorter, '--withdraw-missing') == 0
    assert Item.get('sidianban').state == 'withdrawn'


def test_who_was_entered_into_a_crew_stays_where_the_file_does_not_say(run: Run) -> None:
    run('import', '--file', SERVICES, '--crews', CREWS)
    crew = Crew.get('jiazheng-a-1')
    crew.members, crew.buffer_minutes, crew.feed = ['somebody'], 60, 'secret'
    crew.save()
    Crew.get('jiazheng-a-1')
    from chalicelib.alliance.records import Member

    Member('somebody', name='某', state='active', units=['jiazheng-a'], roles=['crew']).save()
    assert run('import', '--crews', CREWS) == 0
    crew = Crew.get('jiazheng-a-1')
    assert (crew.members, crew.buffer_minutes, crew.feed) == (['somebody'], 30, 'secret')


@pytest.mark.parametrize(
    ('before', 'after', 'at', 'words'),
    (
        (
            '    ceiling: 120\n',
            '    ceiling: 50\n',
            'ceiling: 50',
            'options.2h.ceiling: is below the price',
        ),
        ('    price: 90\n', '    price: 9.999\n', 'price: 9.999', 'at most two decimals'),
        ('    price: 90\n', '    price: cheap\n', 'price: cheap', 'an amount in yuan, or 面议'),
        ('    minutes: 120\n', '    minutes: 125\n', 'minutes: 125', 'options.2h.minutes: must be a multiple of 15'),
        ('    minutes: 120\n', '    minutes: 2h\n', 'minutes: 2h', 'must be a whole number'),
        ('  form: time\n', '', 'id: richang-baojie', 'form: is missing'),
        ('    price: 90\n', '', 'id: 2h', 'richang-baojie: options.2h: price: is missing'),
        ('  where: home\n', '  where: home\n  colour: red\n', 'colour: red', 'there is no field colour'),
        ('  where: home\n', '  where: home\n  where: venue\n', 'where: venue', 'where is written twice'),
        ('- id: shendu-baojie\n', '- id: richang-baojie\n', None, 'richang-baojie is there twice in items'),
        ("  - '370202'\n", '  - 999999\n', '- 999999', 'area: there is no unit 999999'),
        ('  - jiazheng-b\n', '  - nobody\n', '- nobody', 'there is no unit nobody'),
        ('items:\n', 'goods:\n', None, 'goods does not belong here'),
        ('  sample: true\n', '  sample: maybe\n', 'sample: maybe', 'must be true or false'),
        ('  name: 日常保洁\n', '  name: &x 日常保洁\n', '&x', 'anchors'),
        ('  name: 日常保洁\n', '  name: [日常保洁\n', None, 'expected'),
        (
            '  name: 日常保洁\n',
            '  name: !!python/object:os.system x\n',
            '!!python',
            'could not determine',
        ),
    ),
)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_written(
    run: Run, changed: Change, capsys: pytest.CaptureFixture[str], before: str, after: str, at: str | None, words: str
) -> None:
    file = changed(before, after)
    assert run('import', '--file', file, '--crews', CREWS) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if words in line]
    assert said
    assert 'changed.yaml:' in said[0]
    if at:
        places = [int(line.rpartition('changed.yaml:')[2].partition(':')[0]) for line in said]
        assert abs(min(places) - line_of(file, at)) <= (1 if at.startswith('- ') else 0)
    assert everything() == []


def test_days_and_numbers_that_yaml_takes_for_something_else_are_what_was_written(run: Run, changed: Change) -> None:
    run('import', '--file', SERVICES)
    file = changed('  buffer_minutes: 30\n', '  off_days: [2026-12-01]\n  buffer_minutes: 30\n', CREWS)
    assert run('import', '--crews', file) == 0
    assert Crew.get('jiazheng-a-1').off_days == ['2026-12-01']


NO_CATALOGUES = ('', '- 1\n', 'items: 5\n', 'items: [1]\n', 'items: [{id: [a]}]\n', '\x00', '[' * 5000)


@pytest.mark.parametrize('content', NO_CATALOGUES)
def test_what_is_no_catalogue_is_refused(run: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / 'x.yaml').write_text(content)
    assert run('import', '--file', tmp_path / 'x.yaml') == 2
    assert everything() == []


def test_arguments_that_do_not_fit_are_refused(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run('import') == 2
    assert run('export', '--file', SERVICES) == 2
    assert run('import', '--file', tmp_path / 'none.yaml') == 2
    assert run('import', '--crews', CREWS, '--withdraw-missing') == 2
    assert 'is there already' in capsys.readouterr().err


def test_units_that_are_not_there_are_named(alliance: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(['--stage', 'test', 'import', '--file', str(SERVICES), '--crews', str(CREWS)]) == 2
    said = capsys.readouterr().err
    assert 'offered_by: there is no unit jiazheng-a' in said
    assert 'area: there is no unit 370202' in said
    assert everything() == []
