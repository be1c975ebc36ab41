"""Two facts kept apart: where a matter happens, which routes this one only, and where she lives, which is remembered.

Who said where she lives: her account, a poster she scanned, she herself, or a clerk. The later two outrank the others.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.alliance import actions as alliance
from chalicelib.inbox import rules

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation

ACCOUNT, POSTER, HERSELF, CLERK = 'account', 'poster', 'herself', 'clerk'


def lives(conversation: 'Conversation', unit: str, by: str) -> None:
    """Remember where she lives; what is open stays where it is, what comes next goes there."""
    conversation.home_unit, conversation.home_by = unit, by


def forget(conversation: 'Conversation') -> None:
    """She has asked to be forgotten: again it is only known by which account she writes."""
    account = alliance.account(conversation.account)
    if account:
        lives(conversation, account.unit, ACCOUNT)
    conversation.placed = conversation.known_until = None


def untouched(conversation: 'Conversation', account_unit: str) -> bool:
    """Whether nobody has decided yet whose what is open is: it lies where it came in or at home, as staff left it."""
    since, moved_at = conversation.waiting_since, conversation.moved_at
    if conversation.waiting_unit is None or since is None:
        return True
    still = conversation.unit == conversation.waiting_unit and conversation.unit in (
        account_unit, conversation.home_unit,
    )  # fmt: skip
    return bool(still and (moved_at is None or moved_at < since))


def route(conversation: 'Conversation', unit: str, opens: bool, now: datetime) -> None:
    """It happens in this unit's place: what is open goes there, its clock and its promise run on.

    `opens`: what has just come opens a matter where none is. Staff of the unit are told as of something new.
    """
    if conversation.waiting_unit is None and not opens:
        return
    conversation.unit = conversation.placed = unit
    conversation.recent_unit = unit if conversation.followed else None
    if conversation.waiting_unit and conversation.waiting_unit != unit:
        conversation.waiting_unit, conversation.rung, conversation.chase_at = unit, rules.FIRST, now
