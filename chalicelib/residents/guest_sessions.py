"""The cookie of a resident whom WeChat has named to us: sealed, for one account, stored nowhere."""

from datetime import datetime, timedelta

from chalicelib.residents import vouchers
from chalicelib.residents.vouchers import Voucher
from chalicelib.web.session import cookie

NAME = 'weilin_me'
LASTS = timedelta(hours=2)  # OURS: WeChat says again who she is, and she notices nothing of it
_PURPOSE = 'session'


def begin(conversation_id: str, now: datetime) -> str:
    """The Set-Cookie line, for the pages of this account's residents only."""
    account = conversation_id.partition('#')[0]
    return cookie(NAME, vouchers.make(conversation_id, _PURPOSE, now), LASTS, only=path(account))


def read(account: str, held: str, now: datetime) -> Voucher | None:
    """None also where it is another account's."""
    found = vouchers.read(held, _PURPOSE, LASTS, now) if held.startswith(f'{account}.') else None
    return found if found and found.conversation_id.startswith(f'{account}#') else None


def path(account: str) -> str:
    return f'/s/me.{account}'
