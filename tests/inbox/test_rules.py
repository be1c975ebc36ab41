"""The inbox's decisions: windows, courtesy, labels, previews."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.inbox import forms, rules
from chalicelib.wechat import limits

NOW = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)


@dataclass
class Open:
    """A conversation as far as windows are concerned."""

    followed: bool = True
    window_from: datetime | None = None
    window_until: datetime | None = None
    window_left: float = 0
    click_until: datetime | None = None
    click_left: float = 0


def test_a_message_opens_five_for_forty_eight_hours() -> None:
    conversation = Open()
    rules.open_window(conversation, 'message', NOW)
    assert rules.allowance(conversation, NOW).left == 5
    assert rules.allowance(conversation, NOW).until == NOW + timedelta(hours=48)
    assert rules.allowance(conversation, NOW + timedelta(hours=48)).left == 0


def test_a_tap_opens_three_for_a_minute_and_never_the_forty_eight_hours() -> None:
    conversation = Open()
    rules.open_window(conversation, 'click', NOW)
    assert rules.allowance(conversation, NOW).left == 3
    closed = rules.allowance(conversation, NOW + timedelta(minutes=1))
    assert closed.left == 0
    assert '48 小时已过' in closed.reason


def test_a_new_message_refreshes_and_does_not_add() -> None:
    conversation = Open()
    rules.open_window(conversation, 'message', NOW)
    rules.use_window(conversation, 4)
    assert rules.allowance(conversation, NOW).left == 1
    rules.open_window(conversation, 'message', NOW + timedelta(seconds=1))
    assert rules.allowance(conversation, NOW).left == 5


def test_a_message_that_arrives_late_gives_nothing_back() -> None:
    conversation = Open()
    rules.open_window(conversation, 'message', NOW)
    rules.use_window(conversation, 5)
    rules.open_window(conversation, 'message', NOW - timedelta(seconds=30))
    assert rules.allowance(conversation, NOW).left == 0
    assert '条数已用完' in rules.allowance(conversation, NOW).reason


@given(
    st.lists(
        st.tuples(st.sampled_from([*limits.ALLOWANCES, 'send']), st.timedeltas(timedelta(0), timedelta(hours=30))),
        max_size=30,
    )
)
def test_never_more_than_wechat_gave_since_the_last_message_or_tap(history: list[tuple[str, timedelta]]) -> None:
    """However taps, messages and sends follow one another, what is left is covered by a window that is really open."""
    conversation, at, opened = Open(), NOW, {}
    for what, after in history:
        at += after
        if what == 'send':
            if rules.allowance(conversation, at).left:
                rules.use_window(conversation, 1)
                for trigger in opened:
                    opened[trigger][1] -= 1
            continue
        rules.open_window(conversation, what, at)
        opened[what if what == 'message' else 'click'] = [
            at + limits.ALLOWANCES[what].lasts,
            limits.ALLOWANCES[what].messages,
        ]
    left = rules.allowance(conversation, at).left
    assert left <= max([count for until, count in opened.values() if at < until and count > 0], default=0)


def test_machines_leave_the_last_three_to_people() -> None:
    conversation = Open()
    rules.open_window(conversation, 'message', NOW)
    sent = 0
    while rules.may_machine_send(conversation, NOW):
        rules.use_window(conversation, 1)
        sent += 1
    assert sent == 2
    assert rules.allowance(conversation, NOW).left == 3


def test_nobody_who_left_and_no_unverified_account_is_written_to() -> None:
    conversation = Open()
    rules.open_window(conversation, 'message', NOW)
    assert '未认证' in rules.allowance(conversation, NOW, verified=False).reason
    conversation.followed = False
    assert '取消关注' in rules.allowance(conversation, NOW).reason


@pytest.mark.parametrize(
    'text',
    (
        '谢谢',
        '好的',
        '👍',
        '谢谢您！',
        '好的，谢谢',
        'OK',
        '嗯嗯 谢谢啦',
        '收到~',
        '辛苦了 🙏',
        '❤️',
        '谢谢您👍',
        '👍🏻',
        '[强]',
        '/:strong',
        '非常感谢',
    ),
)
def test_a_courtesy_needs_no_answer(text: str) -> None:
    assert rules.is_courtesy(text)


@pytest.mark.parametrize(
    'text',
    (
        '谢谢，灯又不亮了',
        '好的几点来',
        '不好',
        '收到的账单不对',
        '',
        '！',
        '行不行',
        '谢谢谁',
        '好 好 好 好 好',
        '没事找事',
    ),
)
def test_words_that_only_begin_politely_are_no_courtesy(text: str) -> None:
    assert not rules.is_courtesy(text)


def test_labels_are_short_and_never_repeat() -> None:
    labels = [rules.resident_label(number) for number in range(1, 80_000)]
    assert len(set(labels)) == len(labels)
    assert (labels[0], labels[98], labels[99], labels[26 * 99]) == ('居民 A01', '居民 A99', '居民 B01', '居民 AA01')


@given(st.text(max_size=3000), st.sampled_from(['text', 'image', 'location', 'unsupported', 'file']))
def test_a_preview_is_one_short_line(text: str, kind: str) -> None:
    line = rules.preview(kind, text)
    assert len(line) <= rules.PREVIEW
    assert '\n' not in line
    assert len(rules.joined_preview(line, kind, line)) <= rules.PREVIEW


def test_a_burst_reads_the_same_in_whatever_order_it_arrives() -> None:
    said = [('voice', '语音'), ('text', '泡沫字还堆在门口'), ('image', '照片'), ('image', '照片'), ('location', '位置')]
    seen = set()
    for lines in itertools.permutations(said):
        together = ''
        for kind, line in lines:
            together = rules.joined_preview(together, kind, line)
        seen.add(tuple(sorted(together.split(' · '))))
        assert together.endswith('泡沫字还堆在门口')
    assert seen == {('位置', '泡沫字还堆在门口', '照片', '语音')}


def test_a_call_that_never_came_back_is_unknown() -> None:
    assert rules.shown_state('pending', NOW, NOW + timedelta(seconds=90)) == 'pending'
    assert rules.shown_state('pending', NOW, NOW + timedelta(seconds=121)) == 'unknown'
    assert rules.shown_state('sent', NOW, NOW + timedelta(days=1)) == 'sent'


def test_a_form_expires_with_the_session() -> None:
    form = forms.new(NOW)
    forms.check(form, NOW)
    forms.check(form, NOW + timedelta(hours=12))
    for bad, at in (
        (form, NOW + timedelta(hours=12, seconds=1)),
        ('1764000000-zz', NOW),
        ('', NOW),
        (form, NOW - timedelta(hours=1)),
    ):
        with pytest.raises(forms.Stale):
            forms.check(bad, at)
