"""The page that says who did what on a conversation. Opening it is a look at her like any other."""

from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import access, frame, history_view
from chalicelib.desk.conversation_pages import seen_conversation
from chalicelib.desk.routes import pages
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation


@gate.staff(pages)
@seen_conversation
def history(admitted: Admitted, found: 'Conversation') -> Response:
    member, now = admitted.member, admitted.now
    access.log_read(member, found, now)
    shown = history_view.history(member, found, history_view.before(admitted.query.get('before', ''), now), now)
    around = frame.of(admitted, access.own_unit(member, found, now))
    return render.page('desk/history.html', visitor=admitted, frame=around, history=shown)
