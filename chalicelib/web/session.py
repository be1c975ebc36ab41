"""Cookies: their names, and the header lines that set and take away."""

from datetime import timedelta

from chalicelib import address

SESSION = 'weilin_session'  # who is signed in
BROWSER = 'weilin_browser'  # which browser asked for a sign-in code
BIG = 'weilin_big'  # wants 大字
GUEST = 'weilin_guest'  # which browser a resident's links belong to
SEARCH = 'weilin_search'  # what is looked for; asked for by one page only


def cookie(name: str, value: str, lasts: timedelta, only: str = '') -> str:
    """A Set-Cookie line, for all pages or only those under a path of ours.

    Lax, since a link opened from WeChat would lose a Strict cookie.
    """
    secure = '' if address.base_url().startswith('http:') else '; Secure'
    path = address.base_path() + only or '/'
    return f'{name}={value}; Path={path}; Max-Age={int(lasts.total_seconds())}; HttpOnly; SameSite=Lax{secure}'


def no_cookie(name: str) -> str:
    """The line that makes the browser forget."""
    return cookie(name, '', timedelta())
