"""`python -m ops.members`: who is there, and who is out."""

import pytest

from chalicelib.alliance import audit, roles, signin
from chalicelib.alliance.records import Member
from ops import members

ACCOUNT = '370202007005'


@pytest.fixture
def run(neighbourhood, now, monkeypatch):
    monkeypatch.setattr('chalicelib.clock.now', lambda: now)
    return lambda *words: members.main(['--stage', 'test', *words])


def test_list_shows_everybody_and_their_open_browsers(run, hire, sign_in, now, capsys):
    wang, li = hire(), hire('李强', ('370202007000',), 'oLiQiang')
    sign_in(wang, now)
    assert run('list') == 0
    lines = [line.split('\t') for line in capsys.readouterr().out.splitlines()[1:]]
    assert sorted(lines) == sorted([
        [wang.id, '王敏', 'active', 'clerk', '1', f'仙游路社区 ({ACCOUNT})'],
        [li.id, '李强', 'active', 'clerk', '0', '江苏路街道 (370202007000)'],
    ])  # fmt: skip
    run('list', '--unit', ACCOUNT)
    assert '李强' not in capsys.readouterr().out


def test_list_shows_no_openid(run, wang, capsys):
    run('list')
    assert wang.openid not in capsys.readouterr().out


def test_suspend_signs_out_and_restore_lets_in_again(run, wang, sign_in, now, capsys):
    cookie = sign_in(wang, now)
    assert run('suspend', wang.id) == 0
    assert Member.get(wang.id).state == 'suspended'
    assert signin.session(cookie, now) is None
    assert '王敏 is suspended' in capsys.readouterr().out
    assert run('restore', wang.id) == 0
    assert Member.get(wang.id).state == 'active'


def test_remove_signs_out_and_forgets_the_member(run, wang, sign_in, now, capsys):
    cookie = sign_in(wang, now)
    assert run('remove', wang.id) == 0
    assert list(Member.scan()) == []
    assert signin.session(cookie, now) is None
    assert '王敏 is removed' in capsys.readouterr().out


def test_units_replaces_them_and_signs_out(run, wang, sign_in, now, capsys):
    cookie = sign_in(wang, now)
    assert run('units', wang.id, '--unit', '370202007000', '--unit', ACCOUNT) == 0
    assert Member.get(wang.id).units == ['370202007000', ACCOUNT]
    assert signin.session(cookie, now) is None
    assert '江苏路街道' in capsys.readouterr().out


def test_units_that_do_not_exist_are_not_given(run, wang, capsys):
    assert run('units', wang.id, '--unit', ACCOUNT, '--unit', 'x') == 2
    assert capsys.readouterr().err == '--unit: there is no unit x\n'
    assert Member.get(wang.id).units == [ACCOUNT]


@pytest.mark.parametrize(
    'words', (('suspend', 'x'), ('restore', 'x'), ('remove', 'x'), ('units', 'x', '--unit', ACCOUNT))
)
def test_a_member_that_does_not_exist_is_named(run, capsys, words):
    assert run(*words) == 2
    assert 'member: there is no member x' in capsys.readouterr().err


def test_roles_are_replaced_sign_out_and_are_written_down(run, wang, sign_in, now, capsys):
    cookie = sign_in(wang, now)
    assert run('roles', wang.id, '--role', 'lead', '--role', 'approver') == 0
    assert Member.get(wang.id).roles == ['lead', 'approver']
    assert signin.session(cookie, now) is None
    assert [(change.by_name, change.did) for change in audit.latest(ACCOUNT, 5)] == [
        ('系统管理员（命令）', '命令改了角色：王敏')
    ]
    with pytest.raises(SystemExit):
        run('roles', wang.id, '--role', 'king')


def test_every_role_is_explained(run, capsys):
    assert run('which-roles') == 0
    assert [line.split('\t')[0] for line in capsys.readouterr().out.splitlines()[1:]] == list(roles.NAMES)
