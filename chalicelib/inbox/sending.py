"""Lines that are stored go out: the calls to WeChat, what their results change, and kept lines sent or tried again."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import clock, logs
from chalicelib.alliance import credentials
from chalicelib.inbox import formats, leaving, objects, rules, turns
from chalicelib.inbox.changing import RECORD_TRIES, change, load, load_line
from chalicelib.inbox.lines import begin_call, drop_kept, end_call, holds, is_moot, keep_for_next, step
from chalicelib.inbox.promises import may_write_first
from chalicelib.inbox.records import Conversation, Kept, Message
from chalicelib.storage import Write
from chalicelib.wechat import errors
from chalicelib.wechat.client import client_for
from chalicelib.wechat.errors import Action

if TYPE_CHECKING:
    from chalicelib.wechat.api import Client

log = logging.getLogger('weilin')

NOT_SENT = '没有发出：系统出错。内容已保存，请稍后点「再发一次」；还不行，请告诉系统管理员。'
TRYING = '微信暂时连不上。系统会自动再发；居民先来信，就随答复给出。'
OUTCOME_UNKNOWN = '结果未知：微信没有回应，居民可能收到，也可能没有收到。可以等她回话；确认没有收到，再点「再发一次」。'
AFTER_A_FAILURE = '前一条没有发出，这一条没有再试。请点「再发一次」。'


class Result(NamedTuple):
    """How one line fared. `again`: it is kept only until it is tried again, not before `not_before`."""

    state: str
    words: str = ''
    action: Action | None = None
    again: bool = False
    not_before: datetime | None = None


def send_all(conversation: Conversation, lines: Sequence[Message], now: datetime) -> list[Result]:
    """Call WeChat for stored lines, one after the other; never raises. After a failure the rest is not tried."""
    results: list[Result] = []
    with logs.about(conversation.id):
        for line in lines:
            results.append(_next(conversation, line, results, now))
    return results


def _next(conversation: Conversation, line: Message, results: Sequence[Result], now: datetime) -> Result:
    if not results or results[-1].state == rules.SENT:
        return _send(conversation, line, now)
    last = results[-1]
    return last if last.state == rules.KEPT else Result(rules.FAILED, AFTER_A_FAILURE)


def _send(conversation: Conversation, line: Message, now: datetime) -> Result:
    account = conversation.account
    try:
        call(client_for(credentials.credentials(account)), conversation.openid, line)
    except errors.Refused as refused:
        log.warning('send refused account=%s code=%s rid=%s', account, refused.code, refused.rid)
        return _refused(refused, now)
    except errors.OutcomeUnknown:
        log.warning('send outcome unknown account=%s', account)
        return Result(rules.UNKNOWN, OUTCOME_UNKNOWN)
    except formats.NotTaken as not_taken:
        return Result(rules.FAILED, not_taken.words)
    except (errors.NotSent, credentials.Unknown) as error:
        log.warning('not sent, tried again later account=%s error=%s', account, type(error).__name__)
        return Result(rules.KEPT, TRYING, again=True)
    except Exception as error:
        log.error('not sent account=%s error=%s', account, type(error).__name__)
        return Result(rules.FAILED, NOT_SENT)
    log.info('line sent account=%s kind=%s', account, line.kind)
    return Result(rules.SENT)


def _refused(refused: errors.Refused, now: datetime) -> Result:
    reaction = refused.reaction
    if refused.may_pass:
        not_before = clock.next_midnight(now) if refused.code in errors.UNTIL_MIDNIGHT else None
        return Result(rules.KEPT, TRYING, reaction.action, again=True, not_before=not_before)
    closed = reaction.action is Action.WINDOW_CLOSED
    return Result(rules.KEPT if closed else rules.FAILED, reaction.words, reaction.action)


def call(client: 'Client', openid: str, line: Message) -> None:
    """One line to WeChat; raises what `wechat.errors` has, or `formats.NotTaken` for a photo it would not take."""
    if line.kind != 'image':
        client.send_text(openid, line.text)
        return
    assert line.media is not None
    try:
        content, content_type = objects.content(line.media.object_key or '')
        wechat_id = client.upload('image', 'photo', content, content_type)
    except errors.OutcomeUnknown as error:
        raise errors.NotSent('the upload did not answer') from error  # whatever WeChat has, nobody was sent it
    client.send_image(openid, wechat_id)


def settled(
    conversation: Conversation, lines: Sequence[Message], results: Sequence[Result], now: datetime
) -> list[Write]:
    """What the results change on the conversation, and the writes that record them on the messages."""
    writes = [_settled(conversation, line, result, now) for line, result in zip(lines, results, strict=True)]
    if any(result.action is Action.RESIDENT_GONE for result in results):
        conversation.followed, conversation.followed_at = False, now
        writes += leaving.leave(conversation, now)
    return writes


def _settled(conversation: Conversation, line: Message, result: Result, now: datetime) -> Write:
    calling = end_call(conversation, line.key)
    if calling is None:
        return _came_late(conversation, line, result, now)
    line.retry_at = None
    if line.notice and result.state == rules.SENT:
        conversation.noticed_at = now
    if result.state == rules.KEPT and not conversation.followed:  # she left meanwhile: nothing is kept for her
        return step(line, rules.PENDING, rules.WITHDRAWN, now, leaving.LEFT)
    if result.state == rules.FAILED or result.again:
        rules.give_back(conversation, now)
    if line.by and result.state in (rules.FAILED, rules.UNKNOWN):  # a machine's word is nobody's to settle
        conversation.failed += 1
    if result.state == rules.KEPT and not result.again:
        rules.close_window(conversation)
    if result.state == rules.KEPT and _is_moot(conversation, line, now):
        return step(line, rules.PENDING, rules.WITHDRAWN, now)
    if result.again:
        attempts = int(calling.attempts) + 1
        line.retry_at = rules.retry_at(attempts, now, result.not_before)
        keep_for_next(conversation, line, now, attempts)
    elif result.state == rules.KEPT:
        keep_for_next(conversation, line, now)
    return step(line, rules.PENDING, result.state, now, result.words)


def _is_moot(conversation: Conversation, line: Message, now: datetime) -> bool:
    """Whether a machine's word that did not go out is not to be kept either."""
    if line.by:
        return False
    if line.notice:
        return line.promised_at is not None and line.promised_at <= now
    return is_moot(conversation, line.promised_at)


