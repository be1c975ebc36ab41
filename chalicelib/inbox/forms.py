"""Form tokens: the once-only key of what a clerk sends."""

import re
import secrets
from datetime import datetime, timedelta

from chalicelib import clock

_SHAPE = re.compile(r'(\d{10})-([0-9a-f]{16})')
VALID = timedelta(hours=12)  # as long as a session


class Stale(ValueError):
    """Not a token of ours, or older than a session."""


def new(now: datetime) -> str:
    return f'{int(now.timestamp())}-{secrets.token_hex(8)}'


def check(form: str, now: datetime) -> None:
    """Raise `Stale` for what is no token of ours, or is older than a session."""
    match = _SHAPE.fullmatch(form)
    made_at = clock.from_epoch(int(match[1])) if match else None
    if made_at is None or not timedelta(minutes=-5) <= now - made_at <= VALID:
        raise Stale('form token')


def key(form: str, number: int) -> str:
    """The message key of the form's n-th line: a form sent twice is one message."""
    return f'{form.replace("-", "#")}#{number}'
