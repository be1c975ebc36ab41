"""All that the chat and the pages need to know of signing in; how each way works is in the module named here."""

from chalicelib.alliance.browsers import browser_name
from chalicelib.alliance.codes import Code, Pending, State, ask, confirm, enter, find_code, refuse, resume
from chalicelib.alliance.invitations import Invitation, accept, bound_member, find_invitation, invite
from chalicelib.alliance.links import Link, look_at_link, make_link, use_link
from chalicelib.alliance.membership import (
    Unknown,
    change_leave,
    change_roles,
    change_units,
    end_sessions,
    remove,
    restore,
    suspend,
)
from chalicelib.alliance.sessions import Session, end_session, session

__all__ = [
    'Code',
    'Invitation',
    'Link',
    'Pending',
    'Session',
    'State',
    'Unknown',
    'accept',
    'ask',
    'bound_member',
    'browser_name',
    'change_leave',
    'change_roles',
    'change_units',
    'confirm',
    'end_session',
    'end_sessions',
    'enter',
    'find_code',
    'find_invitation',
    'invite',
    'look_at_link',
    'make_link',
    'refuse',
    'remove',
    'restore',
    'resume',
    'session',
    'suspend',
    'use_link',
]
