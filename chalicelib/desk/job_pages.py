"""Pages of a company's jobs: the list, one job, what is done with it, its photos."""

from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib.alliance import gate
from chalicelib.alliance.gate import Admitted
from chalicelib.bookings import actions as bookings
from chalicelib.bookings.rules import NotNow
from chalicelib.desk import access, frame, job_access, job_acting, job_list, job_refusals, job_view, job_words
from chalicelib.desk.conversation_pages import CONFLICT, NOT_DONE
from chalicelib.desk.job_access import Place, of_company, of_job
from chalicelib.desk.job_days import day_of
from chalicelib.desk.routes import pages
from chalicelib.inbox import formats
from chalicelib.web import render

if TYPE_CHECKING:
    from chalicelib.bookings.records import Booking


@gate.staff(pages)
@of_company
def jobs(admitted: Admitted, company: Place) -> Response:
    shown = job_list.listing(company, day_of(admitted.query.get('day', '')), admitted.now)
    others = [
        (one.unit, access.unit_name(one.unit))
        for one in job_access.places(admitted.member, admitted.now)
        if one.unit != company.unit
    ]
    return render.page(
        'desk/jobs.html', visitor=admitted, frame=frame.of_company(admitted, company.unit), list=shown, others=others,
        done=job_words.done(admitted.query.get('done', '')),
    )  # fmt: skip


@gate.staff(pages)
@of_job
def job(admitted: Admitted, company: Place, job: 'Booking') -> Response:
    query, photo = admitted.query, admitted.query.get('photo', '')
    try:
        brought = job_acting.brought(job, photo)
    except formats.NotTaken as reason:
        return _show(admitted, company, job, NOT_DONE, trouble=reason.words)
    if brought and job_acting.photo_key(job, photo) not in job.photos:
        return _show(admitted, company, job, photo=photo, done=job_words.done('photo'))
    return _show(admitted, company, job, done=job_words.done(query.get('done', '')))


def _show(admitted: Admitted, company: Place, job: 'Booking', status: int = 200, **shown: Any) -> Response:
    """The page of a job. After a form it stands at the form's address, which is its own."""
    found = job_view.sheet(admitted.member, company, job, admitted.now)
    shown = {'trouble': '', 'done': '', 'photo': '', 'typed': {}, 'opened': ''} | shown
    visitor = admitted._replace(path=found.path)
    around = frame.of_company(visitor, company.unit)
    return render.page('desk/job.html', status, visitor=visitor, frame=around, sheet=found, **shown)


@gate.staff(pages)
@of_job
def act(admitted: Admitted, company: Place, job: 'Booking') -> Response:
    """One button of the page. What is not its turn any more changes nothing, and the page says how it stands."""
    form, wanted = admitted.form, admitted.form.get('do', '')
    try:
        done = job_acting.act(admitted.member, company, job, form, admitted.now)
    except NotNow:
        return render.redirect(f'/jobs/{job.id}?done=same#main')
    except bookings.Gone:
        return job_refusals.passed_on(admitted)
    except job_acting.Moved:
        return _show(admitted, company, bookings.find(job.id), CONFLICT, trouble=job_words.MOVED)
    except (bookings.Refused, formats.NotTaken) as reason:
        said = reason.words if isinstance(reason, formats.NotTaken) else str(reason)
        fresh = bookings.find(job.id)
        return _show(admitted, company, fresh, NOT_DONE, trouble=said, opened=wanted, typed=form)
    if done in ('decline', 'give_up'):
        return render.redirect(f'/jobs?unit={company.unit}&done={done}#main')
    return render.redirect(f'/jobs/{job.id}?done={done}#main')


@gate.staff(pages)
@of_job
def photo_form(admitted: Admitted, company: Place, job: 'Booking') -> Response:
    """A form that goes straight to the bucket, which sends the browser back to the job."""
    if 'photo' not in job_view.possible(company, job, admitted.now):
        return render.redirect(f'/jobs/{job.id}?done=same#main')
    return render.page(
        'desk/job_photo.html', visitor=admitted, frame=frame.of_company(admitted, company.unit), number=job.id,
        upload=job_acting.upload(job, job_acting.new_photo()), back=f'/jobs/{job.id}',
    )  # fmt: skip


@gate.staff(pages)
@of_job
def add_photo(admitted: Admitted, company: Place, job: 'Booking') -> Response:
    """The photo that was brought is kept with the job."""
    token = admitted.form.get('photo', '')
    if not job_acting.is_photo(token) or 'photo' not in job_view.possible(company, job, admitted.now):
        return render.redirect(f'/jobs/{job.id}?done=same#main')
    try:
        job_acting.add_photo(admitted.member, job, token, admitted.now)
    except bookings.Gone:
        return job_refusals.passed_on(admitted)
    except (bookings.Refused, formats.NotTaken) as reason:
        said = reason.words if isinstance(reason, formats.NotTaken) else str(reason)
        return _show(admitted, company, job, NOT_DONE, trouble=said)
    return render.redirect(f'/jobs/{job.id}?done=add_photo#main')


@gate.staff(pages)
@of_job
def job_photo(admitted: Admitted, company: Place, job: 'Booking', photo: str) -> Response:
    """To a fresh link of five minutes; a page links here, never to the bucket."""
    if not job_acting.is_photo(photo) or not job_view.photos_open(job, admitted.now):
        return frame.not_found(admitted)
    job_access.log_read(admitted.member, company, job, admitted.now)
    return render.send_to(job_acting.photo_link(job, photo))
