"""What the page of one job shows: facts, whom it is for as far as it may be shown, and what can be done now."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.bookings import rules, telling, times
from chalicelib.desk import access, job_access, job_list
from chalicelib.desk.job_access import Place
from chalicelib.desk.rules import Choice
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member
    from chalicelib.bookings.records import Booking

# OURS: whoever is early may say so; a day early it was a slip of the thumb.
_ARRIVES_AT_MOST = timedelta(hours=2)
_BOTH = frozenset({rules.PARTNER, rules.CREW})
_STEPS = {
    'accept': '接单', 'price': '报价', 'decline': '不接', 'assign': '派人', 'give_up': '来不了', 'arrive': '到达',
    'finish': '完成', 'no_show': '居民不在', 'time_out': '过时没有接单', 'request': '预约', 'agree': '居民同意报价',
    'move': '居民改期', 'cancel': '居民取消', 'miss': '没有到达记录', 'rate': '居民评价', 'photo': '加照片',
}  # fmt: skip


class Person(NamedTuple):
    """Whom it is for; `call` is the number as a telephone dials it."""

    name: str
    phone: str
    call: str
    address: str
    note: str


class Sheet(NamedTuple):
    number: str
    path: str
    what: str
    time: str
    state: str
    tone: str
    due: str
    due_tone: str
    facts: tuple[tuple[str, str], ...]
    person: Person | None
    wish: str
    hidden: str  # why nobody is shown
    can: frozenset[str]
    request: bool
    crews: tuple[Choice, ...]
    price: str
    at: str  # what the form has seen: see `seen`
    photos: tuple[str, ...]
    history: tuple[tuple[str, str, str], ...]


def sheet(member: 'Member', company: Place, job: 'Booking', now: datetime) -> Sheet:
    row, can = job_list._row(job, now), possible(company, job, now)
    return Sheet(
        number=job.id,
        path=f'/jobs/{job.id}',
        what=telling.what(job),
        time=job_list.times(job, now),
        state=row.state,
        tone=row.tone,
        due=row.due,
        due_tone=row.due_tone,
        facts=tuple(_facts(job)),
        person=_person(member, company, job, now),
        wish=job_access.wish(member, company, job, now),
        hidden=_hidden(job),
        can=can,
        request=job.form == rules.BY_REQUEST,
        crews=tuple(_crews(company, job, now)) if can & {'accept', 'assign'} else (),
        price=services.yuan(job.price) if job.price is not None else '',
        at=seen(job),
        photos=photos(job, now),
        history=tuple(_history(job, now)),
    )


def possible(company: Place, job: 'Booking', now: datetime) -> frozenset[str]:
    """Which steps this member's part of the company may take at this moment."""
    by = {rules.PARTNER, rules.CREW} if company.dispatches else {rules.CREW}
    able = {step for step in _STEPS if rules.STEPS.get(step) and any(rules.may(job.state, step, one) for one in by)}
    able -= {'accept', 'assign', 'arrive', 'no_show'} if job.starts_at is None else {'price'}
    if job.starts_at is not None:
        able -= _not_yet(job, now)
        if now >= job.starts_at:  # nobody else can come then any more
            able -= {'give_up', 'assign'}
    if 'finish' in able or (job.state in (rules.DONE, rules.RATED) and photos_open(job, now)):
        able.add('photo')
    return frozenset(able)


def _not_yet(job: 'Booking', now: datetime) -> set[str]:
    too_early = {'arrive'} if now < job.starts_at - _ARRIVES_AT_MOST else set()
    if now < job.starts_at:
        too_early.add('no_show')
        if job.state != rules.ARRIVED:
            too_early.add('finish')
    return too_early


def photos_open(job: 'Booking', now: datetime) -> bool:
    return job.over_at is None or now < job.over_at + rules.CONTACT_KEPT


def photos(job: 'Booking', now: datetime) -> tuple[str, ...]:
    """By the last part of their names; as long as the contact is kept, and no longer."""
    return tuple(key.rpartition('-')[2] for key in job.photos) if photos_open(job, now) else ()


def seen(job: 'Booking') -> str:
    """What somebody who presses a button has agreed to: this time, and no other."""
    return f'{job.starts_at.timestamp():.0f}' if job.starts_at else '-'


def _facts(job: 'Booking') -> list[tuple[str, str]]:
    item = services.item(job.item)
    found = [
        ('社区', access.unit_name(job.unit)),
        ('价格', telling.price(job)),
        ('班组', job_list.crew_name(job)),
        ('地点', (item.venue or '') if item and item.where == 'venue' else ''),
        ('居民要准备', (item.prepare or '') if item else ''),
        ('报价说明', job.quote_words),
        ('原因', job.reason),
    ]
    return [(name, said) for name, said in found if said]


def _person(member: 'Member', company: Place, job: 'Booking', now: datetime) -> Person | None:
    found = job_access.contact(member, company, job, now)
    if found is None:
        return None
    call = ''.join(sign for sign in found.phone if sign.isdigit() or sign == '+')
    return Person(found.name, found.phone, call, found.address, found.note)


def _hidden(job: 'Booking') -> str:
    if job.state in (rules.OFFERED, rules.PRICED):
        return '姓名、电话和地址，接单以后才显示。' if job.starts_at else '姓名、电话和地址，居民同意报价以后才显示。'
    return '已经结束，不再显示姓名、电话和地址。' if job.state in rules.OVER else ''


def _crews(company: Place, job: 'Booking', now: datetime) -> list[Choice]:
    """Own crews that are at work and free then; the one whose time it is now comes first."""
    item = services.item(job.item)
    if item is None or job.starts_at is None:
        return []
    own = [crew for crew in services.crews_for(item) if crew.unit == company.unit]
    own = [crew for crew in own if crew.id == job.crew or times.begins(item, job, crew, job.starts_at)]
    own.sort(key=lambda crew: crew.id != job.crew)
    return [Choice(crew.id, crew.name) for crew in times.free_crews(item, job, own, job.starts_at, now, job.id)]


def _history(job: 'Booking', now: datetime) -> list[tuple[str, str, str]]:
    """What happened, by whom of the company, when; the steps of companies before are theirs."""
    begins = max((number for number, one in enumerate(job.steps) if one.step in _LEFT), default=-1) + 1
    found = []
    for one in list(job.steps)[begins:]:
        member = alliance.member(one.by)
        ours = member is not None and job.partner in member.units
        if words := _STEPS.get(one.step):
            found.append((clock.spoken_date_time(one.at), words, member.name if member and ours else ''))
    return found


_LEFT = frozenset({'decline', 'time_out', 'give_up'})
