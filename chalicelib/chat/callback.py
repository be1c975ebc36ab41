"""The door: WeChat's callback for every Official Account behind this deployment."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Request, Response

from chalicelib import clock, logs, storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import credentials
from chalicelib.chat import late, platform
from chalicelib.chat.converse import Budget, MaybeGiven, converse
from chalicelib.chat.late import Letter
from chalicelib.wechat import envelope, message, passive
from chalicelib.wechat.envelope import Refused

if TYPE_CHECKING:
    from chalicelib.alliance.records import Account
    from chalicelib.wechat.credentials import Credentials

log = logging.getLogger('weilin')
callback = Blueprint(__name__)


class UnknownAccount(LookupError):
    """The address names no account of this deployment."""


_XML = ['text/xml', 'application/xml', '*/*']
_SUCCESS = 'success'


@callback.route('/wechat/{account_id}', methods=['GET'])
def verify(account_id: str) -> Response:
    """WeChat checks the address when it is entered in its console."""
    return _guarded(account_id, _verify)


@callback.route('/wechat/{account_id}', methods=['POST'], content_types=_XML)
def receive(account_id: str) -> Response:
    """A message or an event."""
    return _guarded(account_id, _receive)


def _guarded(account_id: str, work: Callable[[str, Request, datetime, Budget], Response]) -> Response:
    """Every way this can end has its own status, none of them is a traceback, and it ends in time."""
    budget = Budget()
    try:
        with storage.hurried(budget.store_ends):
            return work(account_id, callback.current_request, clock.now(), budget)
    except Refused as refused:
        log.warning('callback refused account=%s status=%s reason=%s', account_id, refused.status, refused)
        return _plain('', refused.status)
    except UnknownAccount:
        return _plain('', 404)
    except Exception as error:
        # Neither stored nor queued: WeChat may deliver it again.
        log.error('callback failed before the store account=%s error=%s', account_id, type(error).__name__)
        return _plain('', 503)


def _verify(account_id: str, request: Request, now: datetime, budget: Budget) -> Response:
    keys = credentials.credentials(_account(account_id).id)
    return _plain(envelope.check_url(keys, request.query_params or {}, now))


def _receive(account_id: str, request: Request, now: datetime, budget: Budget) -> Response:
    body = request.raw_body
    assert isinstance(body, bytes)  # Chalice says str too, and gives bytes
    letter = Letter(account_id, dict(request.query_params or {}), body, now, trace=logs.trace())
    try:
        account = _account(account_id)
    except UnknownAccount:
        raise
    except Exception as error:
        return _unread(letter, error)
    keys = credentials.credentials(account.id)
    opened = envelope.open(keys, account.mode, letter.query, body, now)
    try:
        return _answer(account, keys, opened, now, budget)
    except Refused:
        raise
    except Exception as error:
        return _later(letter, opened, error)


def _answer(
    account: 'Account', keys: 'Credentials', opened: envelope.Opened, now: datetime, budget: Budget
) -> Response:
    try:
        inbound = message.parse(opened.xml)
    except message.Unreadable as unreadable:
        if not opened.proven:
            raise Refused(400, str(unreadable)) from unreadable
        platform.keep_unreadable(account.id, opened.xml, now)
        return _plain(_SUCCESS)
    logs.known(f'{account.id}#{inbound.openid}')
    words = converse(account, inbound, now, budget, opened.proven)
    if not words:
        return _plain(_SUCCESS)
    return _sealed(lambda: envelope.seal(keys, opened, passive.text(inbound, words, now), now))


def _unread(letter: Letter, error: Exception) -> Response:
    """A cold start while the store is down: no account's row says anything, what is encrypted proves itself."""
    if letter.query.get('encrypt_type') != 'aes':
        raise error
    keys = credentials.credentials(letter.account)  # there are none for an id somebody made up
    return _later(letter, envelope.open(keys, 'safe', letter.query, letter.body, letter.received_at), error)


def _later(letter: Letter, opened: envelope.Opened, error: Exception) -> Response:
    """Not stored, for whatever reason, also a mistake of ours: it waits in the queue, WeChat need not come again."""
    account, kind = letter.account, type(error).__name__
    try:
        late.put(letter._replace(maybe_given=isinstance(error, MaybeGiven)), opened)
    except Exception as failed:
        log.error('not queued either account=%s error=%s', account, type(failed).__name__)
        raise error from failed
    log.error('not stored, queued as late account=%s error=%s', account, kind)
    return _plain(_SUCCESS)


def _account(account_id: str) -> 'Account':
    account = alliance.account(account_id)
    if account is None:
        raise UnknownAccount
    return account


def _sealed(seal: Callable[[], str]) -> Response:
    """After the store nothing may fail the callback: the message is ours."""
    try:
        return Response(seal(), headers={'Content-Type': 'text/xml; charset=utf-8'})
    except Exception:
        log.exception('answer could not be sealed')
        return _plain(_SUCCESS)


def _plain(body: str, status: int = 200) -> Response:
    return Response(body, headers={'Content-Type': 'text/plain; charset=utf-8'}, status_code=status)
