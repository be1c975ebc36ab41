"""The site's own files."""

from chalice.app import NotFoundError, Response

from chalicelib.web import render


def file(name: str) -> Response:
    """Only the files that are listed; a name is never made into a path."""
    if name not in render.STATIC_TYPES:
        raise NotFoundError(name)
    return render.static(name)
