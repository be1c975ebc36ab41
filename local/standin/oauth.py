"""网页授权: the page that says who opens another page, and the call that tells it to the account.

Whose phone a browser is: that of the chat looked at last in it, by the cookie `phone`; `&phone=` in the address wins.
Where neither is there, the page asks.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Request, redirect, render_template
from werkzeug.wrappers import Response

from local.standin.call import verified_service
from local.standin.people import Account, openid
from local.standin.refusals import Refusal
from local.standin.world import World

COOKIE = 'phone'
CODE_LASTS = timedelta(minutes=5)  # OD: used once or not within five minutes it is void
STATE = re.compile(r'[a-zA-Z0-9]{0,128}')
# As the phone shows them (OC): in the page, not as JSON.
NO_APP_ID, BAD_ADDRESS, BAD_SCOPE, BAD_STATE = (
    'AppID 参数错误', 'redirect_uri 域名与后台配置不一致，错误码:10003', 'Scope 参数错误或没有 Scope 权限',
    'state 参数错误',
)  # fmt: skip


@dataclass
class Code:
    """What a phone brings back; `used` once it has been exchanged."""

    account: str
    openid: str
    at: datetime
    snapshot: bool
    used: bool = False


def authorize(world: World, asked: Request) -> Response | str | tuple[str, int]:
    """Send the phone back with a code."""
    account = _account(world, asked.args.get('appid', ''))
    if trouble := _trouble(account, asked):
        return trouble, 400
    assert account
    person = asked.args.get('phone') or asked.cookies.get(COOKIE, '')
    if person not in world.state.people:
        return render_template(
            'whose.html', people=list(world.state.people.values()), asked=urlencode(asked.args), name=account.name
        )
    code = _new(world, account, person)
    back = asked.args['redirect_uri']
    query = urlencode({'code': code, 'state': asked.args.get('state', '')})
    return redirect(f'{back}{"&" if urlsplit(back).query else "?"}{query}')


def exchange(world: World, asked: Request) -> dict[str, Any]:
    """Who the phone is, for a code: once, within five minutes, to the account it was given for."""
    account = _admitted(world, asked)
    with world.changed:
        code = world.codes.get(asked.args['code'])
        if code is None or code.account != account.id:
            raise Refusal(40029)
        if code.used:
            raise Refusal(40163)
        if world.now() - code.at >= CODE_LASTS:
            raise Refusal(42003)
        code.used = True
    answer = {
        'access_token': f'90_{secrets.token_urlsafe(60)}', 'expires_in': 7200,
        'refresh_token': f'90_{secrets.token_urlsafe(60)}', 'openid': code.openid, 'scope': 'snsapi_base',
    }  # fmt: skip
    return answer | ({'is_snapshotuser': 1} if code.snapshot else {})


def _new(world: World, account: Account, person: str) -> str:
    code, snapshot = f'0{secrets.token_hex(15)}', world.faults.snapshot
    # A virtual user is a new one each time, and follows nothing.
    whose = openid(f'virtual {code}', account.id) if snapshot else world.openid(person, account.id)
    with world.changed:
        world.codes[code] = Code(account.id, whose, world.now(), snapshot)
    return code


def _trouble(account: Account | None, asked: Request) -> str:
    if account is None:
        return NO_APP_ID
    if not verified_service(account) or asked.args.get('scope') not in ('snsapi_base', 'snsapi_userinfo'):
        return BAD_SCOPE
    if urlsplit(asked.args.get('redirect_uri', '')).netloc != urlsplit(account.callback_url).netloc:
        return BAD_ADDRESS  # 网页授权域名: here the host that also has the callback
    if asked.args.get('response_type') != 'code' or not STATE.fullmatch(asked.args.get('state', '')):
        return BAD_STATE
    return ''


def _admitted(world: World, asked: Request) -> Account:
    for name, code in (('appid', 41002), ('secret', 41004), ('code', 41008)):
        if not asked.args.get(name):
            raise Refusal(code)
    if asked.args.get('grant_type') != 'authorization_code':
        raise Refusal(40002)
    account = _account(world, asked.args['appid'])
    if account is None:
        raise Refusal(40013)
    if account.secret != asked.args['secret']:
        raise Refusal(40125)
    return account


def _account(world: World, app_id: str) -> Account | None:
    return next((each for each in list(world.state.accounts.values()) if each.app_id == app_id), None)