def _came_late(conversation: Conversation, line: Message, result: Result, now: datetime) -> Write:
    """The call took so long that its line was given up as unknown: only a good end still changes that."""
    if result.state != rules.SENT:
        return step(line, rules.UNKNOWN, rules.UNKNOWN, now, OUTCOME_UNKNOWN)
    conversation.failed = max(0, conversation.failed - bool(line.by))
    return step(line, rules.UNKNOWN, rules.SENT, now)


def send_kept(job: dict[str, str], now: datetime) -> None:
    """Send one kept line, if it is still kept and may go out now. A job delivered twice sends once."""
    conversation = load(job['conversation'])
    taken: list[Message] = []

    def decide(fresh: Conversation) -> list[Write]:
        taken.clear()
        return take(fresh, [job['key']], taken, now)

    stored = change(conversation, decide, now)
    if taken:
        send_and_record(stored, taken, now)


def take(conversation: Conversation, keys: Sequence[str], taken: list[Message], now: datetime) -> list[Write]:
    """Take kept lines for sending, as many as still hold and WeChat allows: the writes, and the lines in `taken`."""
    writes: list[Write] = []
    for kept in [kept for kept in conversation.kept if kept.key in keys]:
        allowed = _allowed(kept)
        if not holds(conversation, kept, now) or not allowed(conversation, now, may_write_first(conversation)):
            continue
        line = load_line(conversation.id, kept.key)
        drop_kept(conversation, kept.key)
        rules.use_window(conversation, 1)
        begin_call(conversation, line, now, int(kept.attempts))
        taken.append(line)
        writes.append(step(line, rules.KEPT, rules.PENDING, now))
    return writes


def _allowed(kept: Kept) -> Callable[[Conversation, datetime, bool], bool]:
    if kept.notice:
        return rules.may_send_notice
    return rules.may_machine_send if kept.machine else rules.may_send


def take_retried(conversation: Conversation, taken: list[Message], now: datetime) -> list[Write]:
    """Take what waits for another try: something later is about to be sent, and must not overtake it."""
    taken.clear()
    retried = [kept.key for kept in conversation.kept if kept.retry_at and not kept.machine]
    return take(conversation, retried, taken, now)


def send_and_record(conversation: Conversation, lines: Sequence[Message], now: datetime) -> None:
    """Send lines that were taken, and record how they fared; what fails for good puts her back on the list."""
    results = send_all(conversation, lines, now)

    def record(fresh: Conversation) -> list[Write]:
        writes = settled(fresh, lines, results, now)
        fared = zip(lines, results, strict=True)
        if any(line.by and result.state != rules.SENT and not result.again for line, result in fared):
            turns.wait(fresh, now)
        return writes

    change(conversation, record, now, tries=RECORD_TRIES)
