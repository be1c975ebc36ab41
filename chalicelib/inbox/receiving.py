"""The receiving side of the inbox: what a message changes, kept in one transaction under its once-only key."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib import storage
from chalicelib.inbox import alarms, belonging, kinds, lasting, leaving, lines, media, records, rules, searching, turns
from chalicelib.inbox.records import Asked, Conversation, Home, Media, Message
from chalicelib.storage import Transaction, Write
from chalicelib.wechat.message import Inbound


class Question(NamedTuple):
    """What we ask the resident with an answer; a digit answers it for thirty minutes."""

    kind: str
    about: str = ''


NOTHING = Question('')  # takes back what was asked: a digit is a message again


class Answer(NamedTuple):
    """What the chat decided: the words for the same five seconds, and what the message means for the inbox."""

    words: str = ''  # nothing: WeChat is told `success`, the resident reads nothing
    waits: bool = False  # a person has to answer: the clock runs
    due_at: datetime | None = None  # until when, as the words say
    kind: str = kinds.ORDINARY  # of the matter, as its words say
    fresh: bool = False  # shown as new, without a clock
    receipt: bool = False  # the words are the receipt of a burst
    aside: bool = False  # asks after her matter: lists go on showing what she wrote of it
    private: bool = False  # a dialogue about signing in: its words are nobody else's to read
    asks: Question | None = None
    chosen: bool = False  # a choice out of what we asked: nothing for lists, nothing a clerk has to have seen
    routes: str = ''  # the unit in whose place this happens, by her own word: what is open goes there
    lives: str = ''  # the unit in which she says she lives
    not_home: str = ''  # a unit in which she says she does not live
    homes: tuple[tuple[str, str], ...] | None = None  # all her further homes from now on: what she calls it, the unit
    for_whom: str | None = None  # for which of them what is open is; '' is herself
    forgets: bool = False  # she has confirmed that what is not younger than this message is to be erased
    gives: tuple[str, ...] = ()  # keys of kept replies that the words contain
    writes: tuple[Write, ...] = ()  # a feature's own rows, in the same transaction
    after: tuple[Callable[[], object], ...] = ()  # once it is stored


def find(conversation_id: str, unit: str, at: datetime, by: str = belonging.ACCOUNT) -> Conversation:
    """The conversation of a resident, or a new one not stored yet (`version` is None).

    `unit` is her account's, or `by` the poster she scans that of the poster. Of one of whom we knew only that she
    follows, home is decided now.
    """
    found = records.conversation(conversation_id)
    if found is None:
        return Conversation(conversation_id, unit=unit, home_unit=unit, home_by=by, label='', last_at=at)
    if not found.label:
        found.unit, found.home_unit, found.home_by = unit, unit, by
    elif by == belonging.POSTER and found.home_by == belonging.ACCOUNT:
        belonging.lives(found, unit, by)
    return found


def keep(conversation: Conversation, inbound: Inbound, answer: Answer, now: datetime) -> Message:
    """Store message, answer and what they change, once.

    Raises `storage.AlreadyKept` for a message that WeChat delivers again, `storage.Conflict` where somebody
    wrote in between (read again with `find`), `storage.Unavailable` where the store does not answer.
    """
    if not conversation.label:
        conversation.label = rules.resident_label(records.next_number(f'residents#{conversation.account}'))
    message = _message(conversation, inbound, answer, now)
    _apply(conversation, inbound, answer, now)
    if inbound.kind != 'event' and not answer.private:
        searching.say_when(message, conversation.unit)
    cancelled = _come_or_go(conversation, inbound, now)
    given = [Message(conversation.id, key) for key in answer.gives]

    def fill(tx: Transaction) -> None:
        lines.put(message)(tx)
        alarms.keep(tx, conversation, now)
        tx.save(conversation)
        for reply in given:
            lines.step(reply, rules.KEPT, rules.SENT, now)(tx)
        for write in (*cancelled, *answer.writes):
            write(tx)

    storage.commit(fill)
    return message


def kept_before(refusal: storage.AlreadyKept) -> Message:
    """The message as it was stored when it came first, with what the resident was told."""
    return records.kept_before(refusal)


_MEDIA_KINDS = frozenset({'image', 'voice', 'video', 'shortvideo'})
_EVENT_KINDS = {'subscribe': 'follow', 'unsubscribe': 'unfollow', 'SCAN': 'scan'}


def _message(conversation: Conversation, inbound: Inbound, answer: Answer, now: datetime) -> Message:
    message = Message(
        conversation.id,
        inbound.key,
        at=inbound.at,
        way='in',
        kind='private' if answer.private else kind_of(inbound),
        text='' if answer.private else inbound.text,
        fields=None if answer.private else rules.bounded(inbound.fields),
        answer=answer.words,
        forget_at=lasting.kept_until(inbound.kind, now),
    )
    if inbound.kind in _MEDIA_KINDS:
        wechat_id, form = inbound.text_at('MediaId'), inbound.text_at('Format')
        message.media = Media(state=media.PENDING, wechat_id=wechat_id, format=form or None)
    return message


def kind_of(inbound: Inbound) -> str:
    """How the inbox calls it: the message's type, or what an event means to us."""
    return _EVENT_KINDS.get(inbound.event, 'click') if inbound.kind == 'event' else inbound.kind


