"""A line that goes out: its states, and its place among those kept for the resident's next message."""

from datetime import datetime

from chalicelib.inbox import records, rules
from chalicelib.inbox.changing import Write
from chalicelib.inbox.records import Conversation, Kept, Message


def step(line: Message, before: str, after: str, now: datetime, words: str = '') -> Write:
    """Move a line from one state to the next, if it still is in the first."""
    assert after in rules.STEPS[before]
    line.state, line.error = after, words or None
    return lambda tx: records.step(tx, line, before, now)


def keep_for_next(conversation: Conversation, line: Message, now: datetime) -> None:
    """Put a line WeChat does not take now with those to be given at the resident's next message."""
    kept = Kept(key=line.key, kind=line.kind, text=line.text, unit_name=line.unit_name or '', confirmed_at=now)
    conversation.kept = [*conversation.kept, kept]
    conversation.kept_count = len(conversation.kept)


def drop_kept(conversation: Conversation, key: str) -> None:
    conversation.kept = [kept for kept in conversation.kept if kept.key != key]
    conversation.kept_count = len(conversation.kept)
