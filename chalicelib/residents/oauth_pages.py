"""The ways to WeChat and back, by which it says who opens a page. Neither stores anything."""

import logging
from typing import TYPE_CHECKING

from chalicelib import clock, logs
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import credentials
from chalicelib.inbox import actions as inbox
from chalicelib.residents import authorising, guest_sessions, guests, refusals
from chalicelib.residents.authorising import Way
from chalicelib.residents.routes import pages
from chalicelib.web import render, request
from chalicelib.wechat.errors import Action, Failed, Refused
from chalicelib.wechat.oauth import is_code

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.alliance.records import Account

log = logging.getLogger('weilin')


def go(account: str, purpose: str) -> 'Response':
    """Send her to WeChat; where that cannot know her, say what she does instead."""
    asked, found = pages.current_request, alliance.account(account)
    if found is None or purpose not in guests.PURPOSES:
        return refusals.no_page(asked)
    if not authorising.possible(found):
        return refusals.by_chat(found.name, purpose, asked)
    return _send(found, Way(purpose, 1))


def returned(account: str) -> 'Response':
    """She comes back with a code, which is used up by asking; opening this address beforehand or twice does no harm."""
    asked, found = pages.current_request, alliance.account(account)
    if found is None or not authorising.possible(found):
        return refusals.no_page(asked)
    brought, held = request.query(asked), request.cookies(asked).get(authorising.NAME, '')
    way = authorising.back(found.id, held, brought.get('state', ''), clock.now())
    if way is None or way.purpose not in guests.PURPOSES or not is_code(brought.get('code', '')):
        return refusals.strange_way(found.id, asked)
    return _exchanged(found, way, brought['code'])


def _send(account: 'Account', way: Way) -> 'Response':
    try:
        place, line = authorising.begin(account.id, way, clock.now())
    except credentials.Unknown:
        return refusals.no_word(account.id, way.purpose, pages.current_request, [])
    return render.send_to(place, cookies=[line])


def _exchanged(account: 'Account', way: Way, code: str) -> 'Response':
    over = [authorising.over(account.id)]
    try:
        opener = authorising.opener(account.id, code)
    except (Failed, credentials.Unknown) as failed:
        if _worth_another(failed) and way.number < authorising.MOST:
            return _send(account, way._replace(number=way.number + 1))
        log.warning('WeChat did not say who opens a page account=%s error=%s', account.id, failed)
        return refusals.no_word(account.id, way.purpose, pages.current_request, over)
    if opener.snapshot:
        return refusals.snapshot(way.purpose, pages.current_request, over)
    return _welcome(account, way, f'{account.id}#{opener.openid}', over)


def _worth_another(failed: Exception) -> bool:
    return isinstance(failed, Refused) and failed.reaction.action is Action.AUTHORISE_AGAIN


def _welcome(account: 'Account', way: Way, conversation_id: str, over: list[str]) -> 'Response':
    logs.known(conversation_id)
    conversation = inbox.conversation(conversation_id)
    if conversation is None or not conversation.followed:
        return refusals.not_following(account.name, account.id, way.purpose, pages.current_request, over)
    line = guest_sessions.begin(conversation_id, clock.now())
    return render.redirect(guest_sessions.path(account.id), cookies=[*over, line])
