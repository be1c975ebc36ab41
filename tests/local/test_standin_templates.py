"""Template messages: who may send which, what must stand in them, what the phone shows and the account is told."""

from typing import Any

import pytest

from local.standin.world import World
from tests.local.stage import Api, Callback, add_account

TEMPLATE = 'waiting-residents'
DATA = {'thing1': {'value': '有居民等回复'}, 'time2': {'value': '2026年11月23日 22:41'}}


@pytest.fixture
def approved(world: World) -> World:
    world.add_template('xianyou', TEMPLATE, '待办事项提醒', {'thing1': '事项', 'time2': '截止时间'})
    return world


def send(api: Api, openid: str, account: str = 'xianyou', **changes: Any) -> dict[str, Any]:
    message = {'touser': openid, 'template_id': TEMPLATE, 'url': 'https://example.org/login', 'data': DATA} | changes
    return api.post('message/template/send', token=api.token(account), json=message)


def test_the_phone_shows_the_fields_by_their_names_and_the_account_is_told_the_end(
    approved: World, api: Api, callback: Callback
) -> None:
    answer = send(api, approved.openid('li', 'xianyou'))  # she has not written: no window is needed
    assert answer['errcode'] == 0
    [line] = approved.chat('li', 'xianyou')
    assert (line.kind, line.text, line.fields) == ('template', '待办事项提醒', {
        'url': 'https://example.org/login', 'values': [['事项', '有居民等回复'], ['截止时间', '2026年11月23日 22:41']],
    })  # fmt: skip
    approved.wait_idle(10)
    [told] = [callback.message(asked) for asked in callback.asked]
    assert (told['Event'], told['Status'], told['MsgID']) == (
        'TEMPLATESENDJOBFINISH', 'success', str(answer['msgid']),
    )  # fmt: skip
    assert told['FromUserName'] == approved.openid('li', 'xianyou')


@pytest.mark.parametrize(('changes', 'code'), (
    ({'template_id': 'another'}, 40037),
    ({'touser': 'oNobody'}, 40003),
    ({'data': {'thing1': DATA['thing1']}}, 47003),
    ({'data': DATA | {'thing1': {'value': '字' * 21}}}, 47003),
    ({'data': DATA | {'time2': {'value': '今晚'}}}, 47003),
    ({'data': '有居民等回复'}, 47001),
))  # fmt: skip
def test_what_wechat_refuses_is_not_shown(approved: World, api: Api, changes: dict[str, Any], code: int) -> None:
    openid = changes.pop('touser', approved.openid('li', 'xianyou'))
    assert send(api, openid, **changes)['errcode'] == code
    assert approved.chat('li', 'xianyou') == []


def test_whoever_left_gets_none(approved: World, api: Api) -> None:
    approved.unfollow('li', 'xianyou')
    assert send(api, approved.openid('li', 'xianyou'))['errcode'] == 43004


@pytest.mark.parametrize('changes', ({'kind': 'subscription'}, {'verified': False}))
def test_only_a_verified_service_account_has_templates(
    world: World, api: Api, callback: Callback, changes: dict[str, Any]
) -> None:
    add_account(world, 'small', callback, **changes)
    world.add_template('small', TEMPLATE, '待办事项提醒', {'thing1': '事项', 'time2': '截止时间'})
    assert send(api, world.openid('li', 'small'), 'small')['errcode'] == 48001


def test_templates_stay_when_the_account_is_set_up_again(approved: World, callback: Callback) -> None:
    add_account(approved, 'xianyou', callback, name='仙游路')
    assert [template.id for template in approved.state.accounts['xianyou'].templates] == [TEMPLATE]
