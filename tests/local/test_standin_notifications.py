"""Notifications by subscription: one for each consent, for good where that is agreed, and what the account is told."""

from typing import Any

import pytest

from local.standin.world import World
from tests.local.stage import Api, Callback, add_account

ONE, LASTING = 'one-at-a-time', 'for-good'
FIELDS = {'thing1': '事项', 'time2': '时间'}
DATA = {'thing1': {'value': '日常保洁'}, 'time2': {'value': '2026年11月28日 09:00'}}


@pytest.fixture
def approved(world: World) -> World:
    world.add_notification('xianyou', ONE, '预约提醒', FIELDS)
    world.add_notification('xianyou', LASTING, '办事提醒', FIELDS, lasting=True)
    return world


def send(world: World, api: Api, template: str = ONE, account: str = 'xianyou', **changes: Any) -> int:
    message = {
        'touser': world.openid('li', account), 'template_id': template, 'page': 'https://example.org/b', 'data': DATA,
    }  # fmt: skip
    return int(api.post('message/subscribe/bizsend', token=api.token(account), json=message | changes)['errcode'])


def told(world: World, callback: Callback) -> list[dict[str, Any]]:
    world.wait_idle(10)
    return [callback.message(asked) for asked in callback.asked]


def test_one_consent_is_one_notification(approved: World, api: Api, callback: Callback) -> None:
    assert send(approved, api) == 43101
    approved.agree('li', 'xianyou', ONE)
    [event] = told(approved, callback)
    assert event['Event'] == 'subscribe_msg_popup_event'
    assert event['FromUserName'] == approved.openid('li', 'xianyou')
    assert event['SubscribeMsgPopupEvent']['List'] == {
        'TemplateId': ONE, 'SubscribeStatusString': 'accept', 'PopupScene': '1',
    }  # fmt: skip
    assert [send(approved, api), send(approved, api)] == [0, 43101]
    [line] = approved.chat('li', 'xianyou')
    assert (line.kind, line.text, line.fields) == ('template', '预约提醒', {
        'url': 'https://example.org/b', 'values': [['事项', '日常保洁'], ['时间', '2026年11月28日 09:00']],
    })  # fmt: skip
    sent = told(approved, callback)[-1]
    assert sent['Event'] == 'subscribe_msg_sent_event'
    assert sent['SubscribeMsgSentEvent']['List']['ErrorCode'] == '0'


def test_a_lasting_consent_lasts_until_it_is_taken_back(approved: World, api: Api, callback: Callback) -> None:
    approved.agree('li', 'xianyou', LASTING)
    assert [send(approved, api, LASTING) for _ in range(3)] == [0, 0, 0]
    approved.refuse('li', 'xianyou', LASTING)
    assert send(approved, api, LASTING) == 43101
    assert {'TemplateId': LASTING, 'SubscribeStatusString': 'reject'} in [
        event.get('SubscribeMsgChangeEvent', {}).get('List') for event in told(approved, callback)
    ]


def test_whoever_declines_gets_none_and_the_account_is_told(approved: World, api: Api, callback: Callback) -> None:
    approved.agree('li', 'xianyou', ONE, accept=False)
    [event] = told(approved, callback)
    assert event['SubscribeMsgPopupEvent']['List']['SubscribeStatusString'] == 'reject'
    assert send(approved, api) == 43101


def test_one_who_does_not_follow_gets_what_they_agreed_to(approved: World, api: Api) -> None:
    approved.unfollow('li', 'xianyou')
    approved.agree('li', 'xianyou', ONE)
    assert send(approved, api) == 0


@pytest.mark.parametrize(('changes', 'code'), (
    ({'template_id': 'another'}, 40037),
    ({'touser': 'oNobody'}, 40003),
    ({'data': {'thing1': DATA['thing1']}}, 47003),
    ({'data': DATA | {'thing1': {'value': '字' * 21}}}, 47003),
))  # fmt: skip
def test_what_is_refused_uses_no_consent(approved: World, api: Api, changes: dict[str, Any], code: int) -> None:
    approved.agree('li', 'xianyou', ONE)
    assert send(approved, api, **changes) == code
    assert send(approved, api) == 0


@pytest.mark.parametrize('changes', ({'kind': 'subscription'}, {'verified': False}))
def test_only_a_verified_service_account_has_notifications(
    world: World, api: Api, callback: Callback, changes: dict[str, Any]
) -> None:
    add_account(world, 'small', callback, **changes)
    world.add_notification('small', ONE, '预约提醒', FIELDS)
    assert send(world, api, account='small') == 48001
