"""A crew's calendar as its phones subscribe to it, by a secret address: times and places of work, nothing of residents.

Whoever has the address sees it, so it holds no name, no number, no address; those are behind the link, for who is
signed in.
"""

import hmac
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import address, clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import audit, proofs
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import ics, rules, telling
from chalicelib.desk import access, job_words
from chalicelib.services import actions as services
from chalicelib.services import changing

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.bookings.records import Booking
    from chalicelib.services.records import Crew

DAYS = 14
_CREW = re.compile(r'[A-Za-z0-9_-]{1,64}')
_FILE = re.compile(r'([A-Za-z0-9_-]{20,64})\.ics')
# What is settled, or was when a phone last asked: a calendar learns that way that somebody does not come.
_SHOWN = frozenset({rules.ACCEPTED, rules.CONFIRMED, rules.ARRIVED, rules.DONE, rules.RATED})


class NoSuchCrew(LookupError):
    """It is none of this company's."""


class Line(NamedTuple):
    """One crew; `feed` is the address to subscribe to, '' where none was made yet."""

    id: str
    name: str
    people: str
    feed: str


def lines(unit: str) -> list[Line]:
    """As they are now, not as a cache remembers them: what was renewed a moment ago is shown."""
    found = [changing.current_crew(crew.id) for crew in services.crews_of(unit)]
    return [_line(crew) for crew in found if crew is not None]


def _line(crew: 'Crew') -> Line:
    people = [member.name for member in map(alliance.member, crew.members) if member]
    return Line(crew.id, crew.name, '、'.join(people), _address(crew) if crew.feed else '')


def _address(crew: 'Crew') -> str:
    return f'{address.base_url()}/feed/{crew.id}/{crew.feed}.ics'


def renew(member: 'Member', unit: str, crew_id: str, now: datetime) -> None:
    """Raises `NoSuchCrew`, or `Conflict` where somebody else was faster."""
    crew = changing.current_crew(crew_id) if _CREW.fullmatch(crew_id) else None
    if crew is None or crew.unit != unit:
        raise NoSuchCrew
    did = f'{"换了" if crew.feed else "开了"}{crew.name}的日历地址'
    crew.feed = proofs.new()
    changing.put(crew, [unit], audit.by(member), did, now)


def calendar(crew_id: str, file: str, now: datetime) -> str | None:
    """The file of this address; None where the address is not, or not any more, that of a crew."""
    mark = _FILE.fullmatch(file)
    crew = changing.current_crew(crew_id) if mark and _CREW.fullmatch(crew_id) else None
    if mark is None or crew is None or not crew.feed or not hmac.compare_digest(crew.feed, mark[1]):
        return None
    today = clock.day(now)
    found = bookings.of_crew(crew.id, today, today + timedelta(days=DAYS - 1))
    events = [_event(one) for one in found if one.partner == crew.unit and one.state in _SHOWN]
    return ics.calendar(events, f'{access.unit_name(crew.unit)}{crew.name}')


def _event(job: 'Booking') -> ics.Event:
    item = services.item(job.item)
    return ics.Event(
        uid=f'{job.id}@weilin',
        version=int(job.version or 0),
        starts_at=job.starts_at,
        ends_at=job.ends_at,
        title=telling.what(job),
        words=f'{job_words.state(job)}，预约号 {job.id}\n{address.base_url()}/jobs/{job.id}',
        place=(item.venue if item else None) or access.unit_name(job.unit),
        changed_at=job.steps[-1].at if job.steps else job.made_at,
    )
