"""A resident on her way to WeChat and back: what we sent her with, and that it is she who comes back with it."""

import hmac
import re
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import address
from chalicelib.alliance import credentials
from chalicelib.residents import sealing
from chalicelib.web.session import cookie
from chalicelib.wechat import oauth
from chalicelib.wechat.client import client_for

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account
    from chalicelib.wechat.oauth import Opener

NAME = 'weilin_go'
MOST = 2  # OURS: tries on one way; a code that WeChat takes for used or invalid is asked for once more
_LASTS = timedelta(minutes=10)  # OURS: twice as long as a code
_PURPOSE = 'state'
_SAID = re.compile(r'(\d{10})#([0-9a-f]{32})#([a-z]+)#(\d)')


class Way(NamedTuple):
    """Where she was sent for which purpose, for the how manieth time."""

    purpose: str
    number: int


def possible(account: 'Account') -> bool:
    """Subscription accounts and unverified ones have no OAuth (48001 of WeChat's)."""
    return account.verified and account.kind == 'service'


def begin(account: str, way: Way, now: datetime) -> tuple[str, str]:
    """WeChat's address, and the cookie by which she is known when she comes back."""
    state = token_hex(16)
    said = f'{int((now + _LASTS).timestamp())}#{state}#{way.purpose}#{way.number}'
    line = cookie(NAME, sealing.seal(account, _PURPOSE, said), _LASTS, only=_path(account))
    back_to = f'{address.base_url()}{_path(account)}'
    return oauth.address(credentials.credentials(account).app_id, back_to, state), line


def back(account: str, held: str, state: str, now: datetime) -> Way | None:
    """The way she was sent; None where this browser was not sent by us just now, with this state."""
    found = sealing.opened(held, _PURPOSE) if held.startswith(f'{account}.') else None
    said = _SAID.fullmatch(found[1]) if found else None
    if said is None or not hmac.compare_digest(said[2].encode(), state.encode()):
        return None
    return Way(said[3], int(said[4])) if now < datetime.fromtimestamp(int(said[1]), UTC) else None


def opener(account: str, code: str) -> 'Opener':
    """Who she is, by WeChat's word. Raises `wechat.errors.Failed`."""
    return oauth.opener(client_for(credentials.credentials(account)), code)


def over(account: str) -> str:
    """The line that ends the way."""
    return cookie(NAME, '', timedelta(), only=_path(account))


def _path(account: str) -> str:
    return f'/oauth/{account}'
