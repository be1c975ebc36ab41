"""Who follows an account, its QR codes, and the few calls about the API itself."""

from typing import Any
from urllib.parse import quote

from chalicelib import clock
from chalicelib.wechat.limits import DAILY_QUOTAS, FOLLOWERS_A_PAGE
from local.standin.call import Api, Call, count, part, verified, verified_service
from local.standin.refusals import Refusal

MOST_TEMPORARY_SECONDS = 2_592_000
CLEARED_A_MONTH = 10
PAGE = FOLLOWERS_A_PAGE


def info(call: Call) -> dict[str, Any]:
    openid = call.request.args.get('openid', '')
    person = call.world.person_of(call.account.id, openid)
    if not person:
        raise Refusal(40003)
    state = call.world.chat_state(person, call.account.id)
    if not state.following or not state.since:
        return {'subscribe': 0, 'openid': openid}
    return {
        'subscribe': 1, 'openid': openid, 'nickname': '', 'sex': 0, 'language': 'zh_CN', 'city': '', 'province': '',
        'country': '', 'headimgurl': '', 'subscribe_time': int(state.since.timestamp()), 'remark': '', 'groupid': 0,
        'tagid_list': [], 'subscribe_scene': 'ADD_SCENE_QR_CODE', 'qr_scene': 0, 'qr_scene_str': state.scene or '',
    }  # fmt: skip


def everybody(call: Call) -> dict[str, Any]:
    world, id = call.world, call.account.id
    with world.lock:
        following = sorted(world.openid(p, id) for p in world.state.people if world.chat_state(p, id).following)
    after = call.request.args.get('next_openid', '')
    page = [openid for openid in following if openid > after][:PAGE]
    head = {'total': len(following), 'count': len(page), 'next_openid': page[-1] if page else ''}
    return head | ({'data': {'openid': page}} if page else {})


def create_code(call: Call) -> dict[str, Any]:
    action = str(call.data.get('action_name'))
    scene = part(part(call.data, 'action_info'), 'scene')
    name = scene.get('scene_str') if 'STR' in action else scene.get('scene_id')
    if action not in ('QR_SCENE', 'QR_STR_SCENE', 'QR_LIMIT_SCENE', 'QR_LIMIT_STR_SCENE'):
        raise Refusal(40053)
    if not name or len(str(name)) > 64:
        raise Refusal(40053)
    ticket = call.world.ticket(call.account.id, str(name))
    made: dict[str, Any] = {'ticket': ticket, 'url': f'{call.world.url}/poster?ticket={quote(ticket)}'}
    if 'LIMIT' not in action:
        made['expire_seconds'] = min(int(call.data.get('expire_seconds', 60)), MOST_TEMPORARY_SECONDS)
    return made


def callback_addresses(call: Call) -> dict[str, Any]:
    return {'ip_list': ['127.0.0.1']}


def check_callback(call: Call) -> dict[str, Any]:
    """Whether WeChat finds the server that was entered in the console; here it is always this machine."""
    if call.data.get('action') not in ('dns', 'ping', 'all'):
        raise Refusal(40202)
    if call.data.get('check_operator') not in ('CHINANET', 'UNICOM', 'CAP', 'DEFAULT'):
        raise Refusal(40203)
    if not call.account.callback_url:
        raise Refusal(40201)
    found = {'ip': '127.0.0.1', 'real_operator': 'CAP'}
    pinged = {'ip': '127.0.0.1', 'from_operator': 'CAP', 'package_loss': '0%', 'time': '0.021ms'}
    return {
        'dns': [found] if call.data['action'] in ('dns', 'all') else [],
        'ping': [pinged] if call.data['action'] in ('ping', 'all') else [],
    }


def quota_left(call: Call) -> dict[str, Any]:
    path = str(call.data.get('cgi_path', ''))
    if not path.startswith('/'):
        raise Refusal(76003)
    quota = DAILY_QUOTAS.get(path.removeprefix('/cgi-bin/'))
    if quota is None:
        raise Refusal(76021)
    today = clock.day(call.world.now())
    used = call.world.state.calls.get(f'{call.account.id}|{today}|{path.removeprefix("/cgi-bin/")}', 0)
    left = max(0, quota.calls - used)
    return {'quota': {'daily_limit': quota.calls, 'used': quota.calls - left, 'remain': left}}


def clear_quota(call: Call) -> dict[str, Any]:
    if call.data.get('appid') != call.account.app_id:
        raise Refusal(40013)
    today = clock.day(call.world.now())
    if count(call.world, call.account.id, 'clear_quota', f'{today:%Y-%m}') > CLEARED_A_MONTH:
        raise Refusal(48006)
    with call.world.changed:
        for key in [key for key in call.world.state.calls if key.startswith(f'{call.account.id}|{today}|')]:
            del call.world.state.calls[key]
        call.world.note()
    return {}


APIS = {
    'user/info': Api('GET', info, verified),
    'user/get': Api('GET', everybody, verified),
    'qrcode/create': Api('POST', create_code, verified_service),
    'getcallbackip': Api('GET', callback_addresses),
    'callback/check': Api('POST', check_callback),
    'openapi/quota/get': Api('POST', quota_left),
    'clear_quota': Api('POST', clear_quota),
}
