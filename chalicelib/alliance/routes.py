"""The ways to the doors of the staff pages, and whom they tell."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalice.app import Blueprint

from chalicelib.web import deferred

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member

pages = Blueprint(__name__)

# Called as (member, browser, now) after a sign-in by link; app.py adds what tells the member in his chat.
# A sign-in by code was told there already, by the answer to his confirmation.
SIGNED_IN: list[Callable[['Member', str, datetime], None]] = []

deferred.register(
    pages,
    'chalicelib.alliance',
    {
        'GET /login': 'pages:login',
        'POST /login': 'pages:another_code',
        'GET /login/link/{token}': 'pages:login_link',
        'POST /login/link/{token}': 'pages:use_login_link',
        'POST /logout': 'pages:logout',
        'GET /big': 'pages:big',
        'GET /{file}': 'verify_pages:mp_verify',
    },
)
