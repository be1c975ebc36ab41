"""The way to the site's own files."""

from chalice.app import Blueprint

from chalicelib.web import deferred

static = Blueprint(__name__)

deferred.register(static, 'chalicelib.web', {'GET /static/{name}': 'pages:file'})
