"""How she may tell who she is: a link to her own page, when she asks for it. Offered once, in the greeting."""

import unicodedata

from chalicelib import address
from chalicelib.chat import reception
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox.receiving import Answer

_WORDS = frozenset({'我的称呼', '称呼'})
_CHOICE = '4'  # of the greeting


def answer(visit: Visit) -> Answer | None:
    """Nobody waits for it. What the signature does not prove may be somebody else's question."""
    said = unicodedata.normalize('NFKC', visit.text).strip(' .。「」')
    asked = visit.conversation.asked
    if said == _CHOICE and asked and asked.kind == reception.MENU.kind:
        if visit.now >= asked.until:
            return reception.menu_again(visit)
    elif said not in _WORDS:
        return None
    fresh = visit.conversation.fresh
    if visit.late or not visit.proven:
        return Answer(say('introducing.unproven'), chosen=True, fresh=fresh)
    from chalicelib.residents import links  # for one in a hundred messages

    url = f'{address.base_url()}/me/{links.make(visit.conversation.id, visit.now)}'
    return Answer(say('introducing.link', url=url), chosen=True, fresh=fresh)
