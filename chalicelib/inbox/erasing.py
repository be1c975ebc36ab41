"""What is not younger than a moment goes: files first, then lines, then what the conversation itself still tells.

Each step is a transaction on the conversation's version: whoever writes meanwhile is never erased unseen, and a run
that was killed just begins again. Files go before the lines that name them, so none is left that nobody knows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib import storage
from chalicelib.deadlines import actions as deadlines
from chalicelib.deadlines import rules as deadline_rules
from chalicelib.inbox import belonging, lasting, objects, records, rules, turns
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Transaction, Write

PAGE = 25  # lines of at most 130 KB: a transaction may touch 4 MB
_RETOLD = 20  # newest lines, in which what she last said is looked for


class Order(NamedTuple):
    """What is to be erased. `whole`: the conversation itself too. `asked`: also what a clerk calls her."""

    id: str
    upto: datetime
    whole: bool = False
    asked: bool = False

    @property
    def end(self) -> datetime:
        """WeChat tells the time in seconds, and keys do: all of the last second goes."""
        return self.upto.replace(microsecond=0) + timedelta(seconds=1)


def everybody() -> Iterator[str]:
    """Ids of all residents of whom anything is there. Scans both tables: for the operator only."""
    return records.everybody()


def younger(order: Order) -> bool:
    """Whether anything is there that this order leaves."""
    return any(True for _ in records.younger(order.id, order.end))


def calling_until(found: Conversation, now: datetime) -> datetime | None:
    """A line is being sent: its outcome has to be written down before it may go."""
    return max((call.until for call in found.calling if call.until > now), default=None)


def page(order: Order, found: Conversation | None, also: Callable[[int, int], Write]) -> bool:
    """Erase up to `PAGE` lines with their files; whether there may be more.

    `also` makes what is written in the same transaction, of the numbers of messages and files.
    """
    gone = records.older(order.id, order.end, PAGE)
    if not gone:
        return False
    files = list(_files(gone))
    objects.delete_all(files)
    counted = also(sum(line.way != 'form' for line in gone), len(files))
    storage.commit(_all([*map(records.erasure, gone), *_kept_up(order, found, gone), counted]))
    return len(gone) == PAGE


def _kept_up(order: Order, found: Conversation | None, gone: Sequence[Message]) -> list[Write]:
    """The conversation, which must not speak of lines that are gone."""
    if found is None:
        return []
    failed = sum(line.state in (rules.FAILED, rules.UNKNOWN) for line in gone)
    found.failed = max(0, int(found.failed) - failed)
    _wipe(order, found)
    if order.whole and not found.followed:
        # Begun: should she come back meanwhile, what is older than her leaving goes all the same.
        found.forget_asked_at = found.forget_asked_at or found.followed_at or order.upto
    return [lambda tx: tx.save(found)]


def leftovers(order: Order) -> int:
    """Delete files that no line names: photos that were never sent, what a worker brought too late. Their number."""
    known = set() if order.whole else set(_files(records.younger(order.id, order.end)))
    brought = [file for file in objects.under('out', order.id) if order.whole or file.at < order.end]
    came = [file for file in objects.under('in', order.id) if _came_before(file.key, order.end)]
    left = [file.key for file in [*brought, *came] if file.key not in known]
    objects.delete_all(left)
    return len(left)


def _came_before(object_key: str, end: datetime) -> bool:
    """By its name, which begins with the second in which she sent it."""
    second = object_key.rpartition('/')[2].partition('-')[0]
    return not second.isdecimal() or int(second) < end.timestamp()


def _files(lines: Iterable[Message]) -> Iterator[str]:
    for line in lines:
        if line.media:
            yield from filter(None, (line.media.object_key, line.media.playable_key))


def end(order: Order, found: Conversation | None, now: datetime) -> Write:
    """The last write: the conversation goes, with all that was to happen to it, or forgets what is gone."""
    if found is None:
        return _all(_nothing_due(order.id, None, now))
    if order.whole:
        return _all([lambda tx: tx.delete(found), *_nothing_due(order.id, found, now)])
    left = _newest(order)
    clear = _close(order, found, left)
    _wipe(order, found)
    _retell(found, left)
    return _all([*clear, lambda tx: tx.save(found)])


def covers(order: Order, line: Message) -> bool:
    """Whether the order erases this line: for rows that are not in the table. The same as `records.older` finds."""
    return records.is_older(line, order.end)


def as_erased(order: Order, found: Conversation) -> None:
    """Let a conversation that is not in the table be as the order would have left it. Nothing is stored."""
    left = _newest(order)
    _close(order, found, left)
    _wipe(order, found)
    _retell(found, left)


def _newest(order: Order) -> list[Message]:
    newest = records.talk(order.id, None, _RETOLD)
    return sorted((line for line in newest if line.at >= order.end), key=lambda line: line.key)


def _nothing_due(id: str, found: Conversation | None, now: datetime) -> list[Write]:
    keys = {key for key in (found.chase_key, found.sends_key) if key} if found else set()
    keys |= {deadline_rules.key(lasting.EXPIRE, id, at) for at in lasting.expiries(id, now)}
    return [_clear(key) for key in sorted(keys)]


def _clear(key: str) -> Write:
    return lambda tx: deadlines.clear(tx, key)


def _close(order: Order, found: Conversation, left: Sequence[Message]) -> list[Write]:
    """What was open is over, unless she has spoken since."""
    if not found.waiting_since or found.waiting_since >= order.end or any(_speaks(line) for line in left):
        return []
    turns.leave(found)
    key, found.chase_at, found.chase_key = found.chase_key, None, None
    return [_clear(key)] if key else []


def _wipe(order: Order, found: Conversation) -> None:
    """What the conversation repeats of lines that are gone."""
    found.kept = [kept for kept in found.kept if not _before(kept.key, order)]
    found.kept_count = len(found.kept)
    found.calling = [call for call in found.calling if not _before(call.key, order)]
    if found.asked and found.asked.until - rules.QUESTION_OPEN < order.end:
        found.asked = None
    if order.asked or order.whole or found.last_at < order.end:
        found.remark = ''
    if order.asked or order.whole:
        belonging.forget(found)
    if found.last_at < order.end:
        found.last_text, found.recent_unit = '', None
        found.answered = found.fresh = False
    if found.moved_at and found.moved_at < order.end:
        found.moved_by, found.moved_at = '', None


def _before(key: str, order: Order) -> bool:
    return int(key.partition('#')[0]) < order.end.timestamp()


def _retell(found: Conversation, left: Sequence[Message]) -> None:
    """Lists show the last line that is left: the present one may hold words of its burst that are gone."""
    said = [line for line in left if _speaks(line) or line.way == 'out']
    if found.last_text:
        found.last_text = rules.preview(said[-1].kind, said[-1].text) if said else ''
    if not any(map(_speaks, left)):
        found.last_in_at = found.received_at = None
    found.recent_unit = found.unit if said and found.followed else None


def _speaks(line: Message) -> bool:
    return line.way == 'in' and line.kind in (*rules.SPOKEN_KINDS, 'text')


def _all(writes: Iterable[Write]) -> Write:
    wanted = list(writes)

    def fill(tx: Transaction) -> None:
        for write in wanted:
            write(tx)

    return fill
