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
        'GET /desk/accounts': 'accounts_pages:accounts',
        'POST /desk/accounts': 'accounts_pages:tick',
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
        'GET /desk/c/{ref}/resident': 'resident_pages:resident',
        'POST /desk/c/{ref}/resident': 'resident_pages:note_resident',
        'POST /desk/c/{ref}/home': 'resident_pages:correct_home',
        'POST /desk/c/{ref}/sent/{line}': 'rare_pages:about_sent',
        'GET /desk/unit': 'unit_pages:people',
        'POST /desk/unit/invite': 'unit_pages:invite',
        'GET /desk/unit/hours': 'unit_pages:hours',
        'POST /desk/unit/hours': 'unit_pages:put_hours',
        'GET /desk/unit/duty': 'unit_pages:duty',
        'POST /desk/unit/duty': 'unit_pages:put_duty',
        'GET /desk/unit/m/{member}': 'unit_member_pages:person',
        'POST /desk/unit/m/{member}': 'unit_member_pages:change_person',
        'GET /jobs': 'job_pages:jobs',
        'GET /jobs/{number}': 'job_pages:job',
        'POST /jobs/{number}': 'job_pages:act',
        'GET /jobs/{number}/photo': 'job_pages:photo_form',
        'POST /jobs/{number}/photo': 'job_pages:add_photo',
        'GET /jobs/{number}/photo/{photo}': 'job_pages:job_photo',
    },
)