def _apply(conversation: Conversation, inbound: Inbound, answer: Answer, now: datetime) -> None:
    if opened := inbound.opens:
        rules.open_window(conversation, opened, inbound.at)
    _follow(conversation, inbound)
    if inbound.kind != 'event' and not (answer.private or answer.aside or answer.chosen):
        _show(conversation, inbound, answer, now)
    _whose(conversation, inbound, answer, now)
    if conversation.last_in_at:
        conversation.recent_unit = conversation.unit
    if answer.forgets:
        conversation.forget_asked_at = inbound.at
    if answer.receipt:
        conversation.received_at = max(inbound.at, conversation.received_at or inbound.at)
    for key in answer.gives:
        if any(kept.key == key and kept.notice for kept in conversation.kept):
            conversation.noticed_at = inbound.at
        lines.drop_kept(conversation, key)
        conversation.asked = None  # a person's words came last: a digit answers those
    if asks := answer.asks:
        until = now + rules.QUESTION_OPEN
        conversation.asked = Asked(kind=asks.kind, about=asks.about, until=until) if asks != NOTHING else None


def _whose(conversation: Conversation, inbound: Inbound, answer: Answer, now: datetime) -> None:
    """Whose turn it is, by where it happens, else by where she lives."""
    if answer.lives:
        belonging.lives(conversation, answer.lives, belonging.HERSELF)
    if answer.not_home:
        belonging.does_not_live(conversation, answer.not_home)
    if answer.homes is not None:
        conversation.homes = [Home(label=label, unit=unit) for label, unit in answer.homes]
    if answer.for_whom is not None:
        conversation.for_whom = answer.for_whom or None
    if answer.waits:
        turns.come_home(conversation)
    if answer.routes:
        belonging.route(conversation, answer.routes, answer.waits, now)
    if answer.waits:
        turns.hear(conversation, answer.kind, inbound.at, answer.due_at, now)


def _follow(conversation: Conversation, inbound: Inbound) -> None:
    """Whoever speaks or taps follows; what is older than her last coming or going says nothing.

    Nor does a leaving that comes late, after an outage, when she has written since.
    """
    if conversation.followed_at and inbound.at < conversation.followed_at:
        return
    if inbound.event == 'unsubscribe' and conversation.window_from and inbound.at < conversation.window_from:
        return
    conversation.followed = inbound.event != 'unsubscribe'
    if inbound.event in ('subscribe', 'unsubscribe'):
        conversation.followed_at = inbound.at


def _come_or_go(conversation: Conversation, inbound: Inbound, now: datetime) -> list[Write]:
    """What her coming or leaving changes beside that, where it is the last she did; the writes that cancel sends."""
    if conversation.followed_at != inbound.at:
        return []
    if inbound.event == 'unsubscribe':
        return leaving.leave(conversation, now)
    if inbound.event == 'subscribe':
        leaving.come_back(conversation)
    return []


def _show(conversation: Conversation, inbound: Inbound, answer: Answer, now: datetime) -> None:
    line = rules.preview(inbound.kind, inbound.text or inbound.text_at('Title'))
    after = inbound.at - conversation.last_at
    if conversation.last_from == 'resident' and abs(after) <= rules.BURST:
        conversation.last_text = rules.joined_preview(conversation.last_text, inbound.kind, line)
    elif after >= timedelta() or conversation.last_in_at is None:
        conversation.last_text = line
    conversation.last_at = max(conversation.last_at, inbound.at)
    conversation.fresh = answer.fresh or (conversation.fresh and after < timedelta())
    conversation.last_from, conversation.last_in_at = 'resident', now
    conversation.heard_in = conversation.next_version
    if answer.waits:
        conversation.answered = False
