"""Random values that prove something, and what may be stored of them: only hashes."""

import hmac
import secrets
from hashlib import sha256


def new() -> str:
    """256 random bits that fit a cookie and a URL."""
    return secrets.token_urlsafe(32)


def hashed(value: str) -> str:
    return sha256(value.encode()).hexdigest()


def matches(value: str, stored_hash: str | None) -> bool:
    return stored_hash is not None and hmac.compare_digest(hashed(value), stored_hash)


def csrf(cookie: str) -> str:
    """What a form carries to show that it came from our own page: only who knows the cookie can make it."""
    return hmac.new(cookie.encode(), b'csrf', sha256).hexdigest()


def csrf_matches(cookie: str, sent: str) -> bool:
    return bool(cookie) and hmac.compare_digest(csrf(cookie).encode(), sent.encode())
