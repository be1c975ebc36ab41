"""Conversations and lines of a backup, made fit for today: nobody is left without an alarm, nothing is sent twice."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib import storage
from chalicelib.deadlines import actions as deadlines
from chalicelib.deadlines import rules as deadline_rules
from chalicelib.inbox import alarms, records, rules, turns
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Transaction, Write

OUTCOME_UNKNOWN = (
    '结果未知：数据从备份恢复，这一条当时还没有发出。居民可能已经收到；请看后面的对话，需要时点「再发一次」。'
)
# What our machines move by themselves, and how a stored row differs from the backup it was made from.
MOVING = frozenset(
    {
        'version', 'chase_at', 'chase_key', 'sends_at', 'sends_key', 'forget_at', 'forget_key', 'rung', 'street',
        'district',
    }
)  # fmt: skip
_KINDS = (alarms.CHASE, alarms.SENDS, alarms.FORGET)


def fit_line(line: Message) -> None:
    """What was on its way is so no more where its conversation does not say it: nobody knows what became of it.

    A conversation that is lost as well comes back later, and says it then.
    """
    if line.state not in (rules.PENDING, rules.KEPT):
        return
    owner = records.conversation(line.conversation)
    if owner and line.key not in {one.key for one in (*owner.kept, *owner.calling)}:
        line.state, line.error, line.retry_at = rules.UNKNOWN, OUTCOME_UNKNOWN, None


def fit(found: Conversation, moment: datetime) -> None:
    """Bring a conversation as it was at `moment` up to what its lines say since. Nothing is stored."""
    found.kept = [one for one in found.kept if _state(found.id, one.key) == rules.KEPT]
    found.kept_count = len(found.kept)
    found.calling = [one for one in found.calling if _state(found.id, one.key) == rules.PENDING]
    said = [line for line in records.since(found.id, moment) if line.at > moment]
    for line in said:
        _hear(found, line) if line.way == 'in' else _answer(found, line)


def _state(conversation_id: str, key: str) -> str | None:
    line = records.message(conversation_id, key)
    return line.state if line else None


def _hear(found: Conversation, line: Message) -> None:
    if line.kind in ('follow', 'unfollow'):
        found.followed, found.followed_at = line.kind == 'follow', line.at
    if line.kind not in (*rules.SPOKEN_KINDS, 'text'):
        return
    rules.open_window(found, 'message', line.at)
    _say(found, line)
    found.last_from, found.last_in_at = 'resident', line.at
    if not rules.is_courtesy(line.text):
        turns.wait(found, line.at)


def _answer(found: Conversation, line: Message) -> None:
    """A person's answer that went out: nobody waits for it any more."""
    if line.way != 'out' or not line.by:
        return
    _say(found, line)
    found.last_from = 'staff'
    if line.state == rules.SENT and not found.failed and not line.promised_at:
        turns.leave(found)


def _say(found: Conversation, line: Message) -> None:
    found.last_text, found.last_at = rules.preview(line.kind, line.text), max(found.last_at, line.at)
    found.recent_unit = found.unit if found.followed else None


def put_back(found: Conversation, before: Conversation | None, now: datetime) -> None:
    """Store it with deadlines of its own, in the place of `before` if that is not None. Raises `storage.Conflict`.

    First the deadlines: a run that dies after them leaves rows that find no owner and go, never an owner without them.
    """
    old = {getattr(before, f'{kind}_key') for kind in _KINDS} - {None} if before else set()
    for kind in _KINDS:
        setattr(found, f'{kind}_key', None)
    if found.waiting_unit and found.chase_at is None and found.rung < rules.ABOVE:
        found.chase_at = now
    if alarms.any_of(found, now):
        storage.commit(lambda tx: alarms.keep(tx, found, now))
    records.put_back(found, before)
    for key in old - {getattr(found, f'{kind}_key') for kind in _KINDS}:
        storage.commit(_clear(key))


def _clear(key: str) -> Write:
    return lambda tx: deadlines.clear(tx, key)


def missing_deadlines(there: set[str]) -> Iterator[tuple[Conversation, str]]:
    """Conversations with the key of a deadline that is not among those `there`."""
    for found in records.conversations():
        for kind in _KINDS:
            key = getattr(found, f'{kind}_key')
            if key and key not in there:
                yield found, key


def set_again(found: Conversation, key: str) -> None:
    """Put back the deadline a conversation names, while it still does. Raises `storage.Conflict`."""
    name = deadline_rules.name(key)

    def write(tx: Transaction) -> None:
        tx.condition_check(Conversation, found.id, condition=Conversation.version == found.version)
        deadlines.set(tx, name.kind, name.id, name.due_at)

    storage.commit(write)


def owes(key: str) -> bool:
    """Whether the owner of a deadline is there, and has it."""
    name = deadline_rules.name(key)
    found = records.conversation(name.id)
    return found is not None and getattr(found, f'{name.kind}_key', key) == key
