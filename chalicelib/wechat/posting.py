"""One post of JSON outside the clients of Official Accounts, and how it ended: group robots, the SMS provider."""

import json
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from chalicelib.wechat.errors import NotSent, OutcomeUnknown

_TIMEOUTS = (2.0, 6.0)  # seconds to connect, to wait for each piece of the answer

# Whoever answers so has not begun (RFC 6585, 9110). Doubt for 503: a proxy may say it after the call was passed on.
_NOT_TAKEN = frozenset({requests.codes.too_many_requests, requests.codes.service_unavailable})


def post(
    url: str, body: dict[str, Any], params: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> bytes:
    """The body of the answer. Raises `NotSent` where it was certainly not taken, else `OutcomeUnknown`."""
    content = json.dumps(body, ensure_ascii=False).encode('utf-8', 'replace')
    sent = {'Content-Type': 'application/json; charset=utf-8', **(headers or {})}
    try:
        with requests.Session() as session:
            session.trust_env = False  # the environment has one reader, and it is `settings`
            response = session.post(
                url, params=params, data=content, headers=sent, timeout=_TIMEOUTS, allow_redirects=False
            )
    except requests.RequestException as error:  # its own text holds the address, with the key in it
        kind = type(error).__name__
        raise (NotSent(kind) if _never_arrived(error) else OutcomeUnknown(kind)) from None
    return _taken(response.status_code, response.content)


def _taken(status: int, content: bytes) -> bytes:
    if status in _NOT_TAKEN or 400 <= status < 500:
        raise NotSent(f'HTTP {status}')
    if not 200 <= status < 300:
        raise OutcomeUnknown(f'HTTP {status}')
    return content


def _never_arrived(error: Exception) -> bool:
    reason = getattr(error.args[0], 'reason', None) if error.args else None
    no_address = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema)
    return isinstance(error, (requests.ConnectTimeout, *no_address)) or isinstance(reason, NewConnectionError)
