"""Who could not be told when his time comes, found out before it is needed: the red line for a unit's lead."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib import clock
from chalicelib.alliance import actions, channels, leave, roster
from chalicelib.alliance.records import Member
from chalicelib.alliance.words import say


class Trouble(NamedTuple):
    """Somebody who cannot be told; `words` say who, when, why, and what to do. `member` is '' where it is nobody."""

    member: str
    begins: datetime
    words: str


class _Stretch(NamedTuple):
    kind: str  # duty | work
    begins: datetime  # or now, where it runs
    named: Sequence[str]


def unreachable(unit_id: str, now: datetime) -> list[Trouble]:
    """Of those responsible now or next, on duty and in working hours, whoever no channel of the unit reaches then.

    Each member once, for the first of the two. One read for each member at most, and the parameters of the channels.
    """
    reach = channels.Reach(unit_id, now)
    found = {trouble.member: trouble for trouble in _nobodys(unit_id, now)}
    for stretch in sorted(_stretches(unit_id, now), key=lambda stretch: stretch.begins):
        for trouble in _troubles(unit_id, stretch, reach, now):
            found.setdefault(trouble.member or stretch.kind, trouble)
    return list(found.values())


def _nobodys(unit_id: str, now: datetime) -> Iterator[Trouble]:
    """A district where nobody is there for what is nobody's."""
    unit = actions.unit(unit_id)
    if unit is None or unit.kind != 'district':
        return
    named = actions.member(unit.responsible) if unit.responsible else None
    if named is None or leave.present(named, now) is None:
        why = 'absent' if named else 'unnamed'
        yield Trouble('responsible', now, say(f'trouble.nobodys_{why}', name=named.name if named else ''))


def why_unreached(member: Member, reach: channels.Reach, at: datetime) -> str:
    """Why no channel of the unit reaches him at that moment; '' where one does."""
    if any(reach.works(channel, member, at) for channel in reach.order):
        return ''
    return say(f'why.{_why(member, reach)}')


def _stretches(unit_id: str, now: datetime) -> Iterator[_Stretch]:
    hours = actions.hours_of(unit_id)
    duty = hours.next_duty(now)
    if duty:
        yield _Stretch('duty', max(duty.begins, now), duty.members)
    works_at = hours.add(now, timedelta())
    if hours.is_working(works_at):
        yield _Stretch('work', works_at, ())


def _troubles(unit_id: str, stretch: _Stretch, reach: channels.Reach, now: datetime) -> Iterator[Trouble]:
    when = say('trouble.running') if stretch.begins <= now else f'{clock.spoken_time(stretch.begins, now)} '
    for named in stretch.named:
        found = actions.member(named)
        if found is None or found.state != 'active':
            words = say('trouble.not_on_roster', when=when, name=found.name if found else named)
            yield Trouble(named, stretch.begins, words)
        elif leave.present(found, stretch.begins) is None:
            yield Trouble(named, stretch.begins, say('trouble.duty_on_leave', when=when, name=found.name))
    people = roster.responsible(unit_id, stretch.named, stretch.begins)
    if not people:
        yield Trouble('', stretch.begins, say(f'trouble.nobody_{stretch.kind}', when=when))
    for member in people:
        if leave.is_on_leave(member, stretch.begins):
            yield Trouble(member.id, stretch.begins, say('trouble.work_on_leave', when=when, name=member.name))
        if not any(reach.works(channel, member, stretch.begins) for channel in reach.order):
            yield Trouble(member.id, stretch.begins, _words(stretch.kind, when, member, reach))


def _words(kind: str, when: str, member: Member, reach: channels.Reach) -> str:
    why = _why(member, reach)
    return say(
        f'trouble.{kind}',
        when=when,
        name=member.name,
        why=say(f'why.{why}'),
        remedy=say(f'remedy.{why}', name=member.name),
    )


def _why(member: Member, reach: channels.Reach) -> str:
    """What is mended most easily: a word in the chat, the binding, a number, a channel."""
    if 'wechat' in reach.order and channels.has_chat(member):
        return 'silent'
    if 'wechat' in reach.order and not member.openid:
        return 'unbound'
    return 'no_mobile' if 'sms' in reach.order and not member.mobile and channels.has_sms() else 'no_channel'
