"""The secrets of each Official Account, from the Parameter Store: read on first use and kept five minutes."""

import time

from chalicelib import aws, settings
from chalicelib.alliance.cached import Cached
from chalicelib.wechat.credentials import Credentials, parse

_FRESH_SECONDS = 300

_cached: dict[str, Cached[Credentials]] = {}


class Unknown(Exception):
    """There are no secrets for this account, or the Parameter Store has not answered even once."""


def credentials(account_id: str) -> Credentials:
    """What we share with WeChat for one account; while the Parameter Store fails, what it was before."""
    cached = _cached.setdefault(
        account_id, Cached('credentials', lambda: _load(account_id), _FRESH_SECONDS, monotonic=time.monotonic)
    )
    try:
        return cached()
    except Exception as error:
        _cached.pop(account_id, None)  # nothing was ever held: ids that anybody may write into a URL take no room
        raise Unknown(account_id) from error


def account_of(app_id: str) -> str | None:
    """The account whose secrets this process has read, by its app id."""
    held = ((account_id, cached.held) for account_id, cached in list(_cached.items()))
    return next((account_id for account_id, value in held if value and value.app_id == app_id), None)


def forget() -> None:
    """Read everything again at the next question."""
    _cached.clear()


def _load(account_id: str) -> Credentials:
    answer = aws.client('ssm').get_parameter(Name=settings.account_parameter(account_id), WithDecryption=True)
    return parse(answer['Parameter']['Value'])
