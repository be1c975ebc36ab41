"""`python -m ops.alliance`: a file goes out, through a spreadsheet, and in again; wrong lines write nothing."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.alliance import actions, audit, signin
from chalicelib.alliance.records import Account, Member, Token, Unit
from ops import alliance as command
from ops import seed
from tests.door import HOME

Run = Callable[..., int]
STREET = '370202013000'


@pytest.fixture
def run(alliance: None) -> Run:
    Unit('370202', name='市南区', kind='district').save()
    member = Member.get('wangmin')
    member.mobile = '13800000001'
    member.save()
    return lambda *words: command.main(['--stage', 'test', *words])


@pytest.fixture
def sheet(run: Run, tmp_path: Path) -> Callable[..., Path]:
    """A CSV of these lines, as Excel would save it."""

    def sheet(*lines: str, encoding: str = 'utf-8-sig') -> Path:
        file = tmp_path / 'in.csv'
        file.write_bytes('\r\n'.join([*lines, '']).encode(encoding))
        return file

    return sheet


def everything() -> str:
    rows = [*Unit.scan(), *Member.scan(), *Account.scan(), *Token.scan()]
    return '\n'.join(sorted(str(row.to_simple_dict()) for row in rows))


def exported(run: Run, what: str, file: Path, *more: str) -> Path:
    assert run('export', what, str(file), '--format', file.suffix[1:], *more) == 0
    return file


@pytest.mark.parametrize('what', ('units', 'staff', 'accounts'))
@pytest.mark.parametrize('form', ('csv', 'json'))
def test_what_goes_out_comes_in_again_and_changes_nothing(
    run: Run, tmp_path: Path, what: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = Unit.get(HOME)
    unit.work, unit.duty, unit.off_days, unit.area_km2 = '1-5 09:00-17:00', '1 18:00-22:30 wangmin', ['2026-10-01'], 0.5
    unit.area, unit.channels, unit.phone = '上杭路以东，到海边', ['robot', 'wechat'], '0532-8597 3567'
    unit.save()
    before = everything()
    file = exported(run, what, tmp_path / f'out.{form}')
    assert run('import', what, str(file), '--format', form) == 0
    assert '0 changed' in capsys.readouterr().out
    assert everything() == before


def test_all_76_units_of_shinan_come_in_with_their_departments(run: Run, store: None, tmp_path: Path) -> None:
    seed.main(['--stage', 'test'])
    file = exported(run, 'units', tmp_path / 'units.csv')
    for unit in Unit.scan():
        unit.delete()
    assert run('import', 'units', str(file), '--format', 'csv') == 0
    assert len([unit for unit in Unit.scan() if unit.kind != 'department']) == 76


def test_excel_gets_text_where_it_would_make_numbers_or_formulas(run: Run, tmp_path: Path) -> None:
    member = Member.get('wangmin')
    member.name = '=1+1'
    member.save()
    file = exported(run, 'staff', tmp_path / 'staff.csv', '--with-mobiles')
    content = file.read_bytes()
    assert content.startswith(b'\xef\xbb\xbf')
    assert b'\r\n' in content
    (row,) = csv.DictReader(content.decode('utf-8-sig').splitlines())
    assert (row['name'], row['units'], row['mobile']) == ('\t=1+1', f'\t{HOME}', '\t13800000001')


@pytest.mark.parametrize('form', ('csv', 'json'))
def test_nothing_secret_and_no_number_unasked_leaves(run: Run, tmp_path: Path, form: str) -> None:
    content = ''
    for what in ('units', 'staff', 'accounts'):
        content += exported(run, what, tmp_path / f'{what}.{form}').read_text('utf-8')
    for hidden in ('13800000001', 'mobile', 'oClerk', 'ssss', 'weilintoken', 'wx123'):
        assert hidden not in content, hidden
    file = exported(run, 'staff', tmp_path / f'with.{form}', '--with-mobiles')
    assert '13800000001' in file.read_text('utf-8')
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_is_there_is_not_written_over(run: Run, tmp_path: Path) -> None:
    file = tmp_path / 'units.csv'
    file.write_text('mine')
    assert run('export', 'units', str(file), '--format', 'csv') == 2
    assert file.read_text() == 'mine'


@pytest.mark.parametrize('encoding', ('utf-8-sig', 'utf-8', 'gb18030'))
def test_what_excel_saved_is_understood(sheet: Callable[..., Path], run: Run, encoding: str) -> None:
    file = sheet(
        'id,phone,off_days,place', '\t３７０２０２０１３００１,0532-8597 3567,2026/10/1 2026/10/2,上杭路１号', ',,,',
        encoding=encoding,
    )  # fmt: skip
    assert run('import', 'units', str(file), '--format', 'csv') == 0
    unit = Unit.get(HOME)
    assert (unit.phone, unit.off_days, unit.place) == ('0532-8597 3567', ['2026-10-01', '2026-10-02'], '上杭路１号')
    assert unit.name == '仙游路社区'  # a column that is not there
    assert audit.latest(HOME, 1)[0].did == '导入文件，改了电话、另外休息、地址'


def test_a_check_writes_nothing_and_says_what_would(
    sheet: Callable[..., Path], run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    file, before = sheet('id,phone', f'{HOME},0532-1234567', f'{STREET},'), everything()
    assert run('import', 'units', str(file), '--format', 'csv', '--check') == 0
    assert capsys.readouterr().out == (
        f'{HOME} 仙游路社区: phone\n1 would change; nothing was written, 1 are as the file has them\n'
    )
    assert everything() == before


@pytest.mark.parametrize(
    ('what', 'lines', 'said'),
    (
        ('units', ('id,work', f'{HOME},always'), "line 2: work: not hours: 'always'; write 1-5"),
        ('units', ('id,duty', f'{HOME},1 18:00-22:00 nobody'), 'line 2: duty: there is no member nobody'),
        ('units', ('id,name', 'new-one,新'), 'line 2: kind: missing, and the unit is new'),
        ('units', ('id,kind', f'{HOME},village'), 'line 2: kind: one of district, street, community'),
        ('units', ('id,parent', f'{HOME},370202'), f'line 2: parent: {HOME}: a community cannot stand under'),
        ('units', ('id,parent', f'{HOME},nowhere'), f'line 2: parent: {HOME}: there is no unit nowhere'),
        ('units', ('id,kind,parent', f'{STREET},district,'), f'line 2: kind: {HOME}: a community cannot stand under'),
        ('units', ('id,responsible', f'{HOME},wangmin'), 'line 2: responsible: only a district has one'),
        ('units', ('id,phone', '3.70202E+11,110'), 'line 2: id: a spreadsheet has turned it into a number'),
        ('units', ('id,fax', f'{HOME},1'), 'line 2: fax: there is no such column'),
        ('units', ('id,phone', f'{HOME},110', f'{HOME},119'), 'line 3: id: line 2 has it already'),
        ('units', ('id,phone', f'{HOME},110,119'), 'line 2: more cells than columns'),
        ('units', ('id,area_km2', f'{HOME},big'), 'line 2: area_km2: square kilometres as a number, or nothing'),
        ('staff', ('id,roles', 'wangmin,king'), 'line 2: roles: there is no role king'),
        ('staff', ('id,units', 'wangmin,x'), 'line 2: units: there is no unit x'),
        ('staff', ('id,name', 'new,新'), 'line 2: units: missing, and the member is new'),
        ('staff', ('id,state', 'wangmin,suspended'), 'line 2: state: not changed by a file'),
        ('staff', ('id,mobile', 'wangmin,123'), 'line 2: mobile: 11 digits, the first of them 1'),
        ('staff', ('id,leave_from', 'wangmin,2026-10-01'), 'line 2: leave_until: a leave has a first and a last day'),
        ('staff', ('id,stand_in', 'wangmin,wangmin'), 'line 2: stand_in: nobody stands in for himself'),
        ('staff', ('id,leave_from,leave_until', 'wangmin,1 Oct,2026-10-02'), 'line 2: leave_from: not a day'),
        ('accounts', ('id,name', 'x,y'), 'line 2: id: there is no account x'),
        ('accounts', ('id,verified', f'{HOME},maybe'), 'line 2: verified: one of true, false'),
        ('accounts', ('id,alert_template,alert_fields', f'{HOME},{"t" * 43},thing1 time2'),
         'line 2: alert_template: only a verified service account'),
    ),
)  # fmt: skip
def test_a_wrong_line_is_named_and_nothing_is_written(
    sheet: Callable[..., Path],
    run: Run,
    capsys: pytest.CaptureFixture[str],
    what: str,
    lines: tuple[str, ...],
    said: str,
) -> None:
    before = everything()
    assert run('import', what, str(sheet(*lines)), '--format', 'csv') == 2
    assert capsys.readouterr().err.startswith(said)
    assert everything() == before


def test_one_wrong_line_keeps_the_right_ones_back_and_all_are_said(
    sheet: Callable[..., Path], run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sheet('id,phone,channels', f'{STREET},0532-1234567,', f'{HOME},ring,fax')
    assert run('import', 'units', str(file), '--format', 'csv') == 2
    assert [line.split(': ')[:2] for line in capsys.readouterr().err.splitlines()] == [
        ['line 3', 'phone'], ['line 3', 'channels'],
    ]  # fmt: skip
    assert Unit.get(STREET).phone is None


def test_a_new_member_is_invited_once_and_the_same_file_invites_nobody_again(
    sheet: Callable[..., Path], run: Run, capsys: pytest.CaptureFixture[str], now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('chalicelib.clock.now', lambda: now)
    file = sheet('id,name,units,roles,stand_in,leave_from,leave_until,mobile',
                 f'zhaoxin,赵欣,{HOME};{STREET},clerk lead,wangmin,2026/12/1,2026/12/3,１３８00000006')  # fmt: skip
    assert run('import', 'staff', str(file), '--format', 'csv') == 0
    out = capsys.readouterr().out
    code = out.split('invitation ')[1].split(',')[0]
    assert signin.find_invitation(code, now)
    assert '13800000006' not in out
    made = Member.get('zhaoxin')
    assert (made.state, made.units, made.roles) == ('invited', [HOME, STREET], ['clerk', 'lead'])
    assert (made.leave_from, made.leave_until, made.stand_in) == ('2026-12-01', '2026-12-03', 'wangmin')
    assert run('import', 'staff', str(file), '--format', 'csv') == 0
    assert 'invitation' not in capsys.readouterr().out


def test_other_units_or_roles_end_the_sessions_but_a_leave_does_not(sheet: Callable[..., Path], run: Run) -> None:
    assert run('import', 'staff', str(sheet('id,leave_from,leave_until', 'wangmin,2026-12-01,2026-12-02')),
               '--format', 'csv') == 0  # fmt: skip
    assert Member.get('wangmin').ended_at is None
    assert run('import', 'staff', str(sheet('id,roles', 'wangmin,lead')), '--format', 'csv') == 0
    assert Member.get('wangmin').ended_at is not None


def test_an_empty_cell_takes_away_and_a_missing_column_does_not(sheet: Callable[..., Path], run: Run) -> None:
    Unit.get(HOME).update([Unit.phone.set('110'), Unit.place.set('上杭路')])
    actions.forget()
    assert run('import', 'units', str(sheet('id,phone', f'{HOME},')), '--format', 'csv') == 0
    assert (Unit.get(HOME).phone, Unit.get(HOME).place) == (None, '上杭路')


def test_accounts_change_by_file(sheet: Callable[..., Path], run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    file = sheet('id,verified,mode', f'{HOME},FALSE,compatible')
    assert run('import', 'accounts', str(file), '--format', 'csv') == 0
    assert 'Set the same mode in the console now' in capsys.readouterr().out
    account = Account.get(HOME)
    assert (account.verified, account.mode) == (False, 'compatible')


@pytest.mark.parametrize('text', ('{', '{}', '[1]', '[]'))
def test_json_that_is_no_list_of_lines_is_refused(run: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / 'in.json'
    file.write_text(text)
    assert run('import', 'units', str(file), '--format', 'json') == 2


def test_json_takes_lists_and_nothing_for_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / 'in.json'
    file.write_text(json.dumps([{'id': HOME, 'channels': ['robot', 'sms'], 'area_km2': 0.42, 'phone': None}]))
    assert run('import', 'units', str(file), '--format', 'json') == 0
    unit = Unit.get(HOME)
    assert (unit.channels, unit.area_km2, unit.phone) == (['robot', 'sms'], 0.42, None)


@pytest.mark.parametrize('words', (('export', 'units', '--with-mobiles'), ('export', 'staff', '--check')))
def test_options_that_do_not_go_together_are_refused(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    assert run(*words, str(tmp_path / 'x.csv'), '--format', 'csv') == 2
    assert not (tmp_path / 'x.csv').exists()
