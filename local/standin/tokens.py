"""Access tokens: the stable one that everybody gets alike, and the old one of which each call kills the former."""

import json
import secrets
from datetime import timedelta
from typing import Any

from flask import Request

from chalicelib import clock
from chalicelib.wechat.limits import FORCED_TOKENS_A_DAY, FORCED_TOKENS_APART, TOKEN_LASTS, TOKEN_OVERLAP
from local.standin.call import count, keep_quota
from local.standin.memory import Token
from local.standin.people import Account
from local.standin.refusals import Refusal
from local.standin.world import World


def account_of(world: World, token: str | None) -> Account:
    """Whose token this is; 41001, 40001 or 42001 if it is none."""
    if not token:
        raise Refusal(41001)
    with world.lock:
        known = world.state.tokens.get(token)
        if not known or known.dead:
            raise Refusal(40001)
        if known.expires_at <= world.now():
            raise Refusal(42001)
        return world.state.accounts[known.account]


def stable_token(world: World, request: Request) -> dict[str, Any]:
    try:
        data = json.loads(request.get_data() or b'{}')
    except ValueError as error:
        raise Refusal(47001) from error
    account = _admitted(world, data)
    keep_quota(world, account.id, 'stable_token')
    with world.changed:
        now, current = world.now(), _current(world, account.id, 'stable')
        if data.get('force_refresh') is True:
            _force(world, account.id, current)
        elif current and current[1].expires_at - now > TOKEN_OVERLAP:
            return _given(world, *current)
        return _given(world, *_new(world, account.id, 'stable'))


def token(world: World, request: Request) -> dict[str, Any]:
    account = _admitted(world, request.args)
    keep_quota(world, account.id, 'token')
    with world.changed:
        for known in world.state.tokens.values():
            if (known.account, known.kind) == (account.id, 'plain'):
                known.expires_at = min(known.expires_at, world.now() + TOKEN_OVERLAP)
        return _given(world, *_new(world, account.id, 'plain'))


def _admitted(world: World, data: Any) -> Account:
    if not isinstance(data, dict):
        raise Refusal(47001)
    if data.get('grant_type') != 'client_credential':
        raise Refusal(40002)
    if not data.get('appid'):
        raise Refusal(41002)
    if not data.get('secret'):
        raise Refusal(41004)
    for account in list(world.state.accounts.values()):
        if account.app_id == data['appid']:
            if account.secret != data['secret']:
                raise Refusal(40125)
            return account
    raise Refusal(40013)


def _current(world: World, account: str, kind: str) -> tuple[str, Token] | None:
    """The youngest living token."""
    living = [
        (name, known)
        for name, known in world.state.tokens.items()
        if (known.account, known.kind) == (account, kind) and not known.dead and known.expires_at > world.now()
    ]
    return max(living, key=lambda pair: pair[1].expires_at, default=None)


def _new(world: World, account: str, kind: str) -> tuple[str, Token]:
    now = world.now()
    for name, known in list(world.state.tokens.items()):
        if known.expires_at < now - timedelta(days=1):
            del world.state.tokens[name]
    name = f'88_{secrets.token_urlsafe(100)}'
    world.state.tokens[name] = Token(account, kind, now + TOKEN_LASTS)
    world.note()
    return name, world.state.tokens[name]


def _force(world: World, account: str, current: tuple[str, Token] | None) -> None:
    """Forced renewals are few and far between, and kill every stable token there was."""
    if current and world.now() - (current[1].expires_at - TOKEN_LASTS) < FORCED_TOKENS_APART:
        raise Refusal(45011)
    if count(world, account, 'forced token', str(clock.day(world.now()))) > FORCED_TOKENS_A_DAY:
        raise Refusal(45009)
    for known in world.state.tokens.values():
        if (known.account, known.kind) == (account, 'stable'):
            known.dead = True


def _given(world: World, name: str, known: Token) -> dict[str, Any]:
    return {'access_token': name, 'expires_in': round((known.expires_at - world.now()).total_seconds())}
