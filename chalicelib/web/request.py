"""What a browser sent, as plain dictionaries: the first value of each field, text exactly as typed."""

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl

MOST_FIELDS = 100


class Request(Protocol):
    """The part of Chalice's request that pages read."""

    @property
    def raw_body(self) -> str | bytes: ...  # bytes in truth
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def query_params(self) -> Any: ...


def form(request: Request) -> dict[str, str]:
    """Fields of an urlencoded form. A form with absurdly many fields counts as empty."""
    body = request.raw_body
    text = body if isinstance(body, str) else body.decode('utf-8', 'replace')
    try:
        fields = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return _first(fields)


def query(request: Request) -> dict[str, str]:
    """Words after the question mark; Chalice has decoded them."""
    values = request.query_params
    if not values:
        return {}
    return {name: values.getlist(name)[0] for name in values}


def cookies(request: Request) -> dict[str, str]:
    """Cookies by name. Python's own SimpleCookie drops all of them when one foreign cookie is malformed."""
    pairs = (pair.partition('=') for pair in request.headers.get('cookie', '').split(';'))
    return _first([(name.strip(), value.strip()) for name, equals, value in pairs if equals])


def _first(pairs: list[tuple[str, str]]) -> dict[str, str]:
    return dict(reversed(pairs))
