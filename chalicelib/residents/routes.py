"""The way to a resident's own page, opened by a link from her chat."""

from chalice.app import Blueprint

from chalicelib.web import deferred

pages = Blueprint(__name__)

deferred.register(pages, 'chalicelib.residents', {'GET /me/{token}': 'pages:me', 'POST /me/{token}': 'pages:tell'})
