"""`python -m ops.invite`: the printed code makes its person a member."""

import re

import pytest

from chalicelib.alliance import actions, signin
from chalicelib.alliance.records import Member
from chalicelib.storage import commit
from ops import invite

ACCOUNT = '370202007005'
CODE = r'WL(?:-[2-9A-HJ-NP-Z]{4}){3}'


@pytest.fixture
def run(neighbourhood, environment):
    return lambda *words: invite.main(['--stage', 'test', *words])


def test_the_printed_code_can_be_accepted(run, capsys, now, monkeypatch):
    monkeypatch.setattr('chalicelib.clock.now', lambda: now)
    assert run('--name', '王敏', '--unit', ACCOUNT, '--role', 'clerk', '--role', 'lead') == 0
    printed = capsys.readouterr().out
    assert '公众号「仙游路社区」' in printed
    assert '11月30日 22:10 前有效' in printed
    invitation = signin.find_invitation(re.search(CODE, printed)[0], now)
    commit(signin.accept(invitation, ACCOUNT, 'oWangMin', now))
    actions.forget()
    member = actions.member_in_chat(ACCOUNT, 'oWangMin')
    assert (member.name, member.units, member.roles) == ('王敏', [ACCOUNT], ['clerk', 'lead'])
    assert member.id in printed


def test_a_clerk_is_what_one_becomes_if_nothing_is_said(run):
    run('--name', '王敏', '--unit', ACCOUNT)
    assert [member.roles for member in Member.scan()] == [['clerk']]


@pytest.mark.parametrize(
    ('words', 'problem'),
    (
        (('--name', '王敏', '--unit', 'x'), '--unit: there is no unit x'),
        (('--name', ' ', '--unit', ACCOUNT), '--name: 1 to 20 characters'),
        (('--name', '王' * 21, '--unit', ACCOUNT), '--name: 1 to 20 characters'),
    ),
)
def test_what_is_wrong_is_said_by_field_and_nobody_is_invited(run, capsys, words, problem):
    assert run(*words) == 2
    assert capsys.readouterr().err == f'{problem}\n'
    assert list(Member.scan()) == []


@pytest.mark.parametrize('words', ((), ('--name', '王敏'), ('--name', '王敏', '--unit', ACCOUNT, '--role', 'king')))
def test_argparse_refuses_the_rest(run, words):
    with pytest.raises(SystemExit) as end:
        run(*words)
    assert end.value.code == 2
    assert list(Member.scan()) == []


def test_it_works_on_the_deployment_it_is_told(run, environment, capsys):
    with pytest.raises(Exception, match='weilin-elsewhere-'):
        invite.main(['--stage', 'elsewhere', '--name', '王敏', '--unit', ACCOUNT])


@pytest.mark.parametrize('module', ('invite', 'members', 'accounts'))
def test_each_command_explains_itself(module, capsys):
    from importlib import import_module

    with pytest.raises(SystemExit) as end:
        import_module(f'ops.{module}').main(['--help'])
    assert end.value.code == 0
    assert f'python -m ops.{module}' in capsys.readouterr().out
