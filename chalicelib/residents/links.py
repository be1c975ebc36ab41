"""The link to a resident's own page: whose it is and until when, sealed. Nothing is stored for it."""

from datetime import datetime, timedelta

from chalicelib import clock
from chalicelib.residents import sealing

LASTS = timedelta(hours=2)  # OURS: time to find one's glasses; whoever has the link sees what it shows
SPOKEN = '两小时'
_PURPOSE = ''  # the links of old: there was one purpose


def make(conversation_id: str, now: datetime) -> str:
    """The last part of the link's address."""
    account, _, openid = conversation_id.partition('#')
    return sealing.seal(account, _PURPOSE, f'{int((now + LASTS).timestamp())}#{openid}')


def read(token: str, now: datetime) -> str | None:
    """The conversation it stands for; None where it is over, or not ours."""
    found = sealing.opened(token, _PURPOSE)
    if found is None:
        return None
    account, said = found
    until, _, openid = said.partition('#')
    return f'{account}#{openid}' if now < clock.from_epoch(int(until)) else None
