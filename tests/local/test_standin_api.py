"""The rest of the API: media that expire, menus, followers, quotas and faults; each error by its cause."""

from datetime import timedelta

import pytest
import requests

from chalicelib.wechat import limits
from local.standin.world import World
from tests.local.stage import Api, Callback, Clock, add_account

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SEND = 'message/custom/send'


# media


def test_media_come_back_for_three_days_and_only_to_their_account(
    api: Api, world: World, callback: Callback, clock: Clock
) -> None:
    world.send_image('li', 'xianyou', b'\xff\xd8photo', 'image/jpeg')
    media_id = world.chat('li', 'xianyou')[-1].media_id
    got = api.get('media/get', media_id=media_id)
    assert got.content == b'\xff\xd8photo'
    assert got.headers['Content-Type'] == 'image/jpeg'
    assert got.headers['Content-disposition'] == f'attachment; filename="{media_id}.jpg"'
    add_account(world, 'other', callback)
    assert api.get('media/get', api.token('other'), media_id=media_id).json()['errcode'] == 40007
    clock.move(timedelta(days=3) - MINUTE)
    assert api.get('media/get', media_id=media_id).content == b'\xff\xd8photo'
    clock.move(MINUTE)
    gone = api.get('media/get', media_id=media_id)
    assert (gone.status_code, gone.json()['errcode']) == (200, 40007)
    assert gone.headers['Content-Type'].startswith('text/plain')


def test_an_uploaded_picture_cannot_be_sent_after_three_days(api: Api, world: World, li: str, clock: Clock) -> None:
    picture = api.upload()['media_id']
    clock.move(timedelta(days=3))
    world.send_text('li', 'xianyou', '还在吗')
    assert api.say(li, msgtype='image', image={'media_id': picture}) == 40007


def test_a_video_is_fetched_from_the_address_given(api: Api, world: World) -> None:
    world.send_video('li', 'xianyou', b'film')
    got = api.get('media/get', media_id=world.chat('li', 'xianyou')[-1].media_id)
    assert requests.get(got.json()['video_url'], timeout=10).content == b'film'


@pytest.mark.parametrize(
    ('changes', 'code'),
    [
        ({'kind': 'poem'}, 40004),
        ({'content_type': 'image/webp'}, 40005),
        ({'content': b'%PDF'}, 40005),
        ({'content': b'\xff\xd8' + bytes(limits.UPLOADS['image'].bytes - 1)}, 40009),
        (
            {
                'kind': 'voice',
                'content_type': 'audio/amr',
                'content': b'#!AMR\n' + bytes(limits.UPLOADS['voice'].bytes),
            },
            40010,
        ),
        ({'kind': 'voice', 'content_type': 'audio/amr', 'content': b'#!AMR\n' + b'\x7c' * 50 * 62}, 45007),
        ({'kind': 'thumb', 'content': b'\xff\xd8' + bytes(limits.UPLOADS['thumb'].bytes)}, 40012),
    ],
    ids=('kind', 'type', 'beginning', 'picture too big', 'voice too big', 'voice too long', 'thumb too big'),
)
def test_uploads_are_refused_by_their_fault(api: Api, changes: dict, code: int) -> None:
    assert api.upload(**changes)['errcode'] == code


def test_an_upload_without_its_file_is_refused(api: Api) -> None:
    assert api.post('media/upload', query={'type': 'image'}, files={'other': ('a.jpg', b'x')})['errcode'] == 41005
    assert api.post('media/upload', query={'type': 'image'}, files={'media': ('a.jpg', b'')})['errcode'] == 44001


# menus, followers, codes


def test_a_menu_is_kept_given_back_and_deleted(api: Api) -> None:
    assert api.get('menu/get').json()['errcode'] == 46003
    child = {'type': 'view', 'name': '公开板', 'url': 'https://example.org/'}
    buttons = [{'type': 'click', 'name': '今日通知', 'key': 'today'}, {'name': '办事', 'sub_button': [child]}]
    assert api.post('menu/create', json={'button': buttons}) == {'errcode': 0, 'errmsg': 'ok'}
    assert api.get('menu/get').json()['menu']['button'] == buttons
    assert api.get('menu/delete').json()['errcode'] == 0
    assert api.get('menu/get').json()['errcode'] == 46003


BUTTON = {'type': 'click', 'name': '今日', 'key': 'today'}


@pytest.mark.parametrize(
    ('buttons', 'code'),
    [
        ([BUTTON] * 4, 40016),
        ([], 40016),
        ([{'name': '办事', 'sub_button': [BUTTON] * 6}], 40023),
        ([BUTTON | {'type': 'poem'}], 40017),
        ([BUTTON | {'name': '一二三四五六'}], 40018),
        ([BUTTON | {'key': 'k' * 129}], 40019),
        ([{'type': 'view', 'name': '板', 'url': 'https://' + 'u' * 1024}], 40020),
        (['flat'], 47001),
    ],
)
def test_menus_are_refused_by_their_fault(api: Api, buttons: list, code: int) -> None:
    assert api.post('menu/create', json={'button': buttons})['errcode'] == code


