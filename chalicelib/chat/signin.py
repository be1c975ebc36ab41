"""Who speaks of signing in by chat: members, and whoever sends what may be an invitation."""

import hashlib
import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox.receiving import Answer

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member

# Roughly: people retype codes with spaces, in lower case or full width; `find_invitation` reads them strictly.
_INVITATION = re.compile(r'WL[-\s]?(?:[0-9A-Z]{4}[-\s]*){3}', re.IGNORECASE)


def answer(visit: Visit) -> Answer | None:
    """Members' dialogues about signing in; everybody else's six digits are an ordinary message."""
    invited = _INVITATION.fullmatch(unicodedata.normalize('NFKC', visit.text))
    if not visit.proven or not (visit.member or invited):
        return None
    from chalicelib.chat import entering  # residents, who are nearly all that write, never need it

    if visit.member and not invited:
        return entering.answer(visit, visit.member)
    return entering.accept_invitation(visit)


def tell_signed_in(member: 'Member', browser: str, now: datetime) -> None:
    """Tell a member in the chat that a link let somebody in, so that 「不是我」 can end it."""
    from chalicelib.inbox.notifying import notify  # brings all that sends; the callback only answers

    unit = alliance.unit(member.units[0]) if member.units else None
    words = say('signin.signed_in', browser=browser, at=clock.spoken_time(now, now))
    once = hashlib.sha256(f'{member.id}{browser}{now.isoformat()}'.encode()).hexdigest()[:16]
    notify(f'{member.account}#{member.openid}', words, once, unit.name if unit else '', now)
