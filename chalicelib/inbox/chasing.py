"""The chase: who is told, and how often, while somebody waits. The deadline `chase` climbs one rung at a time.

A late run climbs straight to the rung that has been reached: nobody is reminded twice in one minute.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock, storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import alerts
from chalicelib.alliance.alerts import Matter
from chalicelib.deadlines import actions as deadlines
from chalicelib.inbox import alarms, handing, kinds, machine, records, rules, turns
from chalicelib.inbox.lines import put
from chalicelib.inbox.records import Message
from chalicelib.inbox.words import say
from chalicelib.storage import Transaction, Write

if TYPE_CHECKING:
    from chalicelib.alliance.records import Unit
    from chalicelib.deadlines.records import Deadline
    from chalicelib.inbox.records import Conversation

Told = Sequence[tuple[str, str]]  # unit and level

_LATER = timedelta(microseconds=1)


def chase(deadline: 'Deadline', now: datetime) -> None:
    """Tell whoever has to know by now, and set the next rung, in one transaction."""
    conversation = alarms.owner(deadline.id, alarms.CHASE, deadline.key)
    step = climb(conversation, deadline.key, now)
    if conversation.chase_at and conversation.chase_at <= now:
        conversation.chase_at = now + _LATER  # never where this deadline stands, which goes in the same transaction

    def write(tx: Transaction) -> None:
        deadlines.done(tx, deadline)
        for unit, level in dict(step.told).items():  # a unit is told one thing at a time, the last that is said here
            alerts.tell(tx, unit, _matter(conversation, level), now)
        for line in step.lines:
            put(line)(tx)
        for one in step.writes:
            one(tx)
        alarms.keep(tx, conversation, now)
        tx.save(conversation)

    storage.commit(write)


class Step(NamedTuple):
    """What one rung brings: who of the staff is told, lines that are new, other writes."""

    told: Told = ()
    lines: Sequence[Message] = ()
    writes: Sequence[Write] = ()


def climb(conversation: 'Conversation', key: str, now: datetime) -> Step:
    """Bring the conversation to the rung after the one reached by `now`. `key` is the deadline's."""
    unit = conversation.waiting_unit
    if unit is None or conversation.due_at is None:
        conversation.chase_at = None
        return Step()
    if conversation.handed_until and conversation.handed_until <= now:
        return Step(*handing.not_accepted(conversation, key, now))
    if kinds.kind(conversation.kind).urgent:
        return _alarm(conversation, now)
    if conversation.rung > rules.TIMED_OUT:
        return _time_over(conversation, key, now)
    own = [(unit, _first_level(conversation))] if conversation.rung == rules.FIRST else []
    reached = max(
        [int(conversation.rung), *(rung for rung in rules.LADDER if turns.rung_at(conversation, rung) <= now)]
    )
    if reached == rules.TIMED_OUT:
        step = _time_over(conversation, key, now)
        return step._replace(told=[*((unit, 'timed_out') for _ in own), *step.told])
    conversation.rung = reached + 1
    conversation.chase_at = turns.rung_at(conversation, conversation.rung)
    return Step(own or [(unit, rules.LEVELS[reached])])


def still_waits(about: str, level: str) -> bool:
    """Whether what staff are to be told of is still so; asked just before they are told."""
    conversation = records.conversation(about)
    if conversation is None or conversation.waiting_unit is None:
        return False
    if conversation.taken_by and level in _SILENCED:
        return False
    return level != rules.FAILED_LEVEL or bool(conversation.failed)


# What nobody has to be told of any more once somebody has said 已接手.
_SILENCED = frozenset({rules.DANGER_LEVEL, 'first', 'handed', *rules.LEVELS.values()})


def _first_level(conversation: 'Conversation') -> str:
    if conversation.failed:
        return rules.FAILED_LEVEL
    if conversation.named or (conversation.handed_until and conversation.handed_by is None):
        return rules.NOBODY_LEVEL
    return 'first' if conversation.unit in (conversation.home_unit, conversation.placed) else 'handed'


def _time_over(conversation: 'Conversation', key: str, now: datetime) -> Step:
    """No word in time: the next unit up is told, and has its own time; the resident is told who has it and until when.

    Where all are told, the topmost is told again, once for each stretch of `again`: nothing is ever forgotten.
    """
    turn, known = conversation.waiting_unit or '', (conversation.street, conversation.district)
    over = alliance.above(turn)
    up = next((unit for unit in over if unit.id not in known), None)
    first = conversation.rung <= rules.TIMED_OUT
    if first and conversation.late_until and conversation.late_until > now:  # passed on since: that time still runs
        conversation.rung, conversation.chase_at = rules.ABOVE, conversation.late_until
        return Step()
    conversation.taken_by, conversation.taken_name = None, ''
    if up is None or (conversation.street and conversation.district):
        return _all_told(conversation, over[-1].id if over else turn, first, now)
    level = 'above' if conversation.street else 'timed_out'
    if conversation.street:
        conversation.district = up.id
    else:
        conversation.street = up.id
    matter = kinds.kind(conversation.kind)
    until = matter.add(alliance.hours_of(up.id), now, matter.above).replace(second=0, microsecond=0)
    conversation.rung, conversation.chase_at, conversation.late_until = rules.ABOVE, until, until
    return Step([(up.id, level)], *_tell_her(conversation, up, until, key, now))


def _all_told(conversation: 'Conversation', top: str, first: bool, now: datetime) -> Step:
    matter = kinds.kind(conversation.kind)
    conversation.rung = rules.ALL_TOLD
    conversation.chase_at = matter.add(alliance.hours_of(top), now, matter.again)
    known = first and top in (conversation.street, conversation.district)
    return Step() if known else Step([(top, 'timed_out' if first else 'above')])


def _tell_her(
    conversation: 'Conversation', up: 'Unit', until: datetime, key: str, now: datetime
) -> tuple[list[Message], list[Write]]:
    unit = alliance.unit(conversation.waiting_unit or '')
    assert conversation.due_at
    words = say(
        'late.told',
        unit=unit.name if unit else '',
        broken=clock.spoken_date_time(conversation.due_at),
        above=up.name,
        by=clock.spoken_date_time(until),
    )
    return machine.tell_resident(conversation, words, up.name, until, key, now)


def _alarm(conversation: 'Conversation', now: datetime) -> Step:
    """Danger: the unit at once and the community where it is, then each time one unit more above that, all of them
    again, until somebody takes it.

    Who took it has some time to answer her; then everybody is called again.
    """
    turn, matter = conversation.waiting_unit or '', kinds.kind(conversation.kind)
    here = conversation.placed or conversation.home_unit  # a department may have the matter
    over = alliance.above(here) or alliance.above(turn)
    conversation.taken_by, conversation.taken_name = None, ''
    known = [unit for unit in (conversation.street, conversation.district) if unit]
    if conversation.rung > rules.FIRST and len(known) < 2:
        up = next((unit for unit in over if unit.id not in known), None)
        known += [up.id] if up else []
        conversation.street, conversation.district = [*known, None, None][:2]
    all_told = len(known) == 2 or len(known) == len(over)
    conversation.rung = rules.ALL_TOLD if all_told else rules.ABOVE
    conversation.chase_at = now + (matter.again if all_told else matter.above)
    return Step([(unit, rules.DANGER_LEVEL) for unit in dict.fromkeys([turn, here, *known])])


def _matter(conversation: 'Conversation', level: str) -> Matter:
    assert conversation.waiting_unit
    assert conversation.waiting_since
    assert conversation.due_at
    return Matter(conversation.id, level, conversation.waiting_unit, conversation.waiting_since, conversation.due_at)
