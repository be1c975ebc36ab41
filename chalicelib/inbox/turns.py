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


def hear(conversation: Conversation, at: datetime, due_at: datetime | None, now: datetime) -> None:
    """She has written something that has to be answered: staff are told when her burst of messages is over.

    What comes late, after an outage, is counted from now: nobody could answer it before.
    """
    timed = (conversation.due_at, conversation.follow_up)
    wait(conversation, at, due_at)
    if (conversation.due_at, conversation.follow_up) != timed:
        conversation.timed_from = max(at, now)
    since = conversation.waiting_since = min(at, conversation.waiting_since or at)
    if conversation.rung == rules.FIRST:
        conversation.chase_at = min(at + rules.BURST_OVER, since + rules.BURST)


def hand(conversation: Conversation, unit: str, now: datetime) -> None:
    """Another unit has it now, and is told; the clock runs on."""
    conversation.unit = unit
    conversation.recent_unit = unit if conversation.followed else None
    if conversation.waiting_unit:
        conversation.waiting_unit, conversation.rung, conversation.chase_at = unit, rules.FIRST, now
    else:
        wait(conversation, now)


def come_home(conversation: Conversation) -> None:
    """A new matter is home's, whoever had the last one."""
    if conversation.waiting_unit is None:
        conversation.unit = conversation.home_unit


def leave(conversation: Conversation) -> None:
    """Nobody waits any more."""
    conversation.waiting_unit = conversation.waiting_since = conversation.due_at = conversation.timed_from = None
    conversation.street = conversation.district = conversation.chase_at = None
    conversation.promised_until = None
    conversation.follow_up = conversation.fresh = False
    conversation.kind = kinds.ORDINARY
    conversation.rung = rules.FIRST
    conversation.closing = True


def answered(conversation: Conversation, unheard: bool, follow_up_at: datetime | None, now: datetime) -> None:
    """A person's answer is out: the conversation leaves the list.

    It stays where a further answer was promised, where she wrote something the clerk had not seen (`unheard`), and
    where another line did not go out and nobody has settled that. A promise made before stands, unless this was it.
    """
    since = conversation.waiting_since or now
    told = None if conversation.follow_up else _ahead(conversation.due_at, now)
    promised = follow_up_at or (None if conversation.follow_up else _ahead(conversation.promised_until, now))
    leave(conversation)
    conversation.answered = not unheard
    if unheard:
        wait(conversation, conversation.last_in_at, told)  # her receipt named that time
    if conversation.failed:
        wait(conversation, now)  # nobody is blamed again for a time that is over: this is about a line of ours
        conversation.waiting_since = min(since, now)
    if promised:
        _promise(conversation, since, promised, now)


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
