"""The chase: who is told, and how often, while somebody waits. The deadline `chase` climbs one rung at a time.

A late run climbs straight to the rung that has been reached: nobody is reminded twice in one minute.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import alerts
from chalicelib.alliance.alerts import Matter
from chalicelib.deadlines import actions as deadlines
from chalicelib.inbox import alarms, kinds, records, rules, turns
from chalicelib.storage import Transaction

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline
    from chalicelib.inbox.records import Conversation

Told = list[tuple[str, str]]  # unit and level

_LATER = timedelta(microseconds=1)


def chase(deadline: 'Deadline', now: datetime) -> None:
    """Tell whoever has to know by now, and set the next rung, in one transaction."""
    conversation = alarms.owner(deadline.id, alarms.CHASE, deadline.key)
    told = climb(conversation, now)

    def write(tx: Transaction) -> None:
        deadlines.done(tx, deadline)
        for unit, level in told:
            alerts.tell(tx, unit, _matter(conversation, level), now)
        alarms.keep(tx, conversation, now)
        tx.save(conversation)

    storage.commit(write)


def climb(conversation: 'Conversation', now: datetime) -> Told:
    """Bring the conversation to the rung after the one reached by `now`; who is told what on the way."""
    unit = conversation.waiting_unit
    if unit is None or conversation.due_at is None:
        return []
    if conversation.rung > rules.TIMED_OUT:
        return _tell_district(conversation)
    own: Told = [(unit, _first_level(conversation))] if conversation.rung == rules.FIRST else []
    reached = max(
        [int(conversation.rung), *(rung for rung in rules.LADDER if turns.rung_at(conversation, rung) <= now)]
    )
    if reached == rules.TIMED_OUT:
        own = [(unit, 'timed_out')] if own else []
        return list(dict([*own, *_tell_street(conversation, now)]).items())  # a unit is told one thing at a time
    conversation.rung = reached + 1
    conversation.chase_at = max(turns.rung_at(conversation, conversation.rung), now + _LATER)
    return own or [(unit, rules.LEVELS[reached])]


def still_waits(about: str, level: str) -> bool:
    """Whether what staff are to be told of is still so; asked just before they are told."""
    conversation = records.conversation(about)
    if conversation is None or conversation.waiting_unit is None:
        return False
    return level != rules.FAILED_LEVEL or bool(conversation.failed)


def _first_level(conversation: 'Conversation') -> str:
    if conversation.failed:
        return rules.FAILED_LEVEL
    return 'handed' if conversation.unit != conversation.home_unit else 'first'


def _tell_street(conversation: 'Conversation', now: datetime) -> Told:
    """The time is over: the unit above is told, or the unit itself where there is none."""
    above = alliance.above(conversation.waiting_unit or '')
    street = above[0].id if above else conversation.waiting_unit or ''
    known = street in (conversation.street, conversation.district)
    told = [] if known else [(street, 'timed_out')]
    conversation.street, conversation.rung = conversation.street if known else street, rules.ABOVE
    has_district = len(above) > 1 and conversation.district is None
    matter = kinds.kind(conversation.kind)
    conversation.chase_at = matter.add(alliance.hours_of(street), now, matter.above) if has_district else None
    return told


def _tell_district(conversation: 'Conversation') -> Told:
    above = alliance.above(conversation.waiting_unit or '')
    conversation.rung, conversation.chase_at = rules.ALL_TOLD, None
    if len(above) < 2 or conversation.district:
        return []
    conversation.district = above[1].id
    return [(above[1].id, 'above')]


def _matter(conversation: 'Conversation', level: str) -> Matter:
    assert conversation.waiting_unit
    assert conversation.waiting_since
    assert conversation.due_at
    return Matter(conversation.id, level, conversation.waiting_unit, conversation.waiting_since, conversation.due_at)
