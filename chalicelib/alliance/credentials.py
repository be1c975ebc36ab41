"""The secrets of each Official Account, from the Parameter Store: read on first use and kept five minutes."""

import time

from chalicelib import aws, settings
from chalicelib.alliance.kept import Kept
from chalicelib.wechat.credentials import Credentials, parse

_KEPT_SECONDS = 300

_kept: dict[str, Kept[Credentials]] = {}


class Unknown(Exception):
    """There are no secrets for this account, or the Parameter Store has not answered even once."""


def credentials(account_id: str) -> Credentials:
    """What we share with WeChat for one account; while the Parameter Store fails, what it was before."""
    kept = _kept.setdefault(
        account_id, Kept('credentials', lambda: _load(account_id), _KEPT_SECONDS, monotonic=time.monotonic)
    )
    try:
        return kept()
    except Exception as error:
        raise Unknown(account_id) from error


def forget() -> None:
    """Read everything again at the next question."""
    _kept.clear()


def _load(account_id: str) -> Credentials:
    answer = aws.client('ssm').get_parameter(Name=settings.account_parameter(account_id), WithDecryption=True)
    return parse(answer['Parameter']['Value'])
