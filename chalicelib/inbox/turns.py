"""Whose turn it is: how a conversation comes onto the waiting list, stays there, and leaves it."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.alliance import actions as alliance
from chalicelib.inbox import kinds, promises, rules
from chalicelib.inbox.records import Conversation

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member


class Overtaken(Exception):
    """A colleague moved first: the page the form came from no longer shows what is."""

    def __init__(self, name: str, at: datetime | None) -> None:
        super().__init__('a colleague moved first')
        self.name, self.at = name, at


def check(conversation: Conversation, seen: int) -> None:
    """Refuse what was decided on a page showing version `seen`, if a colleague has acted since."""
    if conversation.moved_in > seen:
        raise Overtaken(conversation.moved_by, conversation.moved_at)


def moved(conversation: Conversation, by: 'Member', now: datetime) -> None:
    """Somebody of the staff acted: every page made before is old."""
    conversation.moved_in = conversation.next_version
    conversation.moved_by, conversation.moved_at = by.name, now
    conversation.asked = None  # a digit now answers the person, not the menu


def wait(conversation: Conversation, at: datetime, due_at: datetime | None = None) -> None:
    """Somebody waits since `at`; one who waits already goes on waiting, a promised follow-up may come forward.

    `due_at` is what she was told; otherwise it is what would be promised now. Staff are told at once.
    """
    if due_at is None:
        until, kind = conversation.window_until, conversation.kind
        due_at = promises.promise(conversation, conversation.unit, at, until, kind).due_at
    if conversation.waiting_unit is None:
        conversation.waiting_unit, conversation.waiting_since = conversation.unit, at
        conversation.closing = False
        _time(conversation, at, due_at)
    elif conversation.due_at is None or due_at < conversation.due_at:
        _time(conversation, at, due_at)


def _is_known(conversation: Conversation, at: datetime) -> bool:
    """Whether those who were called still are, or have taken what this line belongs to."""
    burst = conversation.received_at is not None and at - conversation.received_at <= rules.BURST
    return conversation.taken_by is None or burst


def _alarm(conversation: Conversation, due_at: datetime, now: datetime) -> None:
    """Danger in what was an ordinary matter: the staff's clock starts again, whatever they were told before."""
    conversation.due_at, conversation.timed_from = due_at, now
    conversation.rung, conversation.chase_at = rules.FIRST, now
    conversation.taken_by, conversation.taken_name = None, ''
    conversation.street = conversation.district = conversation.late_until = None
    conversation.follow_up = False
    if conversation.handed_until:
        conversation.handed_until = _accepted_until(conversation, now)


def hear(conversation: Conversation, kind: str, at: datetime, due_at: datetime | None, now: datetime) -> None:
    """She has written something that has to be answered: staff are told when her burst of messages is over.

    Where it is urgent, at once, whatever they were told before; again where somebody had taken an earlier danger. What
    comes late, after an outage, is counted from now: nobody could answer it before.
    """
    alarms = kinds.kind(kind).urgent and not (kinds.kind(conversation.kind).urgent and _is_known(conversation, at))
    conversation.kind = kinds.more_pressing(conversation.kind, kind)
    timed = (conversation.due_at, conversation.follow_up)
    wait(conversation, at, due_at)
    if (conversation.due_at, conversation.follow_up) != timed:
        conversation.timed_from = max(at, now)
    since = conversation.waiting_since = min(at, conversation.waiting_since or at)
    if alarms:
        _alarm(conversation, due_at or now + kinds.kind(kind).within, now)
    elif conversation.rung == rules.FIRST and not kinds.kind(conversation.kind).urgent:
        conversation.chase_at = min(at + rules.BURST_OVER, since + rules.BURST)


def hand(conversation: Conversation, unit: str, now: datetime) -> None:
    """Another unit is asked to take it, and is told; the clock runs on. Not accepted in time, it comes back."""
    giver = conversation.unit
    _pass(conversation, unit, now)
    conversation.hops += 1
    conversation.handed_by, conversation.handed_until = giver, _accepted_until(conversation, now)


def come_back(conversation: Conversation, giver: str, now: datetime) -> None:
    """Not accepted: whoever handed it over has it again, and is told."""
    _pass(conversation, giver, now)


def rise(conversation: Conversation, unit: str, now: datetime) -> None:
    """Handed about for long enough: a unit above has it, and sees to it without being asked."""
    _pass(conversation, unit, now)
    conversation.hops = 0


def settle_whose(conversation: Conversation, unit: str, member: str | None, now: datetime) -> None:
    """It is nobody's: this unit's named member has to say whose, within the time one has to accept something."""
    _pass(conversation, unit, now)
    conversation.named, conversation.handed_until = member, _accepted_until(conversation, now)


