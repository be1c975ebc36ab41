"""A resident leaves, or asks to be forgotten: what it changes at once, and when everything of hers has to go."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib import retention
from chalicelib.inbox import lines, rules
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Write

LEFT = '居民已取消关注'
# WeChat delivers again what it thinks we did not get, for fifteen seconds: what is erased before that would come back.
SETTLES = timedelta(minutes=1)


class Leaving(Protocol):
    """The part of a conversation that says whether it is to be forgotten. PynamoDB has types of its own."""

    followed: Any  # bool
    followed_at: Any  # datetime | None, like the other moments
    forget_asked_at: Any
    forget_at: Any
    waiting_unit: Any  # str | None


def forget_at(conversation: Leaving, now: datetime) -> datetime | None:
    """When she is to be forgotten; None for one who follows and has not asked for it.

    With nothing open at once, else once it is closed, at the latest `LEFT_OPEN` after she left or asked. What stands
    already is never put off: once begun, erasing ends.
    """
    since = _since(conversation, now)
    if since is None:
        return None
    wanted: datetime = since + retention.LEFT_OPEN.lasts if conversation.waiting_unit else now + SETTLES
    return min(conversation.forget_at, wanted) if conversation.forget_at else wanted


def _since(conversation: Leaving, now: datetime) -> datetime | None:
    left_at = None if conversation.followed else conversation.followed_at or now
    return min((at for at in (left_at, conversation.forget_asked_at) if at), default=None)


def leave(conversation: Conversation, now: datetime) -> list[Write]:
    """Nothing more is sent to her; what is open stays with those who have it, and with nobody else."""
    withdrawn = [
        lines.step(Message(conversation.id, kept.key), rules.KEPT, rules.WITHDRAWN, now, LEFT)
        for kept in conversation.kept
    ]
    conversation.kept, conversation.kept_count = [], 0
    conversation.window_until = conversation.click_until = None
    rules.close_window(conversation)
    conversation.asked = conversation.recent_unit = None
    return withdrawn


def come_back(conversation: Conversation) -> None:
    """The thread goes on: shown again to her unit, if she has ever spoken."""
    conversation.recent_unit = conversation.unit if conversation.last_in_at else None
