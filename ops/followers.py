"""Followers an account had before it came here, or of whom nobody was told: taken in from WeChat's own list."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from chalicelib import clock
from chalicelib.alliance import actions, credentials
from chalicelib.inbox import following, reconciling
from chalicelib.wechat import errors, followers
from chalicelib.wechat.client import client_for
from ops import account_fields, command, wechat_words

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account

_TOLD_EVERY = 1000


def register(does: Any) -> None:
    """The subcommand of `ops.accounts`."""
    parser = does.add_parser('followers', help='take in whoever follows already; killed, it can be run again')
    parser.set_defaults(do=run)
    parser.add_argument('id', help='a verified account, as `list` shows it')
    parser.add_argument(
        '--let-go', action='store_true',
        help='let go whoever has left, however many: what the night refuses to do; what is kept of them is erased',
    )  # fmt: skip


def run(given: argparse.Namespace) -> int:
    account = account_fields.find(given.id)
    if not take_in(account):
        return 1
    return _let_go(account) if given.let_go and actions.may_send(account) else 0


def _let_go(account: 'Account') -> int:
    there = len(following.known(account))
    if not command.confirmed(f'{account.id}: of {there} known here all that WeChat says have left are forgotten.'):
        print('Nobody was let go.')
        return 1
    try:
        reconciling.reconcile_one(account, clock.now())
    except (errors.Failed, followers.Incomplete) as error:
        print(f'{account.id}: not all were let go: {wechat_words.said(error, account.id)}', file=sys.stderr)
        return 1
    print(f'{account.id}: {there - len(following.known(account))} were let go.')
    return 0


def take_in(account: 'Account') -> bool:
    """Say what became of it; False where WeChat did not give the list. What came until then is taken in.

    Nothing is told to anybody and nobody waits; whoever is there already stays as she is.
    """
    if not actions.may_send(account):
        print(f'{account.id}: its followers are not taken in. WeChat lists those of verified accounts only (48001);')
        print('    of this one everybody comes in with the first thing she does.')
        return True
    command.quiet()
    try:
        followed, new = _take_in(account)
    except (credentials.Unknown, errors.Failed, followers.Incomplete) as error:
        print(f'{account.id}: followers not taken in: {wechat_words.said(error, account.id)}', file=sys.stderr)
        print(f'    Later: ops.accounts followers {account.id}. Each night it is tried as well.', file=sys.stderr)
        return False
    print(f'{account.id}: {followed} follow, {new} of them are taken in now, {followed - new} were there.')
    return True


def _take_in(account: 'Account') -> tuple[int, int]:
    now = clock.now()
    there, sure = following.known(account), following.sure(now)
    followed = new = 0
    for page in followers.pages(client_for(credentials.credentials(account.id))):
        for openid in page.openids:
            followed += 1
            new += openid not in there and following.take_in(account, openid, sure, now)
            if followed % _TOLD_EVERY == 0:
                print(f'{account.id}: {followed} of {page.total} …', file=sys.stderr)
    return followed, new
