"""Which feature answers a message: the first that has something to say, and the kept replies with it."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.chat.visit import Answerer, Visit
from chalicelib.chat.words import say
from chalicelib.inbox import kinds, lines, rules
from chalicelib.inbox.receiving import Answer
from chalicelib.wechat import limits

if TYPE_CHECKING:
    from chalicelib.inbox.records import Kept

log = logging.getLogger('weilin')


def answer(visit: Visit, answerers: Sequence[Answerer]) -> Answer:
    """Ask the answerers in their order; what none of them takes is told `success` and changes nothing."""
    if visit.late:
        return unsaid(visit, next((said for answerer in answerers if (said := _asked(answerer, visit))), _taken(visit)))
    found = next((said for answerer in answerers if (said := answerer(visit))), Answer())
    return found if visit.message.kind == 'event' else with_kept(visit, found)


def unsaid(visit: Visit, found: Answer) -> Answer:
    """What is left of an answer that comes too late to be given: only a receipt is told afterwards.

    A dialogue goes no step she cannot be told of; kept replies stay for her next message, also where she knocked.
    """
    if _kept(visit) and _knocks(visit, found):
        return Answer(fresh=True)
    if found.receipt:
        return found._replace(asks=None)
    if not found.words:
        return found
    return Answer(waits=found.waits, fresh=found.fresh, kind=found.kind, private=found.private, aside=found.aside)


def _asked(answerer: Answerer, visit: Visit) -> Answer | None:
    """Whoever fails on it may be why it is late: the next one is asked, so that a person sees the message."""
    try:
        return answerer(visit)
    except (storage.Unavailable, storage.Conflict):
        raise
    except Exception as error:
        name, account = getattr(answerer, '__name__', ''), visit.account.id
        log.error('failed on a late message answerer=%s account=%s error=%s', name, account, type(error).__name__)
        return None


def _taken(visit: Visit) -> Answer:
    return Answer(waits=visit.message.kind != 'event')


def with_kept(visit: Visit, found: Answer) -> Answer:
    """Put replies that WeChat did not let us send in front of the answer, as many as fit into one message.

    Whoever is in danger reads of nothing else: the replies wait for her next message.
    """
    kept = _kept(visit)
    if not kept or kinds.kind(found.kind).urgent:
        return found
    if _knocks(visit, found):
        found = found._replace(words='', waits=False, fresh=True, receipt=False, aside=False)
    if _bytes(found.words, _given(kept[0])) > limits.TEXT_BYTES:
        if found.chosen:  # a dialogue goes no step she is not told of
            return found
        # Where even one leaves no room for our own words, it goes alone: she has waited long enough for it.
        found = found._replace(words='', asks=None, receipt=False)
    words = found.words
    parts: list[str] = []
    for reply in kept:
        if _bytes(*parts, _given(reply), words) > limits.TEXT_BYTES:
            break
        parts.append(_given(reply))
    given = tuple(reply.key for reply in kept[: len(parts)])
    return found._replace(words='\n\n'.join(filter(None, [*parts, words])), gives=given)


def _kept(visit: Visit) -> list['Kept']:
    found = visit.conversation
    return [kept for kept in found.kept if kept.kind == 'text' and lines.holds(found, kept, visit.now)]


def _knocks(visit: Visit, found: Answer) -> bool:
    own = found.private or found.forgets or found.chosen
    return visit.message.kind == 'text' and not own and rules.is_knock(visit.message.text)


def _given(kept: 'Kept') -> str:
    """The reply with whose it is, or without where that would make it too long."""
    words = kept.text if kept.machine else say('kept.given', unit=kept.unit_name, text=kept.text)
    return words if _bytes(words) <= limits.TEXT_BYTES else str(kept.text)


def _bytes(*parts: str) -> int:
    return len('\n\n'.join(filter(None, parts)).encode())
