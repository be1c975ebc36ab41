"""Each channel: what it needs, and what it hands to the world outside."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.alliance import channels, parameters
from chalicelib.alliance.alerts import WAYS
from chalicelib.alliance.records import Account, Member, Unit
from chalicelib.alliance.words import Message
from chalicelib.wechat import posting
from chalicelib.wechat.errors import NotSent
from ops import resources
from tests.conftest import NOW
from tests.door import SECRETS

HOME, SERVICE = '370202013001', 'weishinan'
HOUR = timedelta(hours=1)
MESSAGE = Message('【仙游路社区】1 位居民在等答复\nhttp://desk', '一' * 25, NOW + HOUR, 'http://desk')


@pytest.fixture
def member(store: None) -> Member:
    Unit(HOME, name='仙游路社区', kind='community').save()
    Account(
        SERVICE, name='微市南', kind='service', verified=True, unit=HOME, alert_template='t-1',
        alert_fields=['thing1', 'time2'],
    ).save()  # fmt: skip
    return Member('wangmin', name='王敏', state='active', account=SERVICE, openid='oWang', mobile='13800000001')


@pytest.fixture
def posts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    posts: list[tuple[Any, ...]] = []

    def post(url: str, body: object, params: object = None, headers: object = None) -> bytes:
        posts.append((url, body, headers))
        return b'{"errcode":0}'

    monkeypatch.setattr(posting, 'post', post)
    return posts


@pytest.fixture
def send(member: Member) -> Callable[[str], None]:
    return lambda channel: channels.send(channel, channels.Call(HOME, [member], MESSAGE, 'once', NOW))


def works(channel: str, member: Member, at: datetime = NOW) -> bool:
    return channels.Reach(HOME, NOW).works(channel, member, at)


def test_a_channel_that_is_not_set_up_reaches_nobody(member: Member, send: Callable[[str], None]) -> None:
    for channel in ('robot', 'wechat', 'sms'):
        assert not works(channel, member)
        with pytest.raises(NotSent):
            send(channel)


def test_a_chat_is_open_as_long_as_it_is(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WAYS, 'by_chat', lambda *told: None)
    assert not works('wechat', member)
    monkeypatch.setattr(WAYS, 'chat_open_until', lambda member, now: now + HOUR)
    assert works('wechat', member, NOW + HOUR / 2)
    assert not works('wechat', member, NOW + HOUR)


def test_the_sms_provider_gets_number_and_words_with_its_key(
    member: Member, send: Callable[[str], None], posts: list[Any]
) -> None:
    resources.put_secret(settings.sms_parameter(), '{"url": "https://sms.example/send", "key": "secret"}')
    assert works('sms', member)
    send('sms')
    body = {'mobile': '13800000001', 'text': MESSAGE.text}
    assert posts == [('https://sms.example/send', body, {'Authorization': 'Bearer secret'})]
    member.mobile = None
    assert not works('sms', member)


def test_a_parameter_nobody_can_read_is_a_channel_that_does_not_work(
    member: Member, caplog: pytest.LogCaptureFixture
) -> None:
    resources.put_secret(settings.sms_parameter(), 'the secret, but no JSON')
    assert not works('sms', member)
    assert 'a channel could not be looked at channel=sms error=ValueError' in caplog.text
    assert 'the secret' not in caplog.text


def test_a_key_is_kept_five_minutes(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [0.0]
    monkeypatch.setattr(parameters.time, 'monotonic', lambda: seconds[0])
    assert parameters.robot_key(HOME) is None
    resources.put_secret(settings.robot_parameter(HOME), 'key')
    seconds[0] = 299
    assert parameters.robot_key(HOME) is None
    seconds[0] = 300
    assert parameters.robot_key(HOME) == 'key'


def test_a_template_carries_what_happened_and_until_when(
    member: Member, send: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    resources.put_secret(settings.account_parameter(SERVICE), json.dumps(SECRETS))
    monkeypatch.setattr(channels, 'client_for', lambda credentials: type('', (), {'send_template': _tells(sent)})())
    assert works('template', member)
    send('template')
    assert sent == [('oWang', 't-1', 'http://desk', {'thing1': '一' * 20, 'time2': '2026年11月23日 23:10'})]


def _tells(sent: list[Any]) -> Callable[..., None]:
    return lambda client, *told: sent.append(told)


@pytest.mark.parametrize('lacks', ({'kind': 'subscription'}, {'verified': False}, {'alert_template': None}))
def test_only_a_service_account_with_a_template_sends_one(member: Member, lacks: dict[str, Any]) -> None:
    account = Account.get(SERVICE)
    for name, value in lacks.items():
        setattr(account, name, value)
    account.save()
    assert not works('template', member)
