"""A person's answer: checked against what the clerk saw, stored, sent at once, and its result recorded."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock, storage
from chalicelib.alliance import actions as alliance
from chalicelib.inbox import forms, lasting, rules, searching, sending, turns
from chalicelib.inbox.changing import RECORD_TRIES, Refused, change, load_line
from chalicelib.inbox.lines import (
    begin_call,
    end_call,
    keep_for_next,
    of_form,
    places_taken,
    put_of_form,
    step,
    withdraw_machine_lines,
)
from chalicelib.inbox.media import STORED
from chalicelib.inbox.promises import may_write_first
from chalicelib.inbox.records import Conversation, Media, Message
from chalicelib.storage import Write
from chalicelib.wechat import limits

if TYPE_CHECKING:
    from chalicelib.alliance.records import Member


class Written(NamedTuple):
    """What a clerk sends, and what the page showed it was written on."""

    text: str
    photo: str | None  # object key of an uploaded picture
    seen: int  # version of the conversation on the page
    form: str
    follow_up_at: datetime | None = None  # promises a further answer by then, and keeps the conversation on the list


def reply(found: Conversation, by: 'Member', written: Written, now: datetime) -> list[Message]:
    """Answer the resident; the same form twice is one answer. Raises `turns.Overtaken`, `Refused`, `forms.Stale`."""
    forms.check(written.form, now)
    verified = may_write_first(found)
    lines: list[Message] = []
    before_them: list[Message] = []

    def store(fresh: Conversation) -> list[Write]:
        turns.check(fresh, written.seen)
        _check_extension(fresh, written)
        lines[:] = _draft(fresh, by, written, now)
        turns.moved(fresh, by, now)
        moot = withdraw_machine_lines(fresh, now)  # first: what a machine said takes no place of an answer's
        writes = sending.take_retried(fresh, before_them, now)
        allowed = rules.allowance(fresh, now, verified)
        if allowed.left >= len(lines):
            rules.use_window(fresh, len(lines))
            for line in lines:
                begin_call(fresh, line, now)
        else:
            _keep(fresh, lines, allowed, verified, now)
            _show(fresh, lines[0], now)
            turns.answered(fresh, fresh.heard_in > written.seen, written.follow_up_at, now)
        return [moot, *writes, put_of_form(written.form, lines, now)]

    try:
        stored = change(found, store, now)
    except (storage.AlreadyKept, turns.Overtaken):
        if before := of_form(found.id, written.form):
            return before
        raise
    if sent := [*before_them, *(line for line in lines if line.state == rules.PENDING)]:
        _send(stored, sent, lines[0], lambda fresh: bool(fresh.heard_in > written.seen), written.follow_up_at, now)
    return lines


def _check_extension(conversation: Conversation, written: Written) -> None:
    """A promise is moved once, and she reads why."""
    if written.follow_up_at is None:
        return
    if conversation.extended:
        raise Refused('说好的时间已经延过一次，不能再延。请答复；还办不完，请转交，或请上级接手。')
    if not written.text.strip():
        raise Refused('请写一句为什么要晚些，居民会看到。')


def resend(found: Conversation, key: str, by: 'Member', now: datetime) -> Message:
    """Send a line again whose sending failed or whose outcome is unknown, because a person asked for it."""
    verified = may_write_first(found)
    taken: list[Message] = []

    def store(fresh: Conversation) -> list[Write]:
        line = load_line(fresh.id, key)
        taken[:] = [line]
        if rules.shown_state(line.state or '', line.tried_at or line.at, now) not in (rules.FAILED, rules.UNKNOWN):
            raise Refused('这一条不需要再发。')
        allowed = rules.allowance(fresh, now, verified)
        if not allowed.left:
            raise Refused(f'现在不能再发。{allowed.reason}')
        turns.moved(fresh, by, now)
        rules.use_window(fresh, 1)
        end_call(fresh, key)
        begin_call(fresh, line, now)
        _settled_one(fresh, line)
        return [step(line, line.state or '', rules.PENDING, now)]

    stored = change(found, store, now)
    if taken[0].by is None:  # a machine's word is no answer, whoever sends it
        sending.send_and_record(stored, taken, now)
        return taken[0]
    _send(stored, taken, taken[0], lambda fresh: _spoke_after(fresh, taken[0]), _still_promised(taken[0], now), now)
    return taken[0]


def settle(found: Conversation, key: str, by: 'Member', now: datetime) -> Message:
    """A person closes the matter of a line: one that failed is given up, one of unknown outcome has arrived."""
    taken: list[Message] = []

    def store(fresh: Conversation) -> list[Write]:
        line = load_line(fresh.id, key)
        taken[:] = [line]
        before = line.state or ''
        shown = rules.shown_state(before, line.tried_at or line.at, now)
        if shown not in (rules.FAILED, rules.UNKNOWN):
            raise Refused('这一条已经处理好了。')
        turns.moved(fresh, by, now)
        end_call(fresh, key)
        _settled_one(fresh, line)
        if line.by and not fresh.failed and (shown == rules.UNKNOWN or fresh.answered) and not fresh.follow_up:
            turns.answered(fresh, _spoke_after(fresh, line), _still_promised(line, now), now)
        return [step(line, before, rules.WITHDRAWN if shown == rules.FAILED else rules.SENT, now)]

    change(found, store, now)
    return taken[0]


def _settled_one(conversation: Conversation, line: Message) -> None:
    """One that failed less. What a machine wrote, and a call that was cut off, were never counted."""
    if line.by and line.state != rules.PENDING:
        conversation.failed = max(0, conversation.failed - 1)


def _still_promised(line: Message, now: datetime) -> datetime | None:
    return line.promised_at if line.promised_at and line.promised_at > now else None


def _spoke_after(conversation: Conversation, line: Message) -> bool:
    return bool(conversation.last_in_at and conversation.last_in_at > line.at)


def _words(text: str, follow_up_at: datetime | None, now: datetime) -> str:
    words = text.replace('\r\n', '\n').strip()
    if follow_up_at is None:
        return words
    if follow_up_at <= now:
        raise Refused('跟进的时间要晚于现在。')
    promise = f'我们会在 {clock.spoken_date_time(follow_up_at)} 前再给您回话。'
    return f'{words}\n{promise}' if words else promise


def _draft(conversation: Conversation, by: 'Member', written: Written, now: datetime) -> list[Message]:
    """The lines of one answer: its words, then its picture."""
    words, photo = _words(written.text, written.follow_up_at, now), written.photo
    if not words and not photo:
        raise Refused('请写下答复，或加一张照片。')
    if len(words.encode()) > limits.TEXT_BYTES:
        raise Refused(f'微信一条最多约 {limits.TEXT_BYTES // 3} 个汉字，请分两次发。')
    unit = alliance.unit(conversation.unit)
    parts = [('text', words)] * bool(words) + [('image', '')] * bool(photo)
    lines = [
        Message(
            conversation.id,
            forms.line_key(written.form, number, now),
            at=now,
            tried_at=now,
            way='out',
            kind=kind,
            text=said,
            media=Media(state=STORED, object_key=photo) if kind == 'image' else None,
            state=rules.PENDING,
            by=by.id,
            by_name=by.name,
            unit_name=unit.name if unit else '',
            promised_at=written.follow_up_at if kind == 'text' else None,
            forget_at=lasting.kept_until(kind, now),
        )
        for number, (kind, said) in enumerate(parts, 1)
    ]
    return [searching.say_when(line, conversation.unit) for line in lines]


def _keep(
    conversation: Conversation, lines: Sequence[Message], allowed: rules.Allowed, verified: bool, now: datetime
) -> None:
    """WeChat takes no message now: keep the lines for the resident's next one."""
    if not conversation.followed:
        raise Refused(allowed.reason)
    if not verified and any(line.kind == 'image' for line in lines):
        raise Refused('本号未认证，只能答复文字；请去掉照片，用文字说明。')
    before = places_taken(conversation)
    if before + len(lines) > rules.KEPT_AT_MOST:
        raise Refused(f'已有 {before} 条在等居民下次来信，请先撤回不再需要的。')
    for line in lines:
        line.state, line.error = rules.KEPT, allowed.reason
        keep_for_next(conversation, line, now)


def _send(
    stored: Conversation,
    lines: list[Message],
    shown: Message,
    unheard: Callable[[Conversation], bool],
    follow_up_at: datetime | None,
    now: datetime,
) -> None:
    results = sending.send_all(stored, lines, now)

    def record(fresh: Conversation) -> list[Write]:
        writes = sending.settled(fresh, lines, results, now)
        _show(fresh, shown, now)
        if all(result.state in (rules.SENT, rules.KEPT) for result in results):
            turns.answered(fresh, unheard(fresh), follow_up_at, now)
        else:
            turns.wait(fresh, now)  # whoever must know that it failed finds it on the list
        return writes

    change(stored, record, now, tries=RECORD_TRIES)


def _show(conversation: Conversation, line: Message, now: datetime) -> None:
    conversation.last_at, conversation.last_from = now, 'staff'
    conversation.last_text = rules.preview(line.kind, line.text)
