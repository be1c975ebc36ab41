"""Every staff view is guarded, and scoped to the member's units."""

import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

import app
import chalicelib
from tests.door import CLERK, HOME, Door
from tests.views import routes

# Doors for everybody, and why.
OPEN = {
    '/wechat/{account_id}': 'WeChat: proven by its signature',
    '/login': 'before signing in',
    '/login/link/{token}': 'before signing in: proven by the token',
    '/big': 'a matter of eyesight',
    '/{file}': 'WeChat: what an operator has kept for it, and nothing else',
    '/static/{name}': 'style sheets',
    '/me/{token}': 'a resident, from her chat: proven by the token',
    '/go/{account}/{purpose}': 'a resident on her way to WeChat, which says who she is',
    '/oauth/{account}': "a resident on her way back: proven by WeChat's code and our state",
    '/privacy': 'what is kept of residents, for all of them: names nobody',
}


# Public functions of pages that are no views themselves: what several views share.
SHARED = {'of_conversation', 'seen_conversation', 'show', 'back_to', 'of_unit', 'not_managed', 'page'}

ROUTES = list(routes(app.app))


def test_every_view_is_guarded_or_open_for_a_reason() -> None:
    unguarded = {route.path for route in ROUTES if getattr(route.view, 'guarded', None) != 'staff'}
    assert unguarded == set(OPEN)


@pytest.mark.parametrize('route', ROUTES, ids=lambda route: f'{route.method} {route.path}')
def test_every_route_leads_to_a_view_that_takes_its_parts(route: Any) -> None:
    """A room's table of routes names functions as text: no import fails where one of them is gone."""
    parts = set(re.findall(r'{(\w+)}', route.path))
    admitted = {'admitted'} if getattr(route.view, 'guarded', None) else set()
    taken = set(inspect.signature(route.view).parameters) - admitted - {'unit'}  # `of_unit` finds it by query or form
    if 'found' in taken:  # `of_conversation` finds it by this part
        taken = taken - {'found'} | {'ref'}
    assert route.registered.__name__ == route.view.__name__
    assert taken == parts


def functions_of_pages() -> Iterator[Callable[..., Any]]:
    rooms = Path(chalicelib.__path__[0])
    for path in rooms.glob('*/*pages.py'):
        module = import_module('.'.join(('chalicelib', *path.relative_to(rooms).with_suffix('').parts)))
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith('_'):
                yield function


def test_no_view_lacks_a_route() -> None:
    routed = {route.view for route in ROUTES}
    unrouted = {function.__name__ for function in functions_of_pages() if function not in routed}
    assert unrouted == SHARED


def test_nobody_comes_in_without_a_session(store: None) -> None:
    with Client(app.app) as client:
        for path, method, _ in ROUTES:
            if path in OPEN:
                continue
            url = re.sub(r'{\w+}', 'x.y', path)
            headers = {'Content-Type': 'application/x-www-form-urlencoded'} if method == 'POST' else {}
            answer = client.http.request(method, url, headers=headers, body=b'')
            assert answer.status_code in (303, 403), (method, path)
            if answer.status_code == 303:
                assert '/login' in answer.headers['Location']


FOREIGN = [(path, method) for path, method, _ in ROUTES if '{' in path and path not in OPEN]


READ_OR_TAKE = [
    ('/desk/c/{ref}', 'GET'),
    ('/desk/c/{ref}/take', 'POST'),
    ('/media/{ref}', 'GET'),
    ('/desk/c/{ref}/history', 'GET'),
]


@pytest.mark.parametrize(('path', 'method'), FOREIGN)
def test_a_unit_above_may_read_and_take_and_nothing_else(path: str, method: str, visitor: Any) -> None:
    above = visitor('370202013000')
    before = above.everything()
    answer = above.visit(method, path)
    if (path, method) in READ_OR_TAKE:
        assert answer.status_code not in (403, 404, 415)
    else:
        assert answer.status_code in (403, 404), (method, path, answer.status_code)
        assert above.secret not in answer.body.decode()
        assert above.everything() == before


@pytest.mark.parametrize(('path', 'method'), FOREIGN)
def test_another_units_residents_are_out_of_reach(path: str, method: str, visitor: Any) -> None:
    """A member signed in for one unit tries every page of a resident of another."""
    foreigner = visitor('370202001000')  # another street
    before = foreigner.everything()
    answer = foreigner.visit(method, path)
    assert answer.status_code in (403, 404), (method, path, answer.status_code)
    assert foreigner.secret not in answer.body.decode()
    assert foreigner.everything() == before


@pytest.mark.parametrize(('path', 'method'), FOREIGN)
def test_her_own_clerk_is_let_in_by_the_same_visit(path: str, method: str, visitor: Any) -> None:
    """So what kept the other out was the unit, not a mistake in how these tests ask."""
    assert visitor(HOME).visit(method, path).status_code not in (403, 415)


@pytest.mark.parametrize(('path', 'method'), [(path, method) for path, method, _ in ROUTES if path not in OPEN])
def test_no_page_shows_a_colleague_how_somebody_signs_in(path: str, method: str, visitor: Any, door: Door) -> None:
    """A member writes 登录 in the chat and is answered with a link that lets in whoever opens it."""
    colleague = visitor(HOME, CLERK)
    link = re.search(r'/login/link/\S+', door.say('登录', openid=CLERK))
    assert link
    shown = colleague.visit(method, path).body.decode('utf-8', 'replace')
    assert link[0] not in shown
    assert '/login/link/' not in shown
