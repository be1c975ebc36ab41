"""The page every greeting links: what is kept, why, how long, and how to see and delete it. For everybody."""

from chalice.app import Response

from chalicelib import retention
from chalicelib.alliance import actions as alliance
from chalicelib.privacy import rules
from chalicelib.privacy.routes import pages
from chalicelib.web import render, request
from chalicelib.web.session import BIG


def privacy() -> Response:
    """The link in the chat names the resident's unit, which is then whom to turn to."""
    asked = pages.current_request
    unit_id = request.query(asked).get('unit', '')
    unit = alliance.unit(unit_id)
    kinds = [(kind, rules.spoken_lasting(kind.lasts)) for kind in retention.SHOWN]
    path = f'/privacy?unit={unit.id}' if unit else '/privacy'
    return render.page(
        'privacy/privacy.html', big=BIG in request.cookies(asked), kinds=kinds, unit=unit, path=path,
        left_open=retention.LEFT_OPEN.lasts.days,
    )  # fmt: skip
