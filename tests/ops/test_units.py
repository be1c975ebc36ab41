"""`python -m ops.units`: hours, duty, channels and robots, each checked before anything is written."""

import getpass
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from chalicelib import aws, clock
from chalicelib.alliance import actions
from chalicelib.alliance.records import Unit
from ops import units
from tests.door import HOME

KEY = 'd1a5b2c3-0000-4000-8000-0123456789ab'
WEBHOOK = f'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}'
SET = {
    '--work': '1-5 09:00-12:00 13:00-17:00',
    '--duty': '1-7 18:00-22:30 wangmin',
    '--off': '2026-11-05 2026-11-06',
    '--extra': '2026-11-07',
    '--channels': 'robot,wechat',
    '--phone': '0532-8597 3567',
}

Run = Callable[..., int]


@pytest.fixture
def run(alliance: None) -> Run:
    return lambda *words: units.main(['--stage', 'test', *words])


def setting(**changes: str) -> list[str]:
    """The words of a whole `set`, with some of its values changed."""
    words = ['set', HOME]
    for option, value in (SET | {f'--{name}': value for name, value in changes.items()}).items():
        words += [option, *(value.split() if option in ('--off', '--extra') else [value])]
    return words


def test_what_is_set_is_what_the_product_goes_by(run: Run, now: datetime) -> None:
    assert run(*setting()) == 0
    unit = Unit.get(HOME)
    assert (unit.channels, unit.phone) == (['robot', 'wechat'], '0532-8597 3567')
    week = actions.hours_of(HOME)
    duty = week.on_duty(now)  # 22:10
    assert duty
    assert duty.members == ('wangmin',)
    assert f'{clock.beijing(duty.ends):%H:%M}' == '22:30'
    assert not week.is_working(datetime.fromisoformat('2026-11-05T10:00+08:00'))
    assert week.is_working(datetime.fromisoformat('2026-11-07T10:00+08:00'))  # a Saturday that nobody else works


def test_what_is_not_given_stays_and_what_is_empty_goes_back_to_the_usual(run: Run) -> None:
    run(*setting())
    assert run('set', HOME, '--work', '', '--off') == 0
    unit = Unit.get(HOME)
    assert (unit.work, list(unit.off_days)) == (None, [])
    assert (unit.duty, list(unit.extra_days)) == (SET['--duty'], ['2026-11-07'])
    assert unit.name == '仙游路社区'


@pytest.mark.parametrize(
    ('changes', 'problem'),
    (
        ({'work': '1-5 8:30-12:00'}, "--work: not hours: '1-5 8:30-12:00'; write 1-5 08:30-12:00 13:30-17:30"),
        ({'work': '1-5 12:00-08:30'}, '--work: ends before it begins: 12:00-08:30'),
        ({'work': '1-5-7 08:30-12:00'}, "--work: not hours: '1-5-7 08:30-12:00'; write 1-5 08:30-12:00 13:30-17:30"),
        ({'work': '1-5 08:30-12:00 wangmin'}, '--work: members are named in --duty only'),
        ({'duty': '1-5 18:00-22:30 wangmin nobody'}, '--duty: there is no member nobody'),
        ({'off': '2026-10-01 2026-02-30'}, "--off: not a day: '2026-02-30'; write 2026-10-01"),
        ({'extra': '20261010'}, "--extra: not a day: '20261010'; write 2026-10-01"),
        ({'channels': 'robot,fax'}, '--channels: there is no channel fax; there are robot, wechat, template, sms'),
        ({'channels': 'robot,robot'}, '--channels: one of them is named twice'),
        ({'phone': '上杭路'}, '--phone: 3 to 20 digits, spaces and hyphens'),
    ),
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    run: Run, capsys: pytest.CaptureFixture[str], changes: dict[str, str], problem: str
) -> None:
    before = Unit.get(HOME).serialize()
    assert run(*setting(**changes)) == 2
    assert capsys.readouterr().err == f'{problem}\n'
    assert Unit.get(HOME).serialize() == before


def test_everything_wrong_is_said_at_once(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*setting(work='always', duty='1 18:00-22:00 nobody', channels='fax')) == 2
    assert [line.partition(':')[0] for line in capsys.readouterr().err.splitlines()] == [
        '--work', '--duty', '--channels',
    ]  # fmt: skip


@pytest.mark.parametrize('words', (('show',), ('set', '--work', ''), ('robot',)))
def test_a_unit_that_is_not_there_is_named(
    run: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run(words[0], 'x', *words[1:]) == 2
    assert capsys.readouterr().err == 'id: there is no unit x; `list` shows all units\n'
    assert {unit.id for unit in Unit.scan()} == {HOME, '370202013000'}


def test_show_names_who_has_the_duty_and_says_whether_there_is_a_robot(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(*setting())
    capsys.readouterr()
    run('show', HOME)
    shown = capsys.readouterr().out
    assert '1-7 18:00-22:30 wangmin 王敏' in shown
    assert 'robot      missing' in shown
    monkeypatch.setattr(getpass, 'getpass', lambda prompt: KEY)
    run('robot', HOME)
    capsys.readouterr()
    run('show', HOME)
    shown = capsys.readouterr().out
    assert 'robot      there' in shown
    assert KEY not in shown


@pytest.mark.parametrize('given', (KEY, WEBHOOK))
@pytest.mark.parametrize('way', ('typed', 'file'))
def test_the_key_of_a_robot_is_stored_and_never_shown(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, way: str
) -> None:
    file = tmp_path / 'secrets.json'
    file.write_text(json.dumps({'robot': given}))
    monkeypatch.setattr(getpass, 'getpass', lambda prompt: given)
    assert run('robot', HOME, *(('--secrets-file', str(file)) if way == 'file' else ())) == 0
    found = aws.client('ssm').get_parameter(Name=f'/weilin/test/robots/{HOME}', WithDecryption=True)['Parameter']
    assert (found['Type'], found['Value']) == ('SecureString', KEY)
    assert KEY not in ''.join(capsys.readouterr())


@pytest.mark.parametrize('given', ('', 'key=', 'https://example.org/hook', KEY[:-1]))
def test_what_is_no_key_is_not_stored_and_not_shown(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setattr(getpass, 'getpass', lambda prompt: given)
    assert run('robot', HOME) == 2
    said = capsys.readouterr().err
    assert said.startswith('robot: ')
    assert not given or given not in said.replace('key= ', '')
    assert aws.client('ssm').get_parameters(Names=[f'/weilin/test/robots/{HOME}'])['Parameters'] == []


def test_secrets_cannot_be_arguments(run: Run) -> None:
    with pytest.raises(SystemExit):
        run('robot', HOME, '--robot', KEY)


def test_list_shows_what_is_set(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(*setting())
    capsys.readouterr()
    assert run('list') == 0
    street, home = (line.split('\t') for line in capsys.readouterr().out.splitlines()[1:])
    assert street == ['370202013000', '金门路街道', 'street', 'usual', '-', '-']
    assert home == [HOME, '仙游路社区', 'community', SET['--work'], SET['--duty'], 'robot,wechat']
