"""The way out to WeChat: one client for each account, made when it is first needed."""

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from chalicelib.wechat.credentials import Credentials

if TYPE_CHECKING:
    from chalicelib.wechat.api import Client

_clients: dict[tuple[str, str], 'Client'] = {}
_lock = Lock()


@dataclass(frozen=True)
class Download:
    """A medium as WeChat handed it over; `content_type` is '' and `name` None where it did not say."""

    content: bytes = field(repr=False)
    content_type: str
    name: str | None


def client_for(credentials: Credentials) -> 'Client':
    """The client of this account; with a new secret it is a new one."""
    key = (credentials.app_id, credentials.secret)
    with _lock:
        if key not in _clients:
            # requests and wechatpy take 140 ms to import; whoever only answers a callback never needs them.
            from chalicelib.wechat.api import Client

            _clients[key] = Client(credentials)
        return _clients[key]


def forget() -> None:
    """Drop all clients and their tokens: for tests."""
    with _lock:
        _clients.clear()
