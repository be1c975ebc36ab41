"""What staff answer in the chat besides signing in: 1 to go on being alerted here."""

from chalicelib import clock
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox import rules
from chalicelib.inbox.receiving import Answer


def go_on(visit: Visit) -> Answer | None:
    """A member's bare 1 that answers no question of ours: it has opened WeChat's 48 hours again, that is all."""
    asked = visit.conversation.asked
    if visit.member is None or visit.text != '1' or (asked and visit.now < asked.until):
        return None
    until = rules.window_after(visit.conversation, visit.message.opens, visit.message.at)
    if until is None:
        return None
    return Answer(say('alerts.go_on', until=clock.spoken_date_time(until)), private=True)
