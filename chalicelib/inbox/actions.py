"""What staff read and do besides answering: lists, notes, closing, remarks, kept replies."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import storage
from chalicelib.alliance import actions as alliance
from chalicelib.inbox import acting, forms, lines, records, rules, searching, turns
from chalicelib.inbox.acting import required
from chalicelib.inbox.changing import Refused, change, load, load_line
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Transaction, Write

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member

REMARK_LENGTH = 40


class Talk(NamedTuple):
    """Part of a conversation, oldest first; `earlier` is where the part before it ends."""

    messages: list[Message]
    earlier: str | None


def waiting(unit_id: str, limit: int = 200) -> list[Conversation]:
    """Who waits for this unit, the one due first in front."""
    return records.waiting(unit_id, limit)


def overdue(unit_id: str, limit: int) -> list[Conversation]:
    """What units below this one did not answer in time, and it was told of: longest overdue first."""
    unit = alliance.unit(unit_id)
    if unit is None or unit.kind not in ('street', 'district'):
        return []
    told = records.with_street(unit_id, limit)
    if unit.kind == 'district':
        told += records.with_district(unit_id, limit)
    once = {found.id: found for found in told}
    return sorted(once.values(), key=lambda found: found.due_at)[:limit]


def handed_over(unit_id: str, limit: int) -> list[Conversation]:
    """What this unit has handed over and nobody has accepted yet; what comes back first in front."""
    return records.handed_over(unit_id, limit)


def waiting_count(unit_id: str) -> int:
    """How many wait for this unit; counting ends at `records.COUNTED_AT_MOST`."""
    return records.waiting_count(unit_id)


def recent(unit_id: str, limit: int = 50) -> list[Conversation]:
    """The unit's conversations, the last spoken in front."""
    return records.recent(unit_id, limit)


def listed(ids: Iterable[str]) -> dict[str, Conversation]:
    """Up to a hundred conversations by their ids, a moment old: for lists, not for decisions."""
    return {found.id: found for found in records.listed(ids)}


def conversation(conversation_id: str) -> Conversation | None:
    return records.conversation(conversation_id)


def message(conversation_id: str, key: str) -> Message | None:
    return records.message(conversation_id, key)


def talk(conversation_id: str, before: str | None = None, limit: int = 60, now: datetime | None = None) -> Talk:
    """Part of what was said; with `now`, without lines whose time is over but which the store has not dropped yet."""
    newest_first = list(records.talk(conversation_id, before, limit + 1))
    shown = newest_first[:limit]
    earlier = shown[-1].key if len(newest_first) > limit else None
    return Talk(sorted((line for line in shown if not (now and line.past(now))), key=_order), earlier)


def _order(line: Message) -> tuple[datetime, bool, str]:
    """WeChat tells the time in seconds: within one, she first did something (followed, tapped), then spoke."""
    return line.at, line.kind not in ('follow', 'scan', 'click'), line.key


def note(found: Conversation, by: 'Member', text: str, form: str, now: datetime) -> None:
    """Write something for colleagues only; it is no answer and moves nothing."""
    forms.check(form, now)
    line = acting.inside(found, by, 'note', required(text, '请写下备注。'), form, now)
    searching.say_when(line, found.unit)
    put, stands = lines.put_of_form(form, [line], now), records.stands(found.id)

    def write(tx: Transaction) -> None:
        put(tx)
        stands(tx)

    try:
        storage.commit(write)
    except storage.AlreadyKept:
        acting.check_same(line, form)
    except storage.Conflict:
        load(found.id)  # gone: she was forgotten while this was written
        raise


def close(found: Conversation, by: 'Member', reason: str, seen: int, form: str, now: datetime) -> None:
    """Take the conversation off the list without an answer, for a reason that stays on record."""
    words = f'不答复关闭：{required(reason, "请写明不答复的理由。")}'

    def end(fresh: Conversation) -> None:
        turns.leave(fresh)
        fresh.failed = 0

    acting.act(found, by, 'closed', words, seen, form, now, end)


def set_remark(found: Conversation, remark: str, now: datetime) -> None:
    """Who this is, in a clerk's words: 3 号楼，来电要求回电."""

    def write(fresh: Conversation) -> list[Write]:
        fresh.remark = ' '.join(remark.split())[:REMARK_LENGTH]
        return []

    change(found, write, now)


def confirm_kept(found: Conversation, key: str, now: datetime) -> None:
    """A kept reply that grew old still holds: give it at the next message."""

    def confirm(fresh: Conversation) -> list[Write]:
        for kept in fresh.kept:
            if kept.key == key:
                kept.confirmed_at = now
        return []

    change(found, confirm, now)


def withdraw_kept(found: Conversation, key: str, by: 'Member', now: datetime) -> None:
    """A kept reply no longer holds: it is never sent, and the resident is waiting again."""
    line = load_line(found.id, key)

    def withdraw(fresh: Conversation) -> list[Write]:
        if all(kept.key != key for kept in fresh.kept):
            raise Refused('这一条已经发出或已撤回。')
        lines.drop_kept(fresh, key)
        turns.moved(fresh, by, now)
        if line.by:  # of what a machine wrote nobody waits for an answer
            turns.wait(fresh, now)
        return [lines.step(line, rules.KEPT, rules.WITHDRAWN, now)]

    change(found, withdraw, now)
