"""WeChat's API: every path under /cgi-bin/, its faults on request, and its errors with HTTP status 200."""

import json
import logging
import random
import socket
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, request

from local.standin import (
    customer,
    followers,
    menus,
    oauth,
    publications,
    refusals,
    robots,
    sms,
    template_messages,
    tokens,
    uploads,
)
from local.standin.call import Call, keep_quota
from local.standin.refusals import Refusal
from local.standin.world import World

APIS = {
    **customer.APIS, **template_messages.APIS, **uploads.APIS, **menus.APIS, **followers.APIS, **publications.APIS,
}  # fmt: skip
TOKENLESS = {
    'stable_token': ('POST', tokens.stable_token),
    'token': ('GET', tokens.token),
    'webhook/send': ('POST', robots.send),
}

log = logging.getLogger('weilin.standin')


api = Blueprint('api', __name__)


def world() -> World:
    found: World = current_app.config['WORLD']
    return found


@api.route('/cgi-bin/<path:path>', methods=['GET', 'POST'])
def call(path: str) -> Response:
    return _faulty(lambda: _answer(f'/cgi-bin/{path}', lambda: _run(path)))


@api.get('/sns/oauth2/access_token')
def opener() -> Response:
    return _faulty(lambda: _answer('/sns/oauth2/access_token', lambda: oauth.exchange(world(), request)))


@api.get('/connect/oauth2/authorize')
def authorize() -> Any:
    return oauth.authorize(world(), request)


@api.post('/sms')
def text_message() -> Response:
    def answer() -> Response:
        said, status = sms.send(world(), request)
        return Response(json.dumps(said), status, content_type='application/json')

    return _faulty(answer)


def _faulty(answer_it: Callable[[], Response]) -> Response:
    """The answer, as far as the faults that are switched on let it happen and arrive."""
    time.sleep(world().faults.slow_seconds)
    if world().faults.api_down:
        return Response('<html>503 Service Temporarily Unavailable</html>', 503, content_type='text/html')
    answer = answer_it()
    if world().faults.lose_answers:
        request.environ['werkzeug.socket'].shutdown(socket.SHUT_RDWR)
    return answer


@api.get('/s/<article>')
def published(article: str) -> Response:
    """Something an account has published, as its readers see it."""
    with world().lock:
        found = [each for articles in world().state.articles.values() for each in articles if each.id == article]
    return Response(found[0].title, content_type='text/plain; charset=utf-8') if found else Response('', 404)


@api.route('/picture/<media_id>')
@api.route('/video/<media_id>')
@api.route('/original/<media_id>')
def content(media_id: str) -> Response:
    media, held = world().state.media.get(media_id), world().shelf.content(media_id)
    return Response(held, content_type=media.content_type) if media and held is not None else Response('', 404)


def _answer(path: str, run: Callable[[], Any]) -> Response:
    try:
        if code := world().faults.always.get(path):
            raise Refusal(code)
        if random.random() < world().faults.busy_share:
            raise Refusal(-1)
        answer = run()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        log.warning('the stand-in could not read a call of %s: %r', path, error)
        answer = refusals.body(47001)
    except Refusal as refusal:
        log.info('the stand-in refused %s with %s', path, refusal.code)
        answer = refusals.body(refusal.code)
    if isinstance(answer, Response):
        return answer
    # These give errors, and more, as text/plain: a client must not trust the type
    kind = (
        'text/plain'
        if path in ('/cgi-bin/media/get', '/sns/oauth2/access_token')
        else 'application/json; encoding=utf-8'
    )
    return Response(json.dumps(answer or {'errcode': 0, 'errmsg': 'ok'}, ensure_ascii=False), content_type=kind)


def _run(path: str) -> Any:
    if path in TOKENLESS:
        method, run = TOKENLESS[path]
        _check_method(method)
        return run(world(), request)
    if path not in APIS:
        return Response('', 404)
    chosen = APIS[path]
    account = tokens.account_of(world(), request.args.get('access_token'))
    _check_method(chosen.method)
    if not chosen.granted(account):
        raise Refusal(48001)
    keep_quota(world(), account.id, path)
    return chosen.run(Call(world(), account, request))


def _check_method(method: str) -> None:
    if request.method != method:
        raise Refusal(43002 if method == 'POST' else 43001)
