"""Signing in by chat: six digits and a confirmation, or a one-time link; an invitation; and 「不是我」."""

import re
from typing import TYPE_CHECKING

from chalicelib import address, clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import signin
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox.receiving import NOTHING, Answer, Question

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member

_SIX_DIGITS = re.compile(r'[0-9]{6}')


def answer(visit: Visit, member: 'Member') -> Answer | None:
    """A member's dialogues. What the signature does not prove never comes here."""
    asked = visit.conversation.asked
    if asked and asked.kind == 'signin' and visit.text in ('1', '2') and visit.now < asked.until:
        return _decide(visit, member, asked.about)
    if visit.text == '登录':
        return _link(visit, member)
    if visit.text.strip('「」') == '不是我':
        return _not_me(visit, member)
    return _ask(visit) if _SIX_DIGITS.fullmatch(visit.text) else None


def _ask(visit: Visit) -> Answer | None:
    code = signin.find_code(visit.text, visit.now)
    if code is None:
        return None
    asked_at = clock.spoken_time(code.asked_at, visit.now)
    words = say('signin.confirm', browser=code.browser, asked_at=asked_at)
    return Answer(words, private=True, asks=Question('signin', code.ref))


def _decide(visit: Visit, member: 'Member', about: str) -> Answer:
    code = signin.find_code(about, visit.now)
    if code is None:
        return Answer(say('signin.expired'), private=True, asks=NOTHING)
    if visit.text == '2':
        write = signin.refuse(about, visit.now)
        return Answer(say('signin.refused'), private=True, asks=NOTHING, writes=(write,))
    write = signin.confirm(about, member, visit.now)
    return Answer(say('signin.confirmed', browser=code.browser), private=True, asks=NOTHING, writes=(write,))


def _not_me(visit: Visit, member: 'Member') -> Answer:
    """Ends what is open, and refuses the browser that is asking just now."""
    signin.end_sessions(member.id, visit.now)
    asked = visit.conversation.asked
    asking = signin.find_code(asked.about, visit.now) if asked and asked.kind == 'signin' else None
    writes = (signin.refuse(asking.ref, visit.now),) if asking else ()
    return Answer(say('signin.ended'), private=True, asks=NOTHING, writes=writes)


def _link(visit: Visit, member: 'Member') -> Answer:
    token, write = signin.make_link(member, visit.now)
    url = f'{address.base_url()}/login/link/{token}'
    return Answer(say('signin.link', url=url), private=True, writes=(write,))


def accept_invitation(visit: Visit) -> Answer:
    if visit.member or signin.bound_member(visit.account.id, visit.message.openid):
        return Answer(say('signin.already_member'), private=True)
    invitation = signin.find_invitation(visit.text, visit.now)
    if invitation is None:
        return Answer(say('signin.not_invited'), private=True)
    write = signin.accept(invitation, visit.account.id, visit.message.openid, visit.now)
    unit = alliance.unit(invitation.units[0]) if invitation.units else None
    words = say('signin.invited', name=invitation.name, unit=(unit or visit.unit).name)
    return Answer(words, private=True, writes=(write,), after=(alliance.forget,))
