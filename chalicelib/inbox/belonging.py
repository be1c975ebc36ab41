"""Two facts kept apart: where a matter happens, which routes this one only, and where she lives, which is remembered.

Who said where she lives: her account, a poster she scanned, she herself, or a clerk. The later two outrank the others.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.alliance import actions as alliance
from chalicelib.inbox import rules

if TYPE_CHECKING:
    from chalicelib.inbox.records import Conversation

HOMES_AT_MOST = 3  # besides where she lives: with it four choices, of the five a list in the chat may have
NOT_HOME_AT_MOST = 9  # the latest
ACCOUNT, POSTER, HERSELF, CLERK = 'account', 'poster', 'herself', 'clerk'


def lives(conversation: 'Conversation', unit: str, by: str) -> None:
    """Remember where she lives; what is open stays where it is, what comes next goes there."""
    conversation.home_unit, conversation.home_by = unit, by


def does_not_live(conversation: 'Conversation', unit: str) -> None:
    """She has said so of this unit, and is not asked again."""
    others = [one for one in conversation.not_home if one != unit]
    conversation.not_home = [*others, unit][-NOT_HOME_AT_MOST:]


def forget(conversation: 'Conversation') -> None:
    """She has asked to be forgotten: again it is only known by which account she writes."""
    account = alliance.account(conversation.account)
    if account:
        lives(conversation, account.unit, ACCOUNT)
    conversation.placed = conversation.known_until = conversation.for_whom = None
    conversation.homes, conversation.not_home = [], []


def untouched(conversation: 'Conversation', account_unit: str) -> bool:
    """Whether nobody has decided yet whose what is open is: it lies where it came in or at home, as staff left it."""
    since, moved_at = conversation.waiting_since, conversation.moved_at
    if conversation.waiting_unit is None or since is None:
        return True
    still = conversation.unit == conversation.waiting_unit and conversation.unit in (
        account_unit, conversation.home_unit, *(home.unit for home in conversation.homes),
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
