"""The people of the local alliance: complete, able to work at once, and not changed by a second run."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import requests

from chalicelib import aws
from chalicelib.alliance import actions, signin
from chalicelib.alliance.credentials import credentials
from chalicelib.alliance.records import Account, Member, Unit
from chalicelib.storage import commit
from local import alliance
from local.standin.server import serve
from local.standin.world import World

BASE = 'http://127.0.0.1:1'


@pytest.fixture
def world(store: None, now: datetime) -> Iterator[World]:
    world = World(None, lambda: now, lambda by: None)
    yield world
    world.close()


@pytest.fixture
def settled(world: World, now: datetime) -> World:
    alliance.settle(world, BASE, now)
    return world


@pytest.mark.usefixtures('settled')
def test_the_whole_district_is_there() -> None:
    assert Counter(unit.kind for unit in actions.units()) == {
        'district': 1, 'street': 10, 'community': 65, 'department': 6,
    }  # fmt: skip
    assert len(actions.accounts()) == 66
    assert {unit.parent for unit in actions.units() if unit.kind == 'street'} == {alliance.DISTRICT}
    assert actions.unit(alliance.XIANYOU).parent == alliance.STREET


@pytest.mark.usefixtures('settled')
def test_there_is_every_sort_of_account() -> None:
    by_id = {account.id: account for account in actions.accounts()}
    assert Counter(account.mode for account in by_id.values()) == {'safe': 64, 'compatible': 1, 'plain': 1}
    assert [account.id for account in by_id.values() if account.kind == 'service'] == [alliance.DISTRICT]
    assert [account.name for account in by_id.values() if not account.verified] == ['三明路社区']
    xianyou = by_id[alliance.XIANYOU]
    assert (xianyou.name, xianyou.mode, xianyou.verified, xianyou.kind) == ('仙游路社区', 'safe', True, 'subscription')


def test_the_product_and_wechat_share_the_secrets_of_every_account(settled: World) -> None:
    for account in actions.accounts():
        ours, theirs = credentials(account.id), settled.state.accounts[account.id]
        assert (ours.app_id, ours.secret, ours.token, ours.aes_key) == (
            theirs.app_id, theirs.secret, theirs.token, theirs.aes_key,
        )  # fmt: skip
        assert theirs.callback_url == f'{BASE}/wechat/{account.id}'
    assert len({credentials(account.id).secret for account in actions.accounts()}) == 66


def test_staff_can_sign_in_from_their_phones_at_once(settled: World) -> None:
    for staff in alliance.STAFF:
        openid = settled.openid(staff.person, staff.account)
        member = actions.member_in_chat(staff.account, openid)
        assert member, staff.name
        assert (member.name, member.units, member.roles) == (staff.name, [staff.unit], [staff.role])
        assert settled.chat_state(staff.person, staff.account).following


def test_a_second_run_changes_nothing(settled: World, now: datetime) -> None:
    before = [sorted(str(row.serialize()) for row in model.scan()) for model in (Unit, Account, Member)]
    secrets = [credentials(account.id) for account in actions.accounts()]
    alliance.settle(settled, BASE, now)
    assert [sorted(str(row.serialize()) for row in model.scan()) for model in (Unit, Account, Member)] == before
    assert [credentials(account.id) for account in actions.accounts()] == secrets


def test_the_invitation_stays_the_same_until_it_is_used(settled: World, now: datetime, tmp_path: Path) -> None:
    code = alliance.invitation(tmp_path, now)
    assert code
    assert alliance.invitation(tmp_path, now) == code

    openid = settled.openid(alliance.INVITED.person, alliance.XIANYOU)
    found = signin.find_invitation(code, now)
    assert found
    commit(signin.accept(found, alliance.XIANYOU, openid, now))
    actions.forget()
    assert alliance.invitation(tmp_path, now) is None


@pytest.mark.usefixtures('settled')
def test_an_invitation_that_ran_out_is_replaced(now: datetime, tmp_path: Path) -> None:
    code = alliance.invitation(tmp_path, now)
    later = now.replace(month=12, day=23)
    fresh = alliance.invitation(tmp_path, later)
    assert fresh not in (None, code)
    assert [member.name for member in actions.members()].count(alliance.INVITED.name) == 1


def secret(name: str) -> str:
    found = aws.client('ssm').get_parameter(Name=f'/weilin/test/{name}', WithDecryption=True)
    return str(found['Parameter']['Value'])


@pytest.mark.usefixtures('settled')
def test_wang_min_has_the_evening_and_can_be_called(now: datetime) -> None:
    duty = actions.hours_of(alliance.XIANYOU).on_duty(now)  # 22:10
    assert duty
    [member] = [actions.member(id) for id in duty.members]
    assert member
    assert (member.name, member.mobile) == ('王敏', '13800000001')
    assert actions.unit(alliance.XIANYOU).channels == ['robot', 'wechat']


def test_the_product_and_the_stand_in_share_robots_gateway_and_template(world: World, now: datetime) -> None:
    server = serve(world, '127.0.0.1', 0)
    try:
        alliance.settle(world, BASE, now)
        for unit in (alliance.XIANYOU, alliance.STREET, alliance.DISTRICT):
            said = {'msgtype': 'text', 'text': {'content': '有居民在等', 'mentioned_mobile_list': ['13800000001']}}
            asked = {'key': secret(f'robots/{unit}')}
            requests.post(f'{server.url}/cgi-bin/webhook/send', params=asked, json=said, timeout=10)
            assert [line.fields['called'] for line in world.state.robots[unit].lines] == [['王敏']]
        provider = json.loads(secret('sms'))
        head = {'Authorization': f'Bearer {provider["key"]}'}
        asked = {'mobile': '13800000005', 'text': '有居民在等'}
        assert requests.post(provider['url'], json=asked, headers=head, timeout=10).status_code == 200
    finally:
        server.stop()
    held = world.state.accounts[alliance.DISTRICT]
    account = actions.account(alliance.DISTRICT)
    [template, of_bookings] = held.templates
    assert (account.alert_template, list(account.alert_fields)) == (template.id, list(template.fields))
    [notification] = held.notifications
    for chosen, approved in ((account.templates, of_bookings), (account.notifications, notification)):
        booking = chosen['booking']
        assert (booking['id'], sorted(booking['fields'].values())) == (approved.id, sorted(approved.fields))


def test_a_store_from_before_there_were_robots_gets_what_is_missing(settled: World, now: datetime) -> None:
    keys = {unit: robot.key for unit, robot in settled.state.robots.items()}
    for unit in Unit.scan():
        unit.channels, unit.duty = [], None
        unit.save()
    for member in Member.scan():
        member.update(actions=[Member.mobile.remove()])
    aws.client('ssm').delete_parameter(Name=f'/weilin/test/robots/{alliance.STREET}')
    alliance.settle(settled, BASE, now)
    assert all(member.mobile for member in actions.members())
    assert actions.unit(alliance.STREET).channels == ['robot', 'template']
    again = {unit: robot.key for unit, robot in settled.state.robots.items()}
    assert {unit for unit in keys if again[unit] != keys[unit]} == {alliance.STREET}
    assert again[alliance.STREET] == secret(f'robots/{alliance.STREET}')


def test_what_an_operator_has_set_stays(settled: World, now: datetime) -> None:
    Unit(alliance.XIANYOU).update(actions=[Unit.channels.set(['sms']), Unit.duty.remove()])
    alliance.settle(settled, BASE, now)
    unit = Unit.get(alliance.XIANYOU)
    assert (list(unit.channels), unit.duty) == (['sms'], None)
