"""Changes of a member. Each but leave ends all his sessions in its transaction: nobody works on with rights he lost."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from chalicelib.alliance import actions
from chalicelib.alliance.records import Member, OpenSession, Token, find_member, token_key
from chalicelib.storage import Conflict, Transaction, Write, commit

MOST_SESSIONS = 10  # browsers at a time; the bound lets one transaction end all of them
_TRIES = 5

Change = Callable[[Transaction, Member], None]


def _nothing(tx: Transaction, member: Member) -> None:
    """No more than the change itself."""


class Unknown(Exception):
    """There is no such member."""


def suspend(member_id: str, now: datetime, also: Change = _nothing) -> None:
    """Out at once, and unable to come back until restored; what he wrote stays his.

    `also`, here and below, sees the member as he is before the change: it may raise, or write into the transaction.
    """

    def change(tx: Transaction, member: Member) -> None:
        also(tx, member)
        member.state = 'suspended'
        tx.save(member)

    _change(member_id, now, change)


def restore(member_id: str, now: datetime, also: Change = _nothing) -> None:
    """End a suspension. Who never accepted his invitation is invited still."""

    def change(tx: Transaction, member: Member) -> None:
        also(tx, member)
        member.state = 'active' if member.openid else 'invited'
        tx.save(member)

    _change(member_id, now, change)


def remove(member_id: str, now: datetime) -> None:
    """Gone, with the tie between him and his chat, which another invitation may then use."""

    def change(tx: Transaction, member: Member) -> None:
        tx.delete(member)
        if member.account and member.openid:
            tx.delete(Token(chat_key(member.account, member.openid)))

    _change(member_id, now, change)


def change_units(member_id: str, units: list[str], now: datetime, also: Change = _nothing) -> None:
    """Other units from the next sign-in on."""
    put(member_id, now, also, units=list(units))


def change_roles(member_id: str, roles: list[str], now: datetime, also: Change = _nothing) -> None:
    """Other roles from the next sign-in on."""
    put(member_id, now, also, roles=list(roles))


def change_leave(
    member_id: str, first: str | None, last: str | None, stand_in: str | None, now: datetime, also: Change = _nothing
) -> None:
    """The leave by its Beijing days, or none. Nobody is signed out: what it gives and takes is asked by the moment."""
    put(member_id, now, also, ends=False, leave_from=first, leave_until=last, stand_in=stand_in)


def change_mobile(member_id: str, mobile: str | None, now: datetime, also: Change = _nothing) -> None:
    """Nobody is signed out: a number proves nothing."""
    put(member_id, now, also, ends=False, mobile=mobile)


def put(member_id: str, now: datetime, also: Change, ends: bool = True, **values: Any) -> None:
    """Set attributes of the member as he is now; `ends` where they say what he may do."""

    def change(tx: Transaction, member: Member) -> None:
        also(tx, member)
        for name, value in values.items():
            setattr(member, name, value)
        tx.save(member)

    _change(member_id, now, change, ends)


def end_sessions(member_id: str, now: datetime) -> int:
    """Sign a member out everywhere and void his confirmed codes and links; how many browsers it were."""
    return _change(member_id, now, lambda tx, member: tx.save(member))


def chat_key(account_id: str, openid: str) -> str:
    """Key of the row that ties one chat to one member; it keeps a second member out of the same chat."""
    return token_key('chat', f'{account_id}#{openid}')


def delete_sessions(tx: Transaction, sessions: Iterable[OpenSession]) -> None:
    for session in sessions:
        tx.delete(Token(token_key('session', session.name)))


def _change(member_id: str, now: datetime, change: Change, ends: bool = True) -> int:
    """Apply a change and end the sessions of that moment; a sign-in that came between is read again and ended too."""
    for attempt in range(1, _TRIES + 1):
        member = find_member(member_id)
        if member is None:
            raise Unknown(member_id)
        ended = list(member.sessions) if ends else []
        if ends:
            member.sessions, member.ended_at = [], now
        try:
            commit(_ending(member, ended, change))
        except Conflict:
            if attempt == _TRIES:
                raise
            continue
        break
    actions.forget()
    return sum(session.expires_at > now for session in ended)


def _ending(member: Member, ended: list[OpenSession], change: Change) -> Write:
    def write(tx: Transaction) -> None:
        change(tx, member)
        delete_sessions(tx, ended)

    return write
