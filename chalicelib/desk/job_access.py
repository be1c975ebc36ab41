"""Whose a job is: the companies for which a member dispatches or serves, and what he may therefore see and do."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple

from chalice.app import Response

from chalicelib import logs
from chalicelib.alliance import leave, roles
from chalicelib.alliance.gate import Admitted
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import rules, spoken
from chalicelib.desk import access, frame, job_refusals
from chalicelib.privacy import actions as privacy
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.bookings.records import Booking, Contact

# A crew sees what its company has said yes to, and what came of it.
_OF_CREWS = frozenset({rules.ACCEPTED, rules.CONFIRMED, rules.ARRIVED, *rules.OVER})
# Where to come and whom to ring is for those who are about to come, from the company's yes until it is done.
_TO_BE_SERVED = frozenset({rules.ACCEPTED, rules.CONFIRMED, rules.ARRIVED})


class Place(NamedTuple):
    """A company, and what the member is there: its dispatcher, or one of these crews."""

    unit: str
    dispatches: bool
    crews: frozenset[str]

    def sees(self, job: 'Booking') -> bool:
        if job.partner != self.unit or job.state in (rules.HELD, rules.EXPIRED):
            return False
        return self.dispatches or (job.crew in self.crews and job.state in _OF_CREWS)


def places(member: 'Member', now: datetime) -> list[Place]:
    """His own companies, then those where he stands in for somebody at this moment."""
    hats = [member, *leave.stands_in_for(member, now)]
    units = dict.fromkeys(unit for hat in hats for unit in hat.units if _has_jobs(hat))
    return [_place(unit, [hat for hat in hats if unit in hat.units]) for unit in units]


def _has_jobs(hat: 'Member') -> bool:
    return any(roles.may(hat, deed) for deed in (roles.DISPATCH, roles.SERVE, roles.LEAD_UNIT))


def _place(unit: str, hats: list['Member']) -> Place:
    """Whoever leads a unit dispatches as well: its alerts come to him too."""
    dispatches = any(roles.may(hat, deed) for hat in hats for deed in (roles.DISPATCH, roles.LEAD_UNIT))
    serving = {hat.id for hat in hats if roles.may(hat, roles.SERVE)}
    crews = {crew.id for crew in services.crews_of(unit) if not serving.isdisjoint(crew.members)} if serving else set()
    return Place(unit, dispatches, frozenset(crews))


def place(member: 'Member', asked: str, now: datetime) -> Place | None:
    """The one asked for, else his first; None where he has none, or not this one."""
    found = places(member, now)
    return next((one for one in found if asked in ('', one.unit)), None)


def of_company(view: Callable[..., Response]) -> Callable[..., Response]:
    """Put below `gate.staff`: the view gets the `Place` that was asked for by `unit`, or the member's first."""

    @wraps(view)
    def opened(admitted: Admitted) -> Response:
        asked = admitted.form.get('unit') or admitted.query.get('unit', '')
        found = place(admitted.member, asked, admitted.now)
        return view(admitted, found) if found else job_refusals.no_jobs(admitted)

    return opened


def of_dispatcher(view: Callable[..., Response]) -> Callable[..., Response]:
    """The same, for dispatchers only."""

    @wraps(view)
    def checked(admitted: Admitted, company: Place) -> Response:
        return view(admitted, company) if company.dispatches else job_refusals.no_dispatcher(admitted)

    return of_company(checked)


def of_job(view: Callable[..., Response]) -> Callable[..., Response]:
    """Put below `gate.staff`: the view gets the member's `Place` and the job of this number, if he may see it."""

    @wraps(view)
    def opened(admitted: Admitted, number: str, **parts: str) -> Response:
        there = places(admitted.member, admitted.now)
        try:
            job = bookings.find(number)
        except bookings.Gone:
            return frame.not_found(admitted)
        logs.known(job.conversation)
        company = next((one for one in there if one.sees(job)), None)
        if company:
            return view(admitted, company, job, **parts)
        had_it = {one.unit for one in there if one.dispatches} & {one.unit for one in job.passed}
        return job_refusals.passed_on(admitted) if had_it else frame.not_found(admitted)

    return opened


def contact(member: 'Member', company: Place, job: 'Booking', now: datetime) -> 'Contact | None':
    """Whom it is for and where to come, written down as a look at her before it is handed out; None where not due."""
    if job.state not in _TO_BE_SERVED:
        return None
    log_read(member, company, job, now)
    return bookings.contact(job)


def wish(member: 'Member', company: Place, job: 'Booking', now: datetime) -> str:
    """What she wrote with a request: nobody can name a price without it. No number to ring before she agrees."""
    if job.form != rules.BY_REQUEST or job.state not in rules.OPEN:
        return ''
    log_read(member, company, job, now)
    found = bookings.contact(job)
    note = str(found.note) if found else ''
    return note if job.state in _TO_BE_SERVED else spoken.without_phone(note)


def log_read(member: 'Member', company: Place, job: 'Booking', now: datetime) -> None:
    """For everybody whose booking it is. Where it cannot be written down, nothing is shown."""
    for person in job.people:
        privacy.log_read(member, access.unit_name(company.unit), person, now)
