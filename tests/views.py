"""The product's routes, and the views behind them: most are loaded with their first request (`web.deferred`)."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from chalice import Chalice


class Route(NamedTuple):
    path: str
    method: str
    registered: Callable[..., Any]

    @property
    def view(self) -> Callable[..., Any]:
        """The function that answers in the end."""
        real = getattr(self.registered, 'real', None)
        return real() if real else self.registered


def routes(app: Chalice) -> Iterator[Route]:
    for path, methods in app.routes.items():
        for method, entry in methods.items():
            yield Route(path, method, entry.view_function)