def take(conversation: Conversation, unit: str, by: 'Member', now: datetime) -> None:
    """A member has said that he sees to it, for this unit: nobody is reminded before the time is over."""
    if conversation.unit != unit or conversation.waiting_unit != unit:
        conversation.unit = conversation.waiting_unit = unit
        conversation.recent_unit = unit if conversation.followed else None
    conversation.taken_by, conversation.taken_name = by.id, by.name
    conversation.handed_by = conversation.handed_until = conversation.named = None
    matter = kinds.kind(conversation.kind)
    if matter.urgent:
        conversation.chase_at = now + matter.silent
    elif conversation.rung < rules.TIMED_OUT:
        conversation.rung, conversation.chase_at = rules.TIMED_OUT, conversation.due_at


def _pass(conversation: Conversation, unit: str, now: datetime) -> None:
    conversation.unit = unit
    conversation.recent_unit = unit if conversation.followed else None
    conversation.taken_by, conversation.taken_name = None, ''
    conversation.handed_by = conversation.handed_until = conversation.named = None
    if conversation.waiting_unit:
        conversation.waiting_unit, conversation.rung, conversation.chase_at = unit, rules.FIRST, now
    else:
        wait(conversation, now)


def _accepted_until(conversation: Conversation, now: datetime) -> datetime:
    matter = kinds.kind(conversation.kind)
    return matter.add(alliance.hours_of(conversation.unit), now, matter.accept)


def come_home(conversation: Conversation) -> None:
    """A new matter is home's, whoever had the last one."""
    if conversation.waiting_unit is None:
        conversation.unit = conversation.home_unit


def leave(conversation: Conversation) -> None:
    """Nobody waits any more."""
    conversation.waiting_unit = conversation.waiting_since = conversation.due_at = conversation.timed_from = None
    conversation.street = conversation.district = conversation.chase_at = None
    conversation.promised_until = conversation.late_until = None
    conversation.taken_by = conversation.named = conversation.handed_by = conversation.handed_until = None
    conversation.taken_name, conversation.hops, conversation.for_whom = '', 0, None
    conversation.follow_up = conversation.fresh = conversation.extended = False
    conversation.kind = kinds.ORDINARY
    conversation.rung = rules.FIRST
    conversation.closing = True


def answered(conversation: Conversation, unheard: bool, follow_up_at: datetime | None, now: datetime) -> None:
    """A person's answer is out: the conversation leaves the list.

    It stays where a further answer was promised, where she wrote something the clerk had not seen (`unheard`), and
    where another line did not go out and nobody has settled that. A promise made before stands, unless this was it.
    """
    since, kind = conversation.waiting_since or now, conversation.kind
    told = None if conversation.follow_up else _ahead(conversation.due_at, now)
    promised = follow_up_at or (None if conversation.follow_up else _ahead(conversation.promised_until, now))
    for_whom = conversation.for_whom
    extended = bool(follow_up_at) or (conversation.extended and promised is not None)
    leave(conversation)
    conversation.answered, conversation.extended = not unheard, extended
    if unheard:
        conversation.kind = kind  # perhaps it is what she has added
        wait(conversation, conversation.last_in_at, told)  # her receipt named that time
    if conversation.failed:
        wait(conversation, now)  # nobody is blamed again for a time that is over: this is about a line of ours
        conversation.waiting_since = min(since, now)
    if promised:
        _promise(conversation, since, promised, now)
    if conversation.waiting_unit:  # it is the same matter
        conversation.for_whom = for_whom


def _ahead(at: datetime | None, now: datetime) -> datetime | None:
    return at if at and at > now else None


def _promise(conversation: Conversation, since: datetime, at: datetime, now: datetime) -> None:
    """A further answer by `at`; what is due earlier for another reason stays so."""
    due_before = conversation.due_at
    wait(conversation, since, at)
    conversation.promised_until = at
    if due_before is None or at <= due_before:
        _time(conversation, now, at)
        conversation.follow_up, conversation.rung = True, rules.HALF
        conversation.chase_at = rung_at(conversation, rules.HALF)


def _time(conversation: Conversation, at: datetime, due_at: datetime) -> None:
    conversation.due_at, conversation.timed_from, conversation.follow_up = due_at, at, False
    conversation.rung, conversation.chase_at = rules.FIRST, at


def rung_at(conversation: Conversation, rung: int) -> datetime:
    """When this rung of the chase is reached: a share of the time that the unit was given, or all of it."""
    assert conversation.due_at
    assert conversation.timed_from
    if rung not in rules.SHARES:
        return conversation.due_at
    hours = alliance.hours_of(conversation.waiting_unit or conversation.unit)
    return hours.part(conversation.timed_from, conversation.due_at, rules.SHARES[rung])
