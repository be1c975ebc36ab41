"""Which feature answers a message: the first that has something to say, and the kept replies with it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.chat.visit import Answerer, Visit
from chalicelib.chat.words import say
from chalicelib.inbox import rules
from chalicelib.inbox.receiving import Answer
from chalicelib.wechat import limits

if TYPE_CHECKING:
    from chalicelib.inbox.records import Kept


def answer(visit: Visit, answerers: Sequence[Answerer]) -> Answer:
    """Ask the answerers in their order; what none of them takes is told `success` and changes nothing."""
    found = next((said for answerer in answerers if (said := answerer(visit))), Answer())
    return found if visit.message.kind == 'event' else with_kept(visit, found)


def with_kept(visit: Visit, found: Answer) -> Answer:
    """Put replies that WeChat did not let us send in front of the answer, as many as fit into one message."""
    kept = [kept for kept in visit.conversation.kept if kept.kind == 'text' and _holds(kept, visit)]
    if not kept:
        return found
    if visit.message.kind == 'text' and not (found.private or found.forgets) and rules.is_knock(visit.message.text):
        found = found._replace(words='', waits=False, fresh=True, receipt=False)
    # Where even one leaves no room for our own words, it goes alone: she has waited long enough for it.
    words = found.words if _bytes(found.words, _given(kept[0])) <= limits.TEXT_BYTES else ''
    parts: list[str] = []
    for reply in kept:
        if _bytes(*parts, _given(reply), words) > limits.TEXT_BYTES:
            break
        parts.append(_given(reply))
    given = tuple(reply.key for reply in kept[: len(parts)])
    return found._replace(words='\n\n'.join(filter(None, [*parts, words])), gives=given)


def _holds(kept: 'Kept', visit: Visit) -> bool:
    return rules.deliverable(kept.confirmed_at, kept.promised_at, visit.now)


def _given(kept: 'Kept') -> str:
    """The reply with whose it is, or without where that would make it too long."""
    words = say('kept.given', unit=kept.unit_name, text=kept.text)
    return words if _bytes(words) <= limits.TEXT_BYTES else str(kept.text)


def _bytes(*parts: str) -> int:
    return len('\n\n'.join(filter(None, parts)).encode())
