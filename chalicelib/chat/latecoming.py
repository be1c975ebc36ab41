"""Brings letters of the queue `late` through the door again, and tells afterwards what no answer carries any more."""

import hashlib
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import logs, storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.credentials import credentials
from chalicelib.chat import late, platform
from chalicelib.chat.converse import Budget, converse
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import rules
from chalicelib.wechat import envelope, message

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account
    from chalicelib.chat.late import Letter
    from chalicelib.inbox.records import Conversation

log = logging.getLogger('weilin')

# Nobody waits at the other end; but what the store does not take in this time had better come again.
_BUDGET_SECONDS = 10.0


class StillLate(Exception):
    """It could not be stored this time either: raised, so that SQS shows it again. Names the kind of error only."""

    loggable = True


def receive(body: str, now: datetime) -> None:
    """Bring one letter through the door, once; where the store still fails it comes again, in its order."""
    letter = late.read(body)
    with logs.job({'trace': letter.trace}):
        try:
            _receive(letter, now)
        except Exception as error:
            kind = type(error).__name__
            log.error('late message not stored yet account=%s error=%s', letter.account, kind)
            raise StillLate(kind) from None  # what it is made from may quote a resident


def _receive(letter: 'Letter', now: datetime) -> None:
    account = alliance.account(letter.account)
    if account is None:
        log.error('late message dropped: no such account account=%s', letter.account)
        return
    try:
        # As fresh as it was: that moment is ours, from our own queue.
        keys = credentials(account.id)
        opened = envelope.open(keys, account.mode, letter.query, letter.body, letter.received_at)
    except envelope.Refused as refused:
        log.error('late message refused account=%s status=%s reason=%s', account.id, refused.status, refused)
        platform.keep_unreadable(account.id, letter.body, now)  # it was verified once: a key or a mode has changed
        return
    try:
        inbound = message.parse(opened.xml)
    except message.Unreadable:
        platform.keep_unreadable(account.id, opened.xml, now)
        return
    logs.known(f'{account.id}#{inbound.openid}')
    words = _converse(account, inbound, now, opened.proven)
    _tell(account, inbound, words, letter.maybe_given, now)


def _converse(account: 'Account', inbound: message.Inbound, now: datetime, proven: bool) -> str:
    budget = Budget(_BUDGET_SECONDS)
    with storage.hurried(budget.store_ends):
        return converse(account, inbound, now, budget, proven, late=True)


def _tell(account: 'Account', inbound: message.Inbound, words: str, maybe_given: bool, now: datetime) -> None:
    """Say afterwards what no answer carries any more. She has been heard: a failure here brings nothing back."""
    try:
        found = inbox.conversation(f'{account.id}#{inbound.openid}')
        if found and words and rules.may_machine_send(found, now, alliance.may_send(account)):
            _notify(account, found, inbound, words, now)
        elif found and maybe_given and not words:
            # Stored at once after all, with replies that count as given; these also wait where WeChat is closed.
            line = inbox.message(found.id, inbound.key)
            if line and line.answer:
                _notify(account, found, inbound, line.answer, now)
    except Exception as error:
        log.error('late message stored, nothing told account=%s error=%s', account.id, type(error).__name__)


def _notify(account: 'Account', found: 'Conversation', inbound: message.Inbound, words: str, now: datetime) -> None:
    from chalicelib.inbox.notifying import notify  # brings all that sends

    once = hashlib.sha256(f'{found.id}#{inbound.key}'.encode()).hexdigest()[:16]
    notify(found.id, words, once, alliance.unit_or_nameless(found.unit, account).name, now)
