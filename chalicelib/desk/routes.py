"""The ways through the desk. `pages` is its one blueprint."""

from chalice.app import Blueprint

from chalicelib.web import deferred

pages = Blueprint(__name__)

deferred.register(
    pages,
    'chalicelib.desk',
    {
        'GET /desk': 'pages:waiting',
        'GET /desk/recent': 'pages:recent',
        'GET /desk/search': 'search_pages:shown',
        'POST /desk/search': 'search_pages:search',
        'GET /desk/system': 'pages:operator',
        'GET /media/{ref}': 'pages:medium',
        'GET /desk/c/{ref}': 'conversation_pages:conversation',
        'POST /desk/c/{ref}/reply': 'conversation_pages:reply',
        'POST /desk/c/{ref}/canned': 'conversation_pages:put_canned',
        'GET /desk/c/{ref}/photo': 'conversation_pages:photo_form',
        'POST /desk/c/{ref}/photo': 'conversation_pages:go_for_photo',
        'GET /desk/c/{ref}/photo/{photo}': 'conversation_pages:uploaded_photo',
        'POST /desk/c/{ref}/no-photo': 'conversation_pages:drop_photo',
        'GET /desk/c/{ref}/history': 'history_pages:history',
        'POST /desk/c/{ref}/note': 'rare_pages:note',
        'GET /desk/c/{ref}/hand-over': 'rare_pages:all_units',
        'POST /desk/c/{ref}/hand-over': 'rare_pages:hand_over',
        'POST /desk/c/{ref}/take': 'rare_pages:take',
        'POST /desk/c/{ref}/decline': 'rare_pages:decline',
        'POST /desk/c/{ref}/close': 'rare_pages:close',
        'POST /desk/c/{ref}/remark': 'rare_pages:remark',
        'POST /desk/c/{ref}/sent/{line}': 'rare_pages:about_sent',
    },
)
