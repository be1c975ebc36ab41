"""Lines that are stored go out: the calls to WeChat, what their results change, and the worker of the queue `sends`."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.alliance import actions as alliance
from chalicelib.alliance.credentials import credentials
from chalicelib.inbox import formats, objects, rules, turns
from chalicelib.inbox.changing import change, load, load_line
from chalicelib.inbox.lines import drop_kept, keep_for_next, step
from chalicelib.inbox.records import Conversation, Message
from chalicelib.storage import Write
from chalicelib.wechat import errors
from chalicelib.wechat.client import client_for
from chalicelib.wechat.errors import Action

if TYPE_CHECKING:
    from chalicelib.wechat.api import Client

log = logging.getLogger('weilin')

NOT_SENT = '没有发出：微信暂时连不上。内容已保存，请稍后点「再发一次」。'
OUTCOME_UNKNOWN = '结果未知：微信没有回应，居民可能收到，也可能没有收到。可以等她回话；确认没有收到，再点「再发一次」。'
AFTER_A_FAILURE = '前一条没有发出，这一条没有再试。请点「再发一次」。'


class Result(NamedTuple):
    """How one line fared."""

    state: str
    words: str = ''
    action: Action | None = None


def may_write_first(conversation: Conversation) -> bool:
    """Whether WeChat takes messages from this conversation's account at all; an unverified one only answers."""
    account = alliance.account(conversation.account)
    return account is not None and alliance.may_send(account)


def send_all(conversation: Conversation, lines: Sequence[Message]) -> list[Result]:
    """Call WeChat for stored lines, one after the other; never raises. After a failure the rest is not tried."""
    results: list[Result] = []
    for line in lines:
        if results and results[-1].state != rules.SENT:
            last = results[-1]
            kept = last.state == rules.KEPT
            results.append(last if kept else Result(rules.FAILED, AFTER_A_FAILURE))
        else:
            results.append(_send(conversation, line))
    return results


def _send(conversation: Conversation, line: Message) -> Result:
    try:
        _call(client_for(credentials(conversation.account)), conversation.openid, line)
    except errors.Refused as refused:
        log.warning('send refused account=%s code=%s rid=%s', conversation.account, refused.code, refused.rid)
        closed = refused.reaction.action is Action.WINDOW_CLOSED
        return Result(rules.KEPT if closed else rules.FAILED, refused.reaction.words, refused.reaction.action)
    except errors.OutcomeUnknown:
        log.warning('send outcome unknown account=%s', conversation.account)
        return Result(rules.UNKNOWN, OUTCOME_UNKNOWN)
    except formats.NotTaken as not_taken:
        return Result(rules.FAILED, not_taken.words)
    except Exception as error:
        log.warning('not sent account=%s error=%s', conversation.account, type(error).__name__)
        return Result(rules.FAILED, NOT_SENT)
    return Result(rules.SENT)


def _call(client: 'Client', openid: str, line: Message) -> None:
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
    fared = list(zip(lines, results, strict=True))
    for line, result in fared:
        if result.state == rules.FAILED:
            rules.give_back(conversation, now)
        if result.state in (rules.FAILED, rules.UNKNOWN):
            conversation.failed += 1
        if result.state == rules.KEPT:
            rules.close_window(conversation)
            keep_for_next(conversation, line, now)
        if result.action is Action.RESIDENT_GONE:
            conversation.followed = False
    return [step(line, rules.PENDING, result.state, now, result.words) for line, result in fared]


def send_kept(job: dict[str, str], now: datetime) -> None:
    """Send one kept line, if it is still kept and may go out now. A job delivered twice sends once."""
    conversation = load(job['conversation'])
    line = _take_kept(conversation, job['key'], now)
    if line is None:
        _find_cut_off(conversation, job['key'], now)
        return
    results = send_all(conversation, [line])

    def record(fresh: Conversation) -> list[Write]:
        if results[0].state not in (rules.SENT, rules.KEPT):
            turns.wait(fresh, now)
        return settled(fresh, [line], results, now)

    change(conversation, record)


def _find_cut_off(conversation: Conversation, key: str, now: datetime) -> None:
    """The job comes again and the line was taken before: if that worker was cut off, a clerk has to know."""
    line = load_line(conversation.id, key)
    if line.state != rules.PENDING or rules.shown_state(line.state, line.tried_at or line.at, now) == rules.PENDING:
        return

    def record(fresh: Conversation) -> list[Write]:
        fresh.failed += 1
        turns.wait(fresh, now)
        return [step(line, rules.PENDING, rules.UNKNOWN, now, OUTCOME_UNKNOWN)]

    change(conversation, record)


def _take_kept(conversation: Conversation, key: str, now: datetime) -> Message | None:
    taken: list[Message] = []

    def decide(fresh: Conversation) -> list[Write]:
        taken.clear()
        kept = next((kept for kept in fresh.kept if kept.key == key), None)
        if (
            kept is None
            or not rules.deliverable(kept.confirmed_at, kept.promised_at, now)
            or not rules.allowance(fresh, now, may_write_first(fresh)).left
        ):
            return []
        taken.append(load_line(fresh.id, key))
        drop_kept(fresh, key)
        rules.use_window(fresh, 1)
        return [step(taken[0], rules.KEPT, rules.PENDING, now)]

    change(conversation, decide)
    return taken[0] if taken else None
