"""Pages about a company as a whole: its crews with their calendars, its figures, the sheet of a day."""

from typing import Any

from chalice.app import Response

from chalicelib import clock
from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.desk import crew_feed, frame, job_figures, job_refusals, job_sheet, job_words
from chalicelib.desk.conversation_pages import CONFLICT
from chalicelib.desk.job_access import Place, of_company, of_dispatcher
from chalicelib.desk.job_days import day_of
from chalicelib.desk.routes import pages
from chalicelib.storage import Conflict
from chalicelib.web import render


@gate.staff(pages)
@of_dispatcher
def figures(admitted: Admitted, company: Place) -> Response:
    found = job_figures.figures(company, admitted.now)
    around = frame.of_company(admitted, company.unit)
    return render.page('desk/job_figures.html', visitor=admitted, frame=around, figures=found, unit=company.unit)


@gate.staff(pages)
@of_company
def day_sheet(admitted: Admitted, company: Place) -> Response:
    day = day_of(admitted.query.get('day', '')) or clock.day(admitted.now)
    found = job_sheet.sheet(admitted.member, company, day, admitted.query.get('crew', ''), admitted.now)
    around = frame.of_company(admitted, company.unit)
    return render.page('desk/job_sheet.html', visitor=admitted, frame=around, sheet=found)


@gate.staff(pages)
@of_dispatcher
def crews(admitted: Admitted, company: Place) -> Response:
    return _crews(admitted, company, done=job_words.done(admitted.query.get('done', '')))


def _crews(admitted: Admitted, company: Place, status: int = 200, **shown: Any) -> Response:
    shown = {'done': '', 'trouble': ''} | shown
    around = frame.of_company(admitted, company.unit)
    return render.page(
        'desk/job_crews.html', status, visitor=admitted, frame=around, unit=company.unit,
        crews=crew_feed.lines(company.unit), **shown,
    )  # fmt: skip


@gate.staff(pages)
@of_dispatcher
def renew_feed(admitted: Admitted, company: Place) -> Response:
    """A new address for a crew's calendar; who has the old one sees nothing any more."""
    try:
        crew_feed.renew(admitted.member, company.unit, admitted.form.get('crew', ''), admitted.now)
    except crew_feed.NoSuchCrew:
        return job_refusals.no_jobs(admitted)
    except Conflict:
        return _crews(admitted, company, CONFLICT, trouble=job_words.FEED_OVERTAKEN)
    return render.redirect(f'/jobs/crews?unit={company.unit}&done=feed#main')
