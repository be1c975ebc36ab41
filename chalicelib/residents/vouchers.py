"""Who somebody is, since when, sealed for one purpose: in a link from her chat, or in a cookie after WeChat said so."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chalicelib.residents import sealing

_AHEAD = timedelta(minutes=1)  # OURS: as far as the clock of the function that wrote it may be before ours
_SAID = re.compile(r'(\d{13})#([^#]+)')


class Voucher(NamedTuple):
    conversation_id: str
    since: datetime


def make(conversation_id: str, purpose: str, now: datetime) -> str:
    account, _, openid = conversation_id.partition('#')
    return sealing.seal(account, purpose, f'{_milliseconds(now)}#{openid}')


def read(token: str, purpose: str, lasts: timedelta, now: datetime) -> Voucher | None:
    """None where it is not ours, for another purpose, over, or from a time to come."""
    found = sealing.opened(token, purpose)
    said = _SAID.fullmatch(found[1]) if found else None
    if found is None or said is None:
        return None
    since = datetime.fromtimestamp(int(said[1]) / 1000, UTC)
    return Voucher(f'{found[0]}#{said[2]}', since) if -_AHEAD <= now - since < lasts else None


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
