"""Who is signed in with which browser: beginning, recognising and ending a session."""

from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.alliance import actions, membership, proofs
from chalicelib.alliance.records import Member, OpenSession, Token, find_member, find_token, token, token_key
from chalicelib.storage import Conflict, Transaction, Write, commit

LASTS = timedelta(hours=12)
_TRIES = 3


class Session(NamedTuple):
    """A signed-in member, and the words his forms must carry."""

    member: Member
    csrf: str
    browser: str
    since: datetime


def session(cookie: str, now: datetime) -> Session | None:
    """Who holds this cookie: one consistent read, and the member from memory."""
    row = find_token('session', proofs.hashed(cookie)) if cookie else None
    if row is None or row.is_over(now):
        return None
    member = _member_of(row)
    if member is None or not vouches(member, row.made_at):
        return None
    return Session(member, proofs.csrf(cookie), row.browser or '', row.made_at)


def end_session(cookie: str) -> None:
    """Sign this browser out. The member's list keeps a name of nothing for a while; that does no harm."""
    Token(token_key('session', proofs.hashed(cookie))).delete()


def begin(member_id: str, proven_at: datetime, browser: str, now: datetime, use_up: Write) -> str | None:
    """Sign a member in and use up what proved him, in one transaction; the cookie, or None where that lost.

    `use_up` must be conditional on the proof being unused. A sign-out of everywhere since `proven_at` voids the proof.
    """
    for _ in range(_TRIES):
        member = find_member(member_id)
        if member is None or not vouches(member, proven_at):
            return None
        cookie = proofs.new()
        try:
            commit(_beginning(member, cookie, browser, now, use_up))
        except Conflict:  # the proof was used, or the member changed: the next round tells which
            continue
        return cookie
    return None


def _beginning(member: Member, cookie: str, browser: str, now: datetime, use_up: Write) -> Write:
    name, version = proofs.hashed(cookie), (member.version or 0) + 1
    row = token('session', name, now, LASTS, member=member.id, member_version=version, browser=browser)
    live = [session for session in member.sessions if session.expires_at > now]
    stay = membership.MOST_SESSIONS - 1
    opened = OpenSession(name=name, expires_at=row.expires_at)  # type: ignore[no-untyped-call]
    surplus, member.sessions = live[:-stay], [*live[-stay:], opened]

    def write(tx: Transaction) -> None:
        use_up(tx)
        tx.save(member)
        tx.save(row, Token.key.does_not_exist())
        membership.delete_sessions(tx, surplus)

    return write


def vouches(member: Member, proven_at: datetime) -> bool:
    """Whether a proof of that time still counts: the member is active and was not signed out everywhere since."""
    return member.state == 'active' and (member.ended_at is None or proven_at > member.ended_at)


def _member_of(row: Token) -> Member | None:
    """The member of a session. A copy in memory from before the sign-in may lack him, or know his former units."""
    member = actions.member(row.member or '')
    if member is None or (member.version or 0) < (row.member_version or 0):
        member = find_member(row.member or '')
    return member
