"""Danger: she is told at once whom to call. Nothing is promised; five minutes is the staff's clock, not hers."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.alliance import actions as alliance
from chalicelib.chat import emergency
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox import kinds, rules
from chalicelib.inbox.receiving import Answer

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation


def answer(visit: Visit) -> Answer | None:
    """The numbers and that this account is none of them; in short where a burst has been told already."""
    if kind_of(visit) != kinds.DANGER:
        return None
    told = is_open(visit.conversation) and in_burst(visit)
    words = (_again if told else _first)(visit)
    return Answer(words, waits=True, receipt=True, kind=kinds.DANGER, due_at=_due_at(visit))


def kind_of(visit: Visit) -> str:
    """What kind of matter her words are about; also those that WeChat has made of a voice."""
    said = visit.message.text if visit.message.kind in ('text', 'voice') else ''
    if not said:
        return kinds.ORDINARY
    from chalicelib.inbox import classifying

    return classifying.classify(said)


def is_open(conversation: 'Conversation') -> bool:
    """Whether staff are being called about a danger of hers."""
    return bool(conversation.waiting_unit) and kinds.kind(conversation.kind).urgent


def in_burst(visit: Visit) -> bool:
    """Whether she was given a receipt just now, for something that still waits."""
    received_at: datetime | None = visit.conversation.received_at
    still_waits = bool(visit.conversation.waiting_unit)
    return still_waits and received_at is not None and abs(visit.message.at - received_at) <= rules.BURST


def line_at_night(visit: Visit) -> str:
    """For what no machine reads, while nobody is there to look at it; '' while somebody is."""
    if alliance.hours_of(visit.unit.id).is_staffed(visit.now):
        return ''
    return say('danger.line', phones=emergency.phones(visit.unit.id))


def _first(visit: Visit) -> str:
    rows = '\n'.join(map(_row, emergency.numbers(visit.unit.id)))
    return say('danger.first', numbers=rows, unit=visit.unit.name)


def _row(number: emergency.Number) -> str:
    return say('danger.number' if number.checked else 'danger.unchecked', name=number.name, phone=number.phone)


def _again(visit: Visit) -> str:
    return say('danger.again', phones=emergency.phones(visit.unit.id), unit=visit.unit.name)


def _due_at(visit: Visit) -> datetime:
    at: datetime = visit.now if visit.late else visit.message.at
    matter = kinds.kind(kinds.DANGER)
    within: timedelta = matter.within
    return matter.add(alliance.hours_of(visit.unit.id), at, within)
