"""The door: WeChat's callback for every Official Account behind this deployment."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Request, Response

from chalicelib import clock, storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import credentials
from chalicelib.chat import platform
from chalicelib.chat.converse import Budget, converse
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
_SSM_WORST = 2.1  # seconds: two tries


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
        with storage.hurried(budget.ends):
            return work(account_id, callback.current_request, clock.now(), budget)
    except Refused as refused:
        log.warning('callback refused account=%s status=%s reason=%s', account_id, refused.status, refused)
        return _plain('', refused.status)
    except UnknownAccount:
        return _plain('', 404)
    except Exception as error:
        # Nothing was stored: anything but 200 lets WeChat deliver it again.
        log.error('callback failed before the store account=%s error=%s', account_id, type(error).__name__)
        return _plain('', 503)


def _verify(account_id: str, request: Request, now: datetime, budget: Budget) -> Response:
    keys = _secrets(_account(account_id), budget)
    return _plain(envelope.check_url(keys, request.query_params or {}, now))


def _receive(account_id: str, request: Request, now: datetime, budget: Budget) -> Response:
    account = _account(account_id)
    keys = _secrets(account, budget)
    body = request.raw_body
    assert isinstance(body, bytes)  # Chalice says str too, and gives bytes
    opened = envelope.open(keys, account.mode, request.query_params or {}, body, now)
    try:
        inbound = message.parse(opened.xml)
    except message.Unreadable as unreadable:
        if not opened.proven:
            raise Refused(400, str(unreadable)) from unreadable
        platform.keep_unreadable(account.id, opened.xml, now)
        return _plain(_SUCCESS)
    words = converse(account, inbound, now, budget, opened.proven)
    if not words:
        return _plain(_SUCCESS)
    return _sealed(lambda: envelope.seal(keys, opened, passive.text(inbound, words, now), now))


def _account(account_id: str) -> 'Account':
    account = alliance.account(account_id)
    if account is None:
        raise UnknownAccount
    return account


def _secrets(account: 'Account', budget: Budget) -> 'Credentials':
    if not budget.fits(_SSM_WORST):
        raise storage.Unavailable('no time left to ask for secrets')
    return credentials.credentials(account.id)


def _sealed(seal: Callable[[], str]) -> Response:
    """After the store nothing may fail the callback: the message is ours."""
    try:
        return Response(seal(), headers={'Content-Type': 'text/xml; charset=utf-8'})
    except Exception:
        log.exception('answer could not be sealed')
        return _plain(_SUCCESS)


def _plain(body: str, status: int = 200) -> Response:
    return Response(body, headers={'Content-Type': 'text/plain; charset=utf-8'}, status_code=status)
