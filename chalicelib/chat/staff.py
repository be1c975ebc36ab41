"""What staff answer in the chat besides signing in: 1 to go on being alerted here."""

import unicodedata

from chalicelib import clock
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox import rules
from chalicelib.inbox.receiving import Answer


def go_on(visit: Visit) -> Answer | None:
    """A member's bare 1 or 好的 that answers no question of ours: it has opened WeChat's 48 hours, that is all."""
    asked = visit.conversation.asked
    if visit.member is None or not _agrees(visit.text) or (asked and visit.now < asked.until):
        return None
    until = rules.window_after(visit.conversation, visit.message.opens, visit.message.at)
    if until is None:
        return None
    return Answer(say('alerts.go_on', until=clock.spoken_date_time(until)), private=True)


def _agrees(text: str) -> bool:
    """１, 1。 and 收到 too: whoever is told to answer 1 answers as people do."""
    said = unicodedata.normalize('NFKC', text).strip(' .。,，!！「」')
    return said == '1' or rules.is_courtesy(text)
