"""The site's own files."""

from chalice.app import Blueprint, NotFoundError, Response

from chalicelib.web import render

static = Blueprint(__name__)


@static.route('/static/{name}', methods=['GET'])
def file(name: str) -> Response:
    """Only the files that are listed; a name is never made into a path."""
    if name not in render.STATIC_TYPES:
        raise NotFoundError(name)
    return render.static(name)
