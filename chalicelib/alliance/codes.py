"""Signing in by six digits: a page shows them, a member sends them to the account and confirms, the page is signed in.

Nobody is signed in for a stranger: the code lets in only the browser that holds its cookie, and the member is told
from which browser and when it was asked for before he confirms.
"""

import re
import secrets
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from chalicelib.alliance import proofs, records, sessions
from chalicelib.alliance.records import Member, Token, find_token, still, token
from chalicelib.storage import Conflict, Unavailable, Write, commit

LASTS = timedelta(minutes=5)
_ENTER_WITHIN = timedelta(minutes=2)  # of the confirmation: on a phone the way back to the page takes a moment
_DRAWS = 10
_ASKING_LENGTH = 16
_CODE = rf'(?P<code>[0-9]{{6}})(?:@(?P<asking>[0-9a-f]{{{_ASKING_LENGTH}}}))?'

Status = Literal['waiting', 'confirmed', 'refused', 'gone']
_STATUS: dict[str | None, Status] = {'waiting': 'waiting', 'confirmed': 'confirmed', 'refused': 'refused'}


class Pending(NamedTuple):
    """A code just drawn: shown to the person, the cookie only to the browser."""

    code: str
    cookie: str
    asked_at: datetime
    expires_at: datetime


class State(NamedTuple):
    """What has become of a browser's code; nothing more is known of one that is gone."""

    status: Status
    code: str = ''
    browser: str = ''
    asked_at: datetime | None = None
    expires_at: datetime | None = None


class Code(NamedTuple):
    """A code somebody waits with. `ref` also names this very asking: the same digits drawn again have another."""

    code: str
    ref: str
    browser: str
    asked_at: datetime
    expires_at: datetime


def ask(browser: str, now: datetime) -> Pending:
    """Draw a code for a browser; digits that are taken are drawn again."""
    secret = proofs.new()
    for _ in range(_DRAWS):
        code = f'{secrets.randbelow(10**6):06}'
        try:
            commit(_asking(code, secret, browser, now))
        except Conflict:
            continue
        return Pending(code, f'{code}.{secret}', now, now + LASTS)
    raise Unavailable('no free sign-in code was found')


def _asking(code: str, secret: str, browser: str, now: datetime) -> Write:
    row = token('code', code, now, LASTS, state='waiting', browser=browser, secret_hash=proofs.hashed(secret))
    return lambda tx: tx.save(row, records.absent_or_expired(now))


def resume(cookie: str, now: datetime) -> State:
    """For the page that waits: how its code stands."""
    row = _own(cookie)
    if row is None or row.is_over(now):
        return State('gone')
    return State(_STATUS[row.state], cookie.partition('.')[0], row.browser or '', row.made_at, row.expires_at)


def enter(cookie: str, now: datetime) -> str | None:
    """The session cookie for a confirmed code, which is used up by it."""
    row = _own(cookie)
    if row is None or row.state != 'confirmed' or row.confirmed_at is None:
        return None
    as_found = still('confirmed', now, row.secret_hash)
    return sessions.begin(
        row.member or '', row.confirmed_at, row.browser or '', now, lambda tx: tx.delete(row, as_found)
    )


def _own(cookie: str) -> Token | None:
    """The code's row, if this cookie belongs to it."""
    code, _, secret = cookie.partition('.')
    row = find_token('code', code) if re.fullmatch(_CODE, code) and secret else None
    return row if row and proofs.matches(secret, row.secret_hash) else None


def find_code(text: str, now: datetime) -> Code | None:
    """A pending code by its six digits, or by its `ref` once the member was told about it."""
    shape = re.fullmatch(_CODE, text)
    row = find_token('code', shape['code']) if shape else None
    if shape is None or row is None or row.state != 'waiting' or row.is_over(now):
        return None
    asking = (row.secret_hash or '')[:_ASKING_LENGTH]
    if shape['asking'] not in (None, asking):
        return None
    return Code(shape['code'], f'{shape["code"]}@{asking}', row.browser or '', row.made_at, row.expires_at)


def confirm(ref: str, member: Member, now: datetime) -> Write:
    """The member vouches for that browser; it then has a little while to enter."""
    row, asking = _named(ref)
    confirmed = [Token.state.set('confirmed'), Token.member.set(member.id), Token.confirmed_at.set(now)]
    until = Token.expires_at.set(now + _ENTER_WITHIN)
    return lambda tx: tx.update(row, [*confirmed, until], still('waiting', now, asking))


def refuse(ref: str, now: datetime) -> Write:
    """Not he: the page says so, and the code lets nobody in."""
    row, asking = _named(ref)
    return lambda tx: tx.update(row, [Token.state.set('refused')], still('waiting', now, asking))


def _named(ref: str) -> tuple[Token, str]:
    code, _, asking = ref.partition('@')
    return Token(records.token_key('code', code)), asking
