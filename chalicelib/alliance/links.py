"""Signing in by a one-time link from the chat. Opening it uses nothing up: previews and scanners open links too."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from chalicelib.alliance import proofs, sessions
from chalicelib.alliance.records import Member, Token, find_member, find_token, still, token
from chalicelib.storage import Write

LASTS = timedelta(minutes=10)


class Link(NamedTuple):
    """What a link is worth at this moment, and to whom."""

    status: Literal['fresh', 'used', 'gone']
    member: Member | None = None


def make_link(member: Member, now: datetime) -> tuple[str, Write]:
    """The last part of the link's address, and the write that makes it good."""
    secret = proofs.new()
    row = token('link', proofs.hashed(secret), now, LASTS, state='fresh', member=member.id)
    return secret, lambda tx: tx.save(row, Token.key.does_not_exist())


def look_at_link(secret: str, now: datetime) -> Link:
    """For the link's page."""
    row = find_token('link', proofs.hashed(secret))
    if row is None:
        return Link('gone')
    if row.state != 'fresh':
        return Link('used')
    member = find_member(row.member or '')
    if member is None or row.is_over(now) or not sessions.vouches(member, row.made_at):
        return Link('gone')
    return Link('fresh', member)


def use_link(secret: str, browser: str, now: datetime) -> str | None:
    """The session cookie, once; None for a link that was used, has expired or whose member may not come in."""
    row = find_token('link', proofs.hashed(secret))
    if row is None or row.state != 'fresh':
        return None
    used = Token.state.set('used')
    return sessions.begin(
        row.member or '', row.made_at, browser, now, lambda tx: tx.update(row, [used], still('fresh', now))
    )
