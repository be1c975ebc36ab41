"""Which feature answers a message: the first that has something to say, and the kept replies with it."""

from collections.abc import Sequence

from chalicelib.chat.visit import Answerer, Visit
from chalicelib.chat.words import say
from chalicelib.inbox import rules
from chalicelib.inbox.receiving import Answer
from chalicelib.wechat import limits


def answer(visit: Visit, answerers: Sequence[Answerer]) -> Answer:
    """Ask the answerers in their order; what none of them takes is told `success` and changes nothing."""
    found = next((said for answerer in answerers if (said := answerer(visit))), Answer())
    return found if found.private or visit.message.kind == 'event' else with_kept(visit, found)


def with_kept(visit: Visit, found: Answer) -> Answer:
    """Put replies that WeChat did not let us send in front of the answer, as many as fit into one message."""
    parts, given = [], []
    room = limits.TEXT_BYTES - len(found.words.encode()) - 2
    for kept in visit.conversation.kept:
        if kept.kind != 'text' or not rules.deliverable(kept.confirmed_at, visit.now):
            continue
        part = say('kept.given', unit=kept.unit_name, text=kept.text)
        room -= len(part.encode()) + 2
        if room < 0:
            break
        parts.append(part)
        given.append(kept.key)
    if not given:
        return found
    if visit.message.kind == 'text' and rules.is_knock(visit.message.text):
        found = found._replace(words='', waits=False, fresh=True, receipt=False)
    return found._replace(words='\n\n'.join([*parts, *filter(None, [found.words])]), gives=tuple(given))
