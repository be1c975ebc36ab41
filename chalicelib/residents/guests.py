"""Who opens a page of residents: by WeChat's word (a service account), or by a link from the chat, which is a bearer's.

What comes after /s/ in the path is a pass: `me.<account>`, or a sealed link. A link shows nothing stored of her; the
first browser that posts owns it, and no other can use it then. Looking binds nothing and uses nothing up: WeChat
fetches pages beforehand.
"""

import hmac
import re
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import TYPE_CHECKING, Literal, NamedTuple

from chalicelib import clock, logs, pseudonym, storage
from chalicelib.alliance import proofs
from chalicelib.inbox import actions as inbox
from chalicelib.residents import guest_sessions, records, sealing, vouchers
from chalicelib.residents.records import GuestLink
from chalicelib.web import request as web
from chalicelib.web.session import GUEST, cookie

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.inbox.records import Conversation
    from chalicelib.storage import Write
    from chalicelib.web.request import Request

FORM = 'form'  # the hidden field's name
PURPOSES = {'book': '预约'}  # what a pass is for, and the word in the chat that brings a new one
LINK_LASTS = timedelta(hours=1)  # OURS: a link may be forwarded, so it is short; a new one is a word in the chat away
LINK_SPOKEN = '一小时'
FORM_LASTS = timedelta(hours=2)  # OURS: as long as a session
_KEPT = timedelta(days=1)  # OURS: rows outlive all that is out, and a browser its links
_ME = 'me.'
_COOKIE = re.compile(r'[\w-]{43,64}')
_FORM = re.compile(r'([0-9a-f]{32})-(\d{10})-([0-9a-f]{64})')
_AHEAD = timedelta(minutes=5)  # as far as the clocks of two functions may differ


class Foreign(Exception):
    """Another browser owns this link."""

    loggable = True


class Guest(NamedTuple):
    """A resident who follows, at a page. `bound`: this browser owns the link; a session is its browser's anyway."""

    conversation_id: str
    account: str
    by: Literal['oauth', 'link']
    pass_: str
    shows_stored: bool
    bound: bool
    conversation: 'Conversation'
    proof: str  # what only this browser can know, hashed; '' where there is nothing yet


def link(conversation_id: str, purpose: str, now: datetime) -> str:
    """The pass in a link for the chat: for this resident, this purpose, this hour."""
    return vouchers.make(conversation_id, _link(purpose), now)


def of(pass_: str, request: 'Request', purpose: str, now: datetime) -> Guest | None:
    """Who is there; None where the pass is over, not ours, ended, or she does not follow. Raises `Foreign`."""
    if pass_.startswith(_ME):
        return _by_session(pass_, request, now)
    return _by_link(pass_, request, purpose, now)


def account_of(pass_: str) -> str:
    """The account whose OAuth session this pass stands for; '' for a link."""
    return pass_.removeprefix(_ME) if pass_.startswith(_ME) else ''


def bind(guest: Guest, request: 'Request', now: datetime) -> list[str]:
    """Make the link this browser's own, by its post; the cookies to set. Raises `Foreign` where another was first.

    Two taps before there is a cookie are one browser: its cookie is made of the form that both carry.
    """
    if guest.bound:
        return []
    browser = _browser(request) or _from_form(guest, request)
    row = GuestLink(_of_link(guest.pass_), browser=proofs.hashed(browser), at=now, forget_at=now + _KEPT)
    if not records.own_link(row):
        raise Foreign('another browser owns this link')
    return [cookie(GUEST, browser, _KEPT)]


def ending(conversation_id: str, now: datetime) -> 'Write':
    """Every link and session given to this resident until now is dead: for a transaction of the caller."""
    row = GuestLink(_of_end(conversation_id), at=now, forget_at=now + _KEPT)
    return lambda tx: tx.save(row)


def end_all(conversation_id: str, now: datetime) -> None:
    storage.commit(ending(conversation_id, now))


def form_token(guest: Guest, now: datetime) -> str:
    """For a hidden field: new with every page, so that two taps on one page are one thing."""
    made = f'{token_hex(16)}-{int(now.timestamp())}'
    return f'{made}-{_sealed_form(guest, made)}'


def checked(form: 'Mapping[str, str]', guest: Guest, now: datetime) -> str | None:
    """The page's own random part, from which ids are derived; None where the form is not this guest's, or over."""
    found = _FORM.fullmatch(form.get(FORM, ''))
    if not found or not hmac.compare_digest(found[3], _sealed_form(guest, f'{found[1]}-{found[2]}')):
        return None
    return found[1] if -_AHEAD <= now - clock.from_epoch(int(found[2])) < FORM_LASTS else None


def _by_session(pass_: str, request: 'Request', now: datetime) -> Guest | None:
    account = pass_.removeprefix(_ME)
    held = web.cookies(request).get(guest_sessions.NAME, '')
    voucher = guest_sessions.read(account, held, now)
    if voucher is None:
        return None
    rows = records.guest_links([_of_end(voucher.conversation_id)])
    conversation = _here(voucher, rows)
    if conversation is None:
        return None
    return Guest(conversation.id, account, 'oauth', pass_, True, True, conversation, proofs.hashed(held))


def _by_link(pass_: str, request: 'Request', purpose: str, now: datetime) -> Guest | None:
    voucher = vouchers.read(pass_, _link(purpose), LINK_LASTS, now)
    if voucher is None:
        return None
    name = _of_link(pass_)
    rows = records.guest_links([name, _of_end(voucher.conversation_id)])
    conversation, owned = _here(voucher, rows), rows.get(name)
    if conversation is None:
        return None
    bound = owned is not None and proofs.matches(_browser(request), owned.browser)
    if owned is not None and not bound:
        raise Foreign('another browser owns this link')
    account = conversation.id.partition('#')[0]
    return Guest(conversation.id, account, 'link', pass_, False, bound, conversation, '')


def _here(voucher: vouchers.Voucher, rows: 'Mapping[str, GuestLink]') -> 'Conversation | None':
    """Her conversation, unless what she shows was ended, or she has left."""
    logs.known(voucher.conversation_id)
    ended = rows.get(_of_end(voucher.conversation_id))
    if ended is not None and voucher.since <= ended.at:
        return None
    found = inbox.conversation(voucher.conversation_id)
    return found if found and found.followed else None


def _sealed_form(guest: Guest, made: str) -> str:
    return sealing.proof(guest.account, 'form', guest.pass_, guest.proof, made)


def _browser(request: 'Request') -> str:
    held = web.cookies(request).get(GUEST, '')
    return held if _COOKIE.fullmatch(held) else ''


def _from_form(guest: Guest, request: 'Request') -> str:
    found = _FORM.fullmatch(web.form(request).get(FORM, ''))
    return sealing.proof(guest.account, 'browser', guest.pass_, found[1]) if found else proofs.new()


def _link(purpose: str) -> str:
    return f'link#{purpose}'


def _of_link(pass_: str) -> str:
    return f'link#{sha256(pass_.encode()).hexdigest()}'


def _of_end(conversation_id: str) -> str:
    return f'ended#{pseudonym.hashed(conversation_id)}'
