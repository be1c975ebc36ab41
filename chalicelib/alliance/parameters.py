"""Secrets a channel may have or not have, from the Parameter Store: read on first use and kept five minutes."""

import json
import time
from typing import NamedTuple

from chalicelib import aws, settings
from chalicelib.alliance.cached import Cached

_FRESH_SECONDS = 300

_cached: dict[str, Cached[str | None]] = {}


class Provider(NamedTuple):
    """Where messages to mobiles are handed in, and with which key."""

    url: str
    key: str

    def __repr__(self) -> str:
        return f'Provider({self.url!r})'


def robot_key(unit_id: str) -> str | None:
    """The key of a unit's group robot; None where it has none."""
    return _value(settings.robot_parameter(unit_id))


def sms_provider() -> Provider | None:
    """The SMS provider; None where there is none. ValueError, without the value, where it is not as it must be."""
    value = _value(settings.sms_parameter())
    if value is None:
        return None
    try:
        read = json.loads(value)
        return Provider(str(read['url']), str(read['key']))
    except (ValueError, KeyError, TypeError):
        raise ValueError('the SMS parameter is not {"url": …, "key": …}') from None


def forget() -> None:
    """Read everything again at the next question."""
    _cached.clear()


def _value(name: str) -> str | None:
    cached = _cached.setdefault(
        name, Cached('parameters', lambda: _load(name), _FRESH_SECONDS, monotonic=time.monotonic)
    )
    return cached()


def _load(name: str) -> str | None:
    ssm = aws.client('ssm')
    try:
        return str(ssm.get_parameter(Name=name, WithDecryption=True)['Parameter']['Value']).strip() or None
    except ssm.exceptions.ParameterNotFound:
        return None
