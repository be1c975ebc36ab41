"""The day sheet, to be printed: whom a company goes to on one day, each look written down before it is shown."""

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.bookings import rules, telling
from chalicelib.desk import access, job_access, job_list
from chalicelib.desk.job_access import Place
from chalicelib.desk.rules import Choice
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member

_SHOWN = frozenset({rules.ACCEPTED, rules.CONFIRMED})
MOST = 40  # OURS: a crew does not do more in a day; each is a look at somebody, and a request of its own


class Block(NamedTuple):
    number: str
    time: str
    what: str
    crew: str
    unit: str
    name: str
    phone: str
    address: str
    note: str
    price: str


class Sheet(NamedTuple):
    heading: str
    day: str
    unit: str
    crew: str
    crews: tuple[Choice, ...]
    blocks: tuple[Block, ...]
    more: bool


def sheet(member: 'Member', place: Place, day: date, crew: str, now: datetime) -> Sheet:
    """Of one crew, or of all; what is settled only."""
    jobs = [one for one in job_list.of_days(place, day, day) if one.state in _SHOWN and one.starts_at]
    jobs = [one for one in jobs if crew in ('', one.crew)]
    blocks = []
    for job in jobs[:MOST]:
        found = job_access.contact(member, place, job, now)
        there = (found.name, found.phone, found.address, found.note) if found else ('', '', '', '')
        times = f'{clock.beijing(job.starts_at):%H:%M}—{clock.beijing(job.ends_at):%H:%M}'
        what, comes = telling.what(job), job_list.crew_name(job)
        blocks.append(Block(job.id, times, what, comes, access.unit_name(job.unit), *there, telling.price(job)))
    own = [one for one in services.crews_of(place.unit) if place.dispatches or one.id in place.crews]
    named = next((one.name for one in own if one.id == crew), '')
    heading = f'{day.year}年{day.month}月{day.day}日（周{clock.WEEKDAYS[day.weekday()]}）{named}'
    crews = tuple(Choice(one.id, one.name) for one in own)
    return Sheet(heading, day.isoformat(), place.unit, crew, crews, tuple(blocks), len(jobs) > MOST)
