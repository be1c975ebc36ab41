"""Decisions of the inbox, pure: who waits, until when we may write, how a sent message fares."""

import re
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, Protocol

from chalicelib.wechat import limits

# A burst (voice, photo, place and text within this time) is one thing to answer and gets one receipt.
BURST = timedelta(minutes=5)
# A minute without another line, and the burst is over: staff are told. One that goes on is told of after `BURST`.
BURST_OVER = timedelta(seconds=60)
# OURS: so long before WeChat's window closes an answer has to be out, and so much time somebody must have for it.
WINDOW_SPARE = timedelta(hours=2)
STAFFED_AT_LEAST = timedelta(minutes=10)
# How long a digit answers the question we asked last.
QUESTION_OPEN = timedelta(minutes=30)
# A reply kept for the next message is given without asking for this long; then a clerk confirms or withdraws it.
KEPT_FRESH = timedelta(days=7)
# So many replies wait for her next message at most: they are given in one.
KEPT_AT_MOST = 5
# Handed over so often and still nobody's, it goes to the unit above. OURS.
HOPS = 3
# Machines never use the last of WeChat's five messages: they belong to people.
LEFT_FOR_PEOPLE = 3
# OURS: while nobody waits for a person's answer, a reminder she would miss otherwise may use all but one of them.
LEFT_WHILE_NOBODY_WAITS = 1
# OURS: so long after a notice 好 is an answer to that.
NOTICE_ANSWERED_WITHIN = timedelta(hours=48)
# A message still 'pending' after this was cut off between the call and its result: longer than any function lasts.
CALL_LASTS_AT_MOST = timedelta(minutes=2)
# OURS: what failed in transit is tried again after so many minutes, then each time after the last of them.
RETRY_MINUTES = (1, 2, 4, 8, 15)

PREVIEW = 80
FIELD_CHARACTERS = 4_000
FIELDS_CHARACTERS = 40_000
_BETWEEN = re.compile(r'[\s,，。.!！~～、]+')

# The chase. A rung is what comes next; LEVELS says what staff are told at it, SHARES after how much of the time.
FIRST, HALF, FIFTHS, TIMED_OUT, ABOVE, ALL_TOLD = range(6)
LADDER = (FIRST, HALF, FIFTHS, TIMED_OUT)
SHARES = {FIRST: 0.0, HALF: 0.5, FIFTHS: 0.8}
LEVELS = {HALF: 'half', FIFTHS: 'fifths'}
FAILED_LEVEL, DANGER_LEVEL, NOBODY_LEVEL = 'failed', 'danger', 'nobody'

SPOKEN_KINDS = {
    'image': '照片', 'voice': '语音', 'video': '视频', 'shortvideo': '视频', 'location': '位置', 'link': '链接',
    'unsupported': '暂不能显示的消息',
}  # fmt: skip


class Windows(Protocol):
    """The part of a conversation that says whether we may write. PynamoDB's attributes have types of their own."""

    followed: Any  # bool
    window_from: Any  # datetime | None, like the two other moments
    window_until: Any
    window_left: Any  # messages, like the other count
    click_until: Any
    click_left: Any
    waiting_unit: Any  # str | None: somebody waits for a person's answer


class Allowed(NamedTuple):
    """How many messages WeChat still takes for this resident, until when, and why none."""

    left: int
    until: datetime | None
    reason: str = ''


def allowance(conversation: Windows, now: datetime, verified: bool = True) -> Allowed:
    """The larger of the two windows that are open: by message (48 h) and by click, follow or scan (1 min)."""
    if not conversation.followed:
        return Allowed(0, None, '居民已取消关注，不能再给她发消息。')
    if not verified:
        return Allowed(0, None, '本号未认证，不能主动发消息；您的答复会在居民下次来信时给出。')
    open_now = [
        Allowed(int(left), until)
        for left, until in (
            (conversation.window_left, conversation.window_until),
            (conversation.click_left, conversation.click_until),
        )
        if until and now < until and left > 0
    ]
    if open_now:
        return max(open_now, key=lambda allowed: allowed.left)
    if conversation.window_until and now < conversation.window_until:
        return Allowed(0, None, '微信允许的条数已用完；您的答复会在居民下次来信时给出。')
    return Allowed(0, None, '微信的 48 小时已过；您的答复会在居民下次来信时给出。')


def may_send(conversation: Windows, now: datetime, verified: bool = True) -> bool:
    return allowance(conversation, now, verified).left > 0


def may_machine_send(conversation: Windows, now: datetime, verified: bool = True) -> bool:
    return allowance(conversation, now, verified).left > LEFT_FOR_PEOPLE


def may_send_notice(conversation: Windows, now: datetime, verified: bool = True) -> bool:
    left = LEFT_FOR_PEOPLE if conversation.waiting_unit else LEFT_WHILE_NOBODY_WAITS
    return allowance(conversation, now, verified).left > left


def open_window(conversation: Windows, trigger: str, at: datetime) -> None:
    """A message or tap at `at` refreshes its window to the full; one older than the last changes nothing."""
    rule = limits.ALLOWANCES[trigger]
    if trigger == 'message':
        if conversation.window_from is None or at > conversation.window_from:
            conversation.window_from = at
            conversation.window_until, conversation.window_left = at + rule.lasts, rule.messages
    elif conversation.click_until is None or at + rule.lasts > conversation.click_until:
        conversation.click_until, conversation.click_left = at + rule.lasts, rule.messages


