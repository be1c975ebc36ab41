"""Form tokens: the once-only key of what a clerk sends."""

import re
import secrets
from datetime import datetime, timedelta

from chalicelib import clock
from chalicelib.alliance import sessions

_SHAPE = re.compile(r'(\d{10})-([0-9a-f]{16})')
VALID = sessions.LASTS
_AHEAD = timedelta(minutes=5)  # as far as the clocks of two functions may differ


class Stale(ValueError):
    """Not a token of ours, or older than a session."""


def new(now: datetime) -> str:
    return f'{int(now.timestamp())}-{secrets.token_hex(8)}'


def check(form: str, now: datetime) -> None:
    match = _SHAPE.fullmatch(form)
    made_at = clock.from_epoch(int(match[1])) if match else None
    if made_at is None or not -_AHEAD <= now - made_at <= VALID:
        raise Stale('form token')


def once_key(form: str) -> str:
    """The key of the row that says what became of this form."""
    return f'form#{form}'


def line_key(form: str, number: int, now: datetime) -> str:
    """The message key of the form's n-th line: in the talk it stands when it was said, not when the page was opened."""
    return f'{int(now.timestamp())}#{form.partition("-")[2]}#{number}'
