"""The ways to a resident's own page, opened by a link from her chat, and to WeChat, which says who she is."""

from chalice.app import Blueprint

from chalicelib.web import deferred

pages = Blueprint(__name__)

deferred.register(
    pages,
    'chalicelib.residents',
    {
        'GET /me/{token}': 'pages:me',
        'POST /me/{token}': 'pages:tell',
        'GET /go/{account}/{purpose}': 'oauth_pages:go',
        'GET /oauth/{account}': 'oauth_pages:returned',
    },
)