def window_after(conversation: Windows, trigger: str | None, at: datetime) -> datetime | None:
    """Until when we may write once this message has been taken in."""
    until: datetime | None = conversation.window_until
    if trigger != 'message' or (conversation.window_from and at <= conversation.window_from):
        return until
    return at + limits.ALLOWANCES['message'].lasts


def use_window(conversation: Windows, messages: int) -> None:
    """Count sent messages against both windows: WeChat does not say which it uses up."""
    conversation.window_left = max(0, conversation.window_left - messages)
    conversation.click_left = max(0, conversation.click_left - messages)


def give_back(conversation: Windows, now: datetime) -> None:
    """A message did not reach WeChat, so it was not counted there. Only where no other window may have been meant."""
    tapped = conversation.click_until and now < conversation.click_until
    if conversation.window_until and now < conversation.window_until and not tapped:
        most = limits.ALLOWANCES['message'].messages
        conversation.window_left = min(most, conversation.window_left + 1)


def close_window(conversation: Windows) -> None:
    conversation.window_left = conversation.click_left = 0


@cache
def _courtesy() -> re.Pattern[str]:
    thanks = r'(?:非常|太|十分|真)?(?:谢谢|多谢|感谢)|好的?|好嘞|行|嗯+|收到|知道了|明白了?|没事了?|不用了|辛苦了?|ok'
    signs = r'(?:👍|🙏|👌|🌹|❤️?|😊)[\U0001F3FB-\U0001F3FF]?|\[(?:强|抱拳|合十|玫瑰|OK|微笑)\]|/:(?:strong|rose|ok|@\))'
    return re.compile(rf'(?:(?:{thanks}|{signs})(?:您|你|啦|了|哈|呀|啊|哦|们|大家)*)+', re.IGNORECASE)


def is_courtesy(text: str) -> bool:
    """谢谢, 好的, 👍 as the whole message: nobody waits for an answer to that."""
    words = [word for word in _BETWEEN.split(text) if word]
    return 0 < len(words) <= 4 and all(_courtesy().fullmatch(word) for word in words)


def is_knock(text: str) -> bool:
    """Something sent only to be given an answer that was kept: one character, a digit or two, a sign. Never a word."""
    said = text.strip()
    return len(said) <= 1 or (said.isdigit() and len(said) <= 2) or not any(letter.isalnum() for letter in said)


def bounded(fields: dict[str, Any]) -> dict[str, Any]:
    """A message's fields, long values cut: DynamoDB takes 400 KB in all, and WeChat's own are a few hundred bytes."""
    cut = {name: value[:FIELD_CHARACTERS] if isinstance(value, str) else value for name, value in fields.items()}
    return cut if len(repr(cut)) <= FIELDS_CHARACTERS else {'MsgType': str(fields.get('MsgType', ''))[:40]}


def preview(kind: str, text: str) -> str:
    """A line of a message for lists: its words, or what it is."""
    said = ' '.join(text.split())
    if kind == 'text':
        return said[:PREVIEW]
    spoken = SPOKEN_KINDS.get(kind, kind)
    return f'{spoken}：{said}'[:PREVIEW] if said else spoken


def joined_preview(before: str, kind: str, line: str) -> str:
    """The lines of one burst side by side: in whatever order they arrive, what they are comes before what is said."""
    if not before:
        return line
    if kind == 'text':
        return f'{before} · {line}'[:PREVIEW]
    return before if line in before.split(' · ') else f'{line} · {before}'[:PREVIEW]


def deliverable(confirmed_at: datetime, promised_at: datetime | None, now: datetime) -> bool:
    """Whether a kept reply still holds: not old, and no time that it names has passed."""
    return now - confirmed_at < KEPT_FRESH and (promised_at is None or now < promised_at)


def resident_label(number: int) -> str:
    """A short stable name for somebody WeChat gives no name: 居民 A01 … Z99, AA01 …"""
    group, within = divmod(number - 1, 99)
    letters = ''
    while True:
        group, letter = divmod(group, 26)
        letters = chr(ord('A') + letter) + letters
        if group == 0:
            return f'居民 {letters}{within + 1:02d}'
        group -= 1


PENDING, SENT, FAILED, UNKNOWN, KEPT, WITHDRAWN = 'pending', 'sent', 'failed', 'unknown', 'kept', 'withdrawn'
# A message that goes out passes from the state on the left to one on the right, and nowhere else.
STEPS: dict[str, frozenset[str]] = {
    PENDING: frozenset({SENT, FAILED, UNKNOWN, KEPT, WITHDRAWN, PENDING}),  # again: a person, after one was cut off
    FAILED: frozenset({PENDING, WITHDRAWN}),
    UNKNOWN: frozenset({PENDING, SENT, UNKNOWN}),  # sent: a person has learnt that it arrived
    KEPT: frozenset({PENDING, SENT, WITHDRAWN}),
    SENT: frozenset(),
    WITHDRAWN: frozenset(),
}


def retry_at(attempts: int, now: datetime, not_before: datetime | None = None) -> datetime:
    """When something is tried again that has failed so many times; later each time."""
    waits = timedelta(minutes=RETRY_MINUTES[min(attempts, len(RETRY_MINUTES)) - 1])
    return max(now + waits, not_before or now)


def shown_state(state: str, tried_at: datetime, now: datetime) -> str:
    """The state as a person should read it: a call that never came back is unknown, not pending."""
    return UNKNOWN if state == PENDING and now - tried_at > CALL_LASTS_AT_MOST else state
