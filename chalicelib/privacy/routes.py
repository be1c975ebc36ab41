"""The way to the page every greeting links."""

from chalice.app import Blueprint

from chalicelib.web import deferred

pages = Blueprint(__name__)

deferred.register(pages, 'chalicelib.privacy', {'GET /privacy': 'pages:privacy'})
