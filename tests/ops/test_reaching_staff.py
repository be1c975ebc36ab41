"""How an operator makes staff reachable: their mobile numbers, and the template of a service account."""

from collections.abc import Callable
from datetime import datetime

import pytest

from chalicelib.alliance.records import Account, Member, OpenSession
from ops import accounts, invite, members
from tests.door import ACCOUNT, HOME

MOBILE = '13800000001'
SERVICE = 'district'
TEMPLATE = 'x' * 43

Run = Callable[..., int]


@pytest.fixture
def run(alliance: None) -> Run:
    commands = {'members': members, 'invite': invite, 'accounts': accounts}
    return lambda command, *words: commands[command].main(['--stage', 'test', *words])


def test_a_mobile_is_kept_and_signs_nobody_out(run: Run, capsys: pytest.CaptureFixture[str], now: datetime) -> None:
    wang = Member.get('wangmin')
    wang.sessions = [OpenSession(name='browser', expires_at=now)]
    wang.save()
    assert run('members', 'mobile', 'wangmin', MOBILE) == 0
    wang = Member.get('wangmin')
    assert (wang.mobile, [session.name for session in wang.sessions]) == (MOBILE, ['browser'])
    assert MOBILE not in ''.join(capsys.readouterr())
    assert run('members', 'mobile', 'wangmin') == 0
    assert Member.get('wangmin').mobile is None


@pytest.mark.parametrize('number', ('1380000000', '23800000001', '+8613800000001', '1３８００００００００'))
def test_what_is_no_mobile_is_not_kept(run: Run, capsys: pytest.CaptureFixture[str], number: str) -> None:
    assert run('members', 'mobile', 'wangmin', number) == 2
    assert capsys.readouterr().err == 'number: 11 digits, the first of them 1\n'
    assert Member.get('wangmin').mobile is None


def test_the_mobile_of_nobody_is_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run('members', 'mobile', 'nobody', MOBILE) == 2
    assert 'member: there is no member nobody' in capsys.readouterr().err


def test_an_invited_member_has_a_mobile_from_the_start(run: Run) -> None:
    assert run('invite', '--name', '赵欣', '--unit', HOME, '--mobile', MOBILE) == 0
    assert [member.mobile for member in Member.scan() if member.name == '赵欣'] == [MOBILE]


def test_with_a_wrong_mobile_nobody_is_invited(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run('invite', '--name', '赵欣', '--unit', HOME, '--mobile', '138') == 2
    assert capsys.readouterr().err == '--mobile: 11 digits, the first of them 1\n'
    assert [member.name for member in Member.scan()] == ['王敏']


@pytest.fixture
def service(alliance: None) -> None:
    Account(SERVICE, name='微市南', kind='service', verified=True, unit=HOME).save()


@pytest.mark.usefixtures('service')
def test_a_template_is_chosen_for_a_service_account(run: Run) -> None:
    assert run('accounts', 'template', SERVICE, '--template', TEMPLATE, '--fields', 'thing1,time2') == 0
    account = Account.get(SERVICE)
    assert (account.alert_template, list(account.alert_fields)) == (TEMPLATE, ['thing1', 'time2'])
    assert (account.name, account.verified) == ('微市南', True)


@pytest.mark.parametrize(
    ('account', 'template', 'fields', 'problem'),
    (
        (ACCOUNT, TEMPLATE, 'thing1,time2', f'id: {ACCOUNT} is no verified service account'),
        ('nobody', TEMPLATE, 'thing1,time2', 'id: there is no account nobody'),
        (SERVICE, 'short', 'thing1,time2', 'template: '),
        (SERVICE, TEMPLATE, 'thing1', 'fields: '),
        (SERVICE, TEMPLATE, 'thing1,time2,thing3', 'fields: '),
    ),
)
@pytest.mark.usefixtures('service')
def test_a_template_that_cannot_be_used_is_not_chosen(
    run: Run, capsys: pytest.CaptureFixture[str], account: str, template: str, fields: str, problem: str
) -> None:
    assert run('accounts', 'template', account, '--template', template, '--fields', fields) == 2
    assert capsys.readouterr().err.startswith(problem)
    assert [each.alert_template for each in Account.scan()] == [None, None]
