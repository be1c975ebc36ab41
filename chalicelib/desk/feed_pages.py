"""The door of a crew's calendar: no sign-in, since calendars cannot; the address itself is the proof."""

from chalice.app import Response

from chalicelib import clock
from chalicelib.desk import crew_feed
from chalicelib.web import render


def feed(crew: str, file: str) -> Response:
    """Wrong, renewed or never there: all the same to who asks."""
    found = crew_feed.calendar(crew, file, clock.now())
    if found is None:
        return render.plain('没有这个日历，或者地址已经换过。', 404)
    return render.calendar(found, 'jobs.ics')
