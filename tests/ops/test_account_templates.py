"""How an operator chooses the templates and notifications by which residents are told."""

from collections.abc import Callable

import pytest

from chalicelib.alliance.records import Account
from ops import accounts
from tests.door import ACCOUNT, HOME

SERVICE, TEMPLATE = 'district', 'x' * 43
Run = Callable[..., int]


@pytest.fixture
def run(alliance: None) -> Run:
    Account(
        SERVICE, name='微市南', kind='service', verified=True, unit=HOME, alert_template='a', alert_fields=['b']
    ).save()

    def choose(account: str, by: str, *words: str) -> int:
        given = ['residents-template', account, '--purpose', 'booking', '--by', by, *words]
        return accounts.main(['--stage', 'test', *given])

    return choose


def test_a_template_and_a_notification_stand_side_by_side_and_go_one_by_one(run: Run) -> None:
    assert run(SERVICE, 'template', '--template', TEMPLATE, '--fields', 'what=thing1,when=time2') == 0
    assert run(SERVICE, 'notification', '--template', 'y' * 43, '--fields', 'what=thing3', '--long-term') == 0
    account = Account.get(SERVICE)
    assert account.templates == {'booking': {'id': TEMPLATE, 'fields': {'what': 'thing1', 'when': 'time2'}}}
    assert account.notifications == {'booking': {'id': 'y' * 43, 'fields': {'what': 'thing3'}, 'lasting': True}}
    assert account.alert_template == 'a'
    assert run(SERVICE, 'template', '--off') == 0
    account = Account.get(SERVICE)
    assert account.templates is None
    assert account.notifications


@pytest.mark.parametrize(('account', 'by', 'words', 'problem'), (
    (ACCOUNT, 'template', ('--template', TEMPLATE, '--fields', 'what=thing1'), 'id: '),
    ('nobody', 'template', ('--template', TEMPLATE, '--fields', 'what=thing1'), 'id: there is no account'),
    (SERVICE, 'template', ('--template', 'short', '--fields', 'what=thing1'), 'template: '),
    (SERVICE, 'template', ('--template', TEMPLATE), 'fields: '),
    (SERVICE, 'template', ('--template', TEMPLATE, '--fields', 'thing1,time2'), 'fields: '),
    (SERVICE, 'template', ('--template', TEMPLATE, '--fields', 'colour=thing1'), 'fields: '),
    (SERVICE, 'template', ('--template', TEMPLATE, '--fields', 'what=thing1,when=thing1'), 'fields: '),
    (SERVICE, 'template', ('--template', TEMPLATE, '--fields', 'what=thing1', '--long-term'), '--long-term: '),
))  # fmt: skip
def test_what_cannot_be_used_is_not_chosen(
    run: Run, capsys: pytest.CaptureFixture[str], account: str, by: str, words: tuple[str, ...], problem: str
) -> None:
    assert run(account, by, *words) == 2
    assert capsys.readouterr().err.startswith(problem)
    assert [each.templates for each in Account.scan()] == [None, None]
