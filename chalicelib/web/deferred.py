"""Pages that are loaded with their first request: a room's `routes.py` names their views, and imports none of them."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalice.app import Blueprint, Response

    View = Callable[..., Response]

_FORM = ['application/x-www-form-urlencoded']


def register(blueprint: 'Blueprint', room: str, views: Mapping[str, str]) -> None:
    """Routes of a room: 'GET /path/{part}' is answered by 'module:function' of it. What is posted is a form."""
    for route, name in views.items():
        method, path = route.split(' ')
        types = {'content_types': _FORM} if method == 'POST' else {}
        blueprint.route(path, methods=[method], **types)(_view(f'{room}.{name}'))


def _view(name: str) -> 'View':
    """Stands for a view until it is asked for. Python's own import is safe and cheap to ask again, also in threads."""
    module, _, function = name.partition(':')

    def real() -> 'View':
        view: View = getattr(import_module(module), function)
        return view

    def view(**parts: str) -> 'Response':
        return real()(**parts)

    view.__name__ = function
    view.real = real  # type: ignore[attr-defined]  # the rule-tests look at what stands behind
    return view
