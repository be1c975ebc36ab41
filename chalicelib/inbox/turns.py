"""Whose turn it is: how a conversation comes onto the waiting list, stays there, and leaves it."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.inbox import rules
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


def wait(conversation: Conversation, at: datetime) -> None:
    """Somebody waits since `at`; one who waits already goes on waiting, a promised follow-up may come forward."""
    due_at = at + rules.ANSWER_WITHIN
    if conversation.waiting_unit is None:
        conversation.waiting_unit, conversation.waiting_since = conversation.unit, at
        conversation.due_at, conversation.follow_up = due_at, False
    elif conversation.due_at is None or due_at < conversation.due_at:
        conversation.due_at, conversation.follow_up = due_at, False


def come_home(conversation: Conversation) -> None:
    """A new matter is home's, whoever had the last one."""
    if conversation.waiting_unit is None:
        conversation.unit = conversation.home_unit


def leave(conversation: Conversation) -> None:
    """Nobody waits any more."""
    conversation.waiting_unit = conversation.waiting_since = conversation.due_at = None
    conversation.follow_up = conversation.fresh = False


def answered(conversation: Conversation, unheard: bool, follow_up_at: datetime | None, now: datetime) -> None:
    """A person's answer is out: the conversation leaves the list.

    It stays where a further answer was promised, where she wrote something the clerk had not seen (`unheard`), and
    where another line did not go out and nobody has settled that.
    """
    since = conversation.waiting_since or now
    leave(conversation)
    conversation.answered = not unheard
    if unheard:
        wait(conversation, conversation.last_in_at)
    if conversation.failed:
        wait(conversation, since)
    if follow_up_at:
        _promise(conversation, since, follow_up_at)


def _promise(conversation: Conversation, since: datetime, at: datetime) -> None:
    """A further answer by `at`; what is due earlier for another reason stays so."""
    due_before = conversation.due_at
    wait(conversation, since)
    if due_before is None or at <= due_before:
        conversation.due_at, conversation.follow_up = at, True