def test_followers_are_listed_and_described(api: Api, world: World, clock: Clock) -> None:
    world.add_person('wang', '王先生')
    world.follow('wang', 'xianyou', 'sq:1')
    both = sorted(world.openid(person, 'xianyou') for person in ('li', 'wang'))
    assert api.get('user/get').json() == {'total': 2, 'count': 2, 'data': {'openid': both}, 'next_openid': both[1]}
    assert api.get('user/get', next_openid=both[1]).json() == {'total': 2, 'count': 0, 'next_openid': ''}
    wang = api.get('user/info', openid=world.openid('wang', 'xianyou')).json()
    assert (wang['subscribe'], wang['qr_scene_str'], wang['nickname']) == (1, 'sq:1', '')
    world.unfollow('wang', 'xianyou')
    assert api.get('user/info', openid=wang['openid']).json() == {'subscribe': 0, 'openid': wang['openid']}
    assert api.get('user/info', openid='o-nobody').json()['errcode'] == 40003


def test_a_code_has_the_ticket_that_its_scan_brings(api: Api, world: World, callback: Callback) -> None:
    scene = {'action_name': 'QR_LIMIT_STR_SCENE', 'action_info': {'scene': {'scene_str': 'sq:1'}}}
    made = api.post('qrcode/create', json=scene)
    world.scan('li', 'xianyou', 'sq:1')
    world.wait_idle(10)
    assert callback.message(callback.asked[0])['Ticket'] == made['ticket']
    assert api.post('qrcode/create', json=scene | {'action_name': 'QR'})['errcode'] == 40053


# quotas and faults


def test_a_quota_ends_at_midnight_in_beijing_or_is_cleared(
    api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.DAILY_QUOTAS, 'menu/get', limits.Quota(2, 'a test'))
    codes = [api.get('menu/get').json()['errcode'] for _ in range(3)]
    assert codes == [46003, 46003, 45009]
    assert api.post('clear_quota', json={'appid': 'wx-xianyou'})['errcode'] == 0
    assert [api.get('menu/get').json()['errcode'] for _ in range(3)] == codes
    clock.move(HOUR + 50 * MINUTE)  # from 22:10
    assert api.get('menu/get').json()['errcode'] == 46003


def test_what_is_left_of_a_quota_is_told(api: Api) -> None:
    for _ in range(3):
        api.get('user/get')
    left = api.post('openapi/quota/get', json={'cgi_path': '/cgi-bin/user/get'})['quota']
    assert left == {'daily_limit': 500, 'used': 3, 'remain': 497}
    assert api.post('openapi/quota/get', json={'cgi_path': 'cgi-bin/user/get'})['errcode'] == 76003
    assert api.post('openapi/quota/get', json={'cgi_path': '/cgi-bin/no/such'})['errcode'] == 76021


def test_the_server_in_the_console_is_looked_for(api: Api, world: World) -> None:
    asked = {'action': 'all', 'check_operator': 'DEFAULT'}
    found = api.post('callback/check', json=asked)
    assert (found['dns'][0]['ip'], found['ping'][0]['package_loss']) == ('127.0.0.1', '0%')
    assert api.post('callback/check', json=asked | {'action': 'dig'})['errcode'] == 40202
    assert api.post('callback/check', json=asked | {'check_operator': 'X'})['errcode'] == 40203
    world.state.accounts['xianyou'].callback_url = ''
    assert api.post('callback/check', json=asked)['errcode'] == 40201


def test_quotas_are_cleared_ten_times_a_month(api: Api) -> None:
    assert [api.post('clear_quota', json={'appid': 'wx-xianyou'})['errcode'] for _ in range(11)] == [*[0] * 10, 48006]
    assert api.post('clear_quota', json={'appid': 'wx-other'})['errcode'] == 40013


def test_methods_are_told_apart(api: Api) -> None:
    assert api.get(SEND).json()['errcode'] == 43002
    assert api.post('menu/get', json={})['errcode'] == 43001


def test_faults_on_request(api: Api, world: World, li: str) -> None:
    world.faults.busy_share = 1
    token = api.get('getcallbackip', 'any').json()
    assert token['errcode'] == -1
    world.faults.busy_share = 0
    world.faults.always['/cgi-bin/message/custom/send'] = 45015
    assert api.say(li) == 45015
    assert api.get('getcallbackip').status_code == 200
    world.faults.always.clear()
    world.faults.api_down = True
    assert api.get('getcallbackip', 'any').status_code == 503
    world.faults.api_down = False
    assert api.say(li) == 0


def test_an_answer_can_be_lost_though_the_message_went_out(api: Api, world: World, li: str) -> None:
    token = api.token()
    world.faults.lose_answers = True
    with pytest.raises(requests.ConnectionError):
        api.post(SEND, token, json={'touser': li, 'msgtype': 'text', 'text': {'content': '您好'}})
    assert world.chat('li', 'xianyou')[-1].text == '您好'


def test_a_slow_call_is_carried_out_after_its_caller_has_given_up(api: Api, world: World, li: str) -> None:
    token = api.token()
    world.faults.slow_seconds = 0.3
    message = {'touser': li, 'msgtype': 'text', 'text': {'content': 'ok'}}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f'{api.url}/cgi-bin/{SEND}', params={'access_token': token}, json=message, timeout=0.05)
    assert len(world.chat('li', 'xianyou')) == 1
    world.wait_for(lambda: len(world.chat('li', 'xianyou')) == 2, 10)
