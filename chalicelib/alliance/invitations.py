"""How somebody becomes a member: an operator's command prints a code, the person sends it to the account in WeChat."""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.alliance import membership, proofs
from chalicelib.alliance.records import Member, Token, find_member, find_token, still, token
from chalicelib.storage import Transaction, Write, commit

LASTS = timedelta(days=7)
_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'  # 32 of them, none that looks like another: 12 make 60 bits
_SHAPE = rf'WL([{_LETTERS}]{{12}})'


class Invitation(NamedTuple):
    """A good invitation and whom it is for."""

    row: Token
    member: Member

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def units(self) -> list[str]:
        return list(self.member.units)


def invite(
    name: str, units: Sequence[str], roles: Sequence[str], now: datetime, *, id: str = '', mobile: str | None = None,
    also: Write | None = None,
) -> tuple[Member, str]:  # fmt: skip
    """A member who can do nothing yet, and the code that makes it somebody's chat; only its hash is stored.

    Raises `Conflict` where `id`, given by whoever must not invite twice, is a member's already.
    """
    letters = ''.join(secrets.choice(_LETTERS) for _ in range(12))
    member = Member(
        id or secrets.token_hex(6), name=name, state='invited', units=list(units), roles=list(roles), mobile=mobile
    )
    row = token('invitation', proofs.hashed(letters), now, LASTS, state='fresh', member=member.id)

    def write(tx: Transaction) -> None:
        tx.save(member)  # its version says: must not exist
        tx.save(row, Token.key.does_not_exist())
        if also:
            also(tx)

    commit(write)
    return member, '-'.join(('WL', letters[:4], letters[4:8], letters[8:]))


def find_invitation(text: str, now: datetime) -> Invitation | None:
    """The invitation a message consists of, however it was typed. Anything of another shape costs no read."""
    typed = re.sub(r'[\s\-‐-―－_.]', '', unicodedata.normalize('NFKC', text)).upper()
    shape = re.fullmatch(_SHAPE, typed)
    row = find_token('invitation', proofs.hashed(shape[1])) if shape else None
    if row is None or row.state != 'fresh' or row.is_over(now):
        return None
    member = find_member(row.member or '')
    return Invitation(row, member) if member and member.state == 'invited' else None


def bound_member(account_id: str, openid: str) -> Member | None:
    """The member this chat belongs to in any state, as it is now: he cannot accept a second invitation."""
    row = find_token('chat', f'{account_id}#{openid}')
    return find_member(row.member or '') if row else None


def accept(invitation: Invitation, account_id: str, openid: str, now: datetime) -> Write:
    """Tie the member to this chat. Fails where the invitation was used or the chat is another member's already."""
    member = invitation.member
    member.state, member.account, member.openid = 'active', account_id, openid
    chat = Token(membership.chat_key(account_id, openid), kind='chat', made_at=now, member=member.id)

    def write(tx: Transaction) -> None:
        tx.update(invitation.row, [Token.state.set('used')], still('fresh', now))
        tx.save(member)
        tx.save(chat, Token.key.does_not_exist())

    return write
