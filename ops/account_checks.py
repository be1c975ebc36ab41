"""Each account against WeChat, and WeChat's way to us: what is right, what is wrong, and what to do about it."""

import argparse
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import requests

from chalicelib import clock
from chalicelib.alliance import actions, credentials
from chalicelib.wechat import diagnosis, errors, followers
from chalicelib.wechat.client import client_for
from chalicelib.wechat.credentials import Credentials
from ops import command, menu, wechat_words, where
from ops.secret_values import Unfit

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account
    from chalicelib.wechat.api import Client

OK, WRONG, UNKNOWN = 'ok', 'wrong', 'unknown'
_TIMEOUTS = (3.0, 5.0)  # WeChat waits five seconds
_QUOTAS = ('message/custom/send', 'user/get')
_NO_MENU, _NOT_GRANTED = 46003, 48001
_STATUS = {
    requests.codes.forbidden: 'its Token is not the one stored: wait five minutes after a change, then see the log',
    requests.codes.not_found: "the account is not known there: added just now, or the address is another stage's",
    requests.codes.service_unavailable: 'the functions reach neither secrets nor store: see the log',
}


class Finding(NamedTuple):
    account: str
    about: str
    verdict: str
    words: str

    def __str__(self) -> str:
        return f'{self.account:<13} {self.about:<10} {self.verdict:<8} {self.words}'


Said = tuple[str, str]  # verdict, words


def register(does: Any) -> None:
    """The subcommand of `ops.accounts`."""
    parser = does.add_parser('check', help='token, address, menu, callback … of each account; calls WeChat')
    parser.set_defaults(do=run)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument('ids', nargs='*', default=[], metavar='id', help='as `list` shows them')
    which.add_argument('--all', action='store_true', help='every account')


def run(given: argparse.Namespace) -> int:
    there = {account.id: account for account in actions.accounts()}
    if unknown := [id for id in given.ids if id not in there]:
        raise Unfit(*(f'id: there is no account {id}; `list` shows all accounts' for id in unknown))
    command.quiet()
    wrong = 0
    for account in there.values() if given.all else [there[id] for id in given.ids]:
        for finding in check(account):
            wrong += finding.verdict == WRONG
            print(finding, flush=True)
    print(f'{wrong} things are wrong' if wrong else 'nothing is wrong')
    return 1 if wrong else 0


def check(account: 'Account') -> Iterator[Finding]:
    """Where there is no token only what needs none is looked at."""
    try:
        shared = credentials.credentials(account.id)
    except credentials.Unknown as unknown:
        yield Finding(account.id, 'secrets', WRONG, wechat_words.said(unknown, account.id))
        return
    yield Finding(account.id, 'secrets', OK, 'stored')
    yield Finding(account.id, 'callback', *callback(account.id, shared))
    client = client_for(shared)
    verdict, words = token(client, account.id)
    yield Finding(account.id, 'token', verdict, words)
    if verdict == OK:
        for about, ask in _ASKED.items():
            yield Finding(account.id, about, *_tried(partial(ask, client, account), account.id))


def token(client: 'Client', account_id: str) -> Said:
    try:
        client.check()
    except errors.Refused as refused:
        passing = refused.reaction.action is errors.Action.TRY_LATER  # 40001 is the secret's fault here
        return UNKNOWN if passing else WRONG, wechat_words.said(refused, account_id)
    except errors.Failed as failed:
        return UNKNOWN, wechat_words.said(failed, account_id)
    return OK, 'given, with this AppSecret and to the address this command calls from'


def callback(account_id: str, shared: Credentials) -> Said:
    """Ask our own door as WeChat does when the URL is entered."""
    base = where.base_url()
    if base is None:
        return UNKNOWN, 'no address in WEILIN_BASE_URL, nor one that a deployment wrote'
    url, echo = f'{base}/wechat/{account_id}', secrets.token_hex(8)
    try:
        answer = requests.get(url, signed(shared.token) | {'echostr': echo}, timeout=_TIMEOUTS, allow_redirects=False)
    except requests.RequestException as error:
        return WRONG, f'{url} does not answer ({type(error).__name__})'
    if answer.status_code == requests.codes.ok and answer.text == echo:
        return OK, f'{url} answers in {answer.elapsed.total_seconds():.1f} s'
    todo = _STATUS.get(answer.status_code, 'something else than the product answers there')
    return WRONG, f'{url} answers {answer.status_code}: {todo}'


def signed(token: str) -> dict[str, str]:
    """As WeChat signs a request without a body."""
    timestamp, nonce = str(int(clock.now().timestamp())), str(secrets.randbelow(10**9))
    digest = hashlib.sha1(''.join(sorted((token, timestamp, nonce))).encode(), usedforsecurity=False)
    return {'signature': digest.hexdigest(), 'timestamp': timestamp, 'nonce': nonce}


def _tried(ask: Callable[[], Said], account_id: str) -> Said:
    try:
        return ask()
    except errors.Refused as refused:
        return UNKNOWN if refused.may_pass else WRONG, wechat_words.said(refused, account_id)
    except (errors.Failed, followers.Incomplete) as failed:
        return UNKNOWN, wechat_words.said(failed, account_id)


def _certified(client: 'Client', account: 'Account') -> Said:
    """By what WeChat grants, whatever is written here."""
    try:
        total = next(followers.pages(client)).total
    except errors.Refused as refused:
        if refused.code != _NOT_GRANTED:
            raise
        if account.verified:
            return WRONG, f'verified here, not for WeChat (48001): look at 账号认证, or set {account.id} --no-verified'
        return OK, 'not verified, here as for WeChat'
    if not account.verified:
        return WRONG, f'WeChat treats it as verified: set {account.id} --verified'
    return OK, f'verified; {total} follow it'


def _menu(client: 'Client', account: 'Account') -> Said:
    if not account.verified:
        return UNKNOWN, 'not asked: only verified accounts may set one'
    try:
        found = diagnosis.buttons(client)
    except errors.Refused as refused:
        if refused.code != _NO_MENU:
            raise
        return WRONG, f'none is set: ops.menu --account {account.id}'
    if found != json.loads(menu.MENU.read_text())['button']:
        names = '、'.join(str(button.get('name')) for button in found)
        return WRONG, f'another one is set ({names}): ops.menu --account {account.id}'
    return OK, 'as ops/data/menu.json has it'


def _network(client: 'Client', account: 'Account') -> Said:
    found = diagnosis.reach(client)
    if not found.addresses:
        return WRONG, 'WeChat finds no address for the host in the console: its DNS, or the URL that was entered'
    silent = '' if found.pinged else '; none answers a ping, as API Gateway never does'
    return OK, f'WeChat finds {", ".join(found.addresses)}{silent}'


def _quota(client: 'Client', account: 'Account') -> Said:
    left = {path: diagnosis.quota(client, path) for path in _QUOTAS}
    words = ', '.join(f'{path} {quota.left} of {quota.limit}' for path, quota in left.items())
    return WRONG if any(quota.limit and not quota.left for quota in left.values()) else OK, f'left today: {words}'


_ASKED: dict[str, Callable[['Client', 'Account'], Said]] = {
    'certified': _certified,
    'menu': _menu,
    'network': _network,
    'quota': _quota,
}
