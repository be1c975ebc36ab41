"""One message through the house: find, answer, keep, within WeChat's five seconds and under conflicts."""

import logging
import random
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.alliance import actions as alliance
from chalicelib.chat import platform
from chalicelib.chat.answer import answer
from chalicelib.chat.visit import Answerer, Visit
from chalicelib.inbox import belonging, media, queues, receiving
from chalicelib.inbox.receiving import Answer
from chalicelib.wechat.message import Inbound

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account
    from chalicelib.inbox.records import Message

log = logging.getLogger('weilin')
answerers: list[Answerer] = []  # filled by app.py, which knows every feature; the first that answers, answers

# Seconds. WeChat hangs up after five; we give up at four.
GIVE_UP_AFTER = 4.0
# What the store leaves of them, so that the queue `late` can still be tried once.
_LATE_WORST = 1.1
# Longest a step after the store can take: two tries of SQS.
_QUEUE_WORST = 2.1
_JITTER = 0.05


class Budget:
    """The time left for one callback."""

    def __init__(self, seconds: float = GIVE_UP_AFTER) -> None:
        self.ends = time.monotonic() + seconds
        self.store_ends = self.ends - _LATE_WORST

    def fits(self, worst_seconds: float) -> bool:
        """Whether something that takes at most so long may still be begun."""
        return time.monotonic() + worst_seconds <= self.ends


class MaybeGiven(storage.Unavailable):
    """The store did not say whether it took the message, and with it replies kept for her, which nobody then gave."""


def converse(
    account: 'Account', inbound: Inbound, now: datetime, budget: Budget, proven: bool, late: bool = False
) -> str:
    """Keep the message once and return the words to answer with; '' means `success`.

    `proven`: the signature covered the message itself. `late`: it comes from the queue, and the words are to be told
    afterwards; of one that is kept already there are none. Runs within `storage.hurried`, which ends it: raises
    `storage.Unavailable` where the message could not be stored in time.
    """
    if inbound.kind == 'event' and inbound.event not in platform.RESIDENT_EVENTS:
        platform.keep_event(account.id, inbound, now)
        return ''
    if late and _was_forgotten(account, inbound):
        log.info('late message dropped: forgotten meanwhile account=%s', account.id)
        return ''
    while True:
        try:
            return _once(_visit(account, inbound, now, proven, late), budget)
        except storage.AlreadyKept as again:
            told = _told_before(again, now, budget)
            return '' if late else told
        except storage.Conflict:
            time.sleep(random.uniform(0, _JITTER))  # no secret: writers step aside


def _was_forgotten(account: 'Account', inbound: Inbound) -> bool:
    from chalicelib.privacy import actions as privacy  # after an outage only

    return privacy.was_forgotten(f'{account.id}#{inbound.openid}', inbound.at)


def _once(visit: Visit, budget: Budget) -> str:
    said = answer(visit, answerers)
    answered = said._replace(words='') if visit.late else said
    try:
        message = receiving.keep(visit.conversation, visit.message, answered, visit.now)
    except storage.Unavailable as error:
        raise (MaybeGiven(str(error)) if said.gives else error) from None
    log.info('message kept account=%s kind=%s late=%s', visit.account.id, message.kind, visit.late)
    _afterwards(visit, message, said, budget)
    return said.words


def _told_before(again: storage.AlreadyKept, now: datetime, budget: Budget) -> str:
    """The same answer again. What followed the store may have been lost with the first one: a job twice is a job."""
    message = receiving.kept_before(again)
    if message.media:
        _try([lambda: media.fetch_soon(message, now)], message.conversation.partition('#')[0], budget)
    return message.answer


def _visit(account: 'Account', inbound: Inbound, now: datetime, proven: bool, late: bool) -> Visit:
    poster = alliance.unit_of_scene(inbound.scene or '')
    home, by = (poster.id, belonging.POSTER) if poster else (account.unit, belonging.ACCOUNT)
    found = receiving.find(f'{account.id}#{inbound.openid}', home, inbound.at, by)
    turn = found.unit if found.waiting_unit else found.home_unit
    unit = alliance.unit_or_nameless(turn, account)
    member = alliance.member_in_chat(account.id, inbound.openid)
    return Visit(account, unit, member, found, inbound, now, proven, late)


def _afterwards(visit: Visit, message: 'Message', said: Answer, budget: Budget) -> None:
    """What follows the store. Its failures are logged; the resident has been served, a clerk can fetch again."""
    steps: list[Callable[[], object]] = [*said.after]
    if message.media:
        steps.append(lambda: media.fetch_soon(message, visit.now))
    if visit.message.opens == 'message' and visit.conversation.kept:
        steps.append(lambda: queues.send_kept_soon(visit.conversation, visit.now))
    _try(steps, visit.account.id, budget)


def _try(steps: list[Callable[[], object]], account: str, budget: Budget) -> None:
    for step in steps:
        if not budget.fits(_QUEUE_WORST):
            log.warning('left undone after the store: no time account=%s', account)
            return
        try:
            step()
        except Exception as error:
            log.error('failed after the store account=%s error=%s', account, type(error).__name__)
