"""What lines, facts and units look like, without a store."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.alliance.records import Unit
from chalicelib.desk import conversation_view, list_view, talk_view
from chalicelib.inbox.records import Conversation, Media, Message
from chalicelib.inbox.rules import Allowed

NOW = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def line(kind: str = 'text', way: str = 'in', ago: timedelta = MINUTE, **more: Any) -> Message:
    at = NOW - ago
    return Message('a#b', f'{int(at.timestamp())}#1', at=at, way=way, kind=kind, **more)


def bubble(line: Message, confirmed: datetime | None = None) -> talk_view.Bubble:
    return talk_view.bubbles([line], NOW, None, {line.key: confirmed} if confirmed else {})[0]


def test_a_place_leads_to_a_map() -> None:
    fields = {'Location_X': '36.0665', 'Location_Y': '120.3826', 'Label': '上杭路 7 号'}
    shown = bubble(line('location', fields=fields))
    assert shown.href.startswith('https://uri.amap.com/marker?position=120.3826,36.0665&name=%E4%B8%8A')
    assert shown.title == '上杭路 7 号'


@pytest.mark.parametrize(
    'fields',
    [
        {},
        {'Location_X': 'x', 'Location_Y': '1'},
        {'Location_X': '91', 'Location_Y': '1'},
        {'Location_X': 'nan', 'Location_Y': '1'},
    ],
)
def test_a_place_without_a_point_is_only_named(fields: dict[str, str]) -> None:
    shown = bubble(line('location', fields={'Label': '门口', **fields}))
    assert (shown.href, shown.title) == ('', '门口')


@pytest.mark.parametrize(
    'address',
    [
        'javascript:alert(1)',
        'data:text/html,x',
        '//evil.cn',
        'http:',
        ' https://x.cn\n',
        'https://x.cn/\x01',
        'https://[x',
        '',
    ],
)
def test_what_is_no_web_address_does_not_become_a_link(address: str) -> None:
    assert bubble(line('link', fields={'Url': address, 'Title': 't'})).href == ''


def test_a_web_address_becomes_a_link() -> None:
    assert bubble(line('link', fields={'Url': 'https://mp.weixin.qq.com/s/x', 'Title': 't'})).href


@pytest.mark.parametrize(
    ('state', 'words', 'can'),
    [
        ('sent', '已发出', []),
        ('failed', '没有发出', ['resend', 'settle']),
        ('unknown', '结果未知', ['resend', 'settle']),
        ('withdrawn', '已撤回，没有发出', []),
        ('pending', '结果未知', ['resend', 'settle']),  # cut off three minutes ago
    ],
)
def test_each_state_says_what_can_be_done(state: str, words: str, can: list[str]) -> None:
    sending = bubble(line(way='out', ago=3 * MINUTE, text='好', state=state)).sending
    assert sending
    assert sending.words.startswith(words)
    assert [does for does, _ in sending.can] == can


def test_what_was_called_just_now_is_being_sent() -> None:
    sending = bubble(line(way='out', ago=MINUTE / 60, text='好', state='pending')).sending
    assert sending == talk_view.Sending('正在发送', '')


def test_what_is_kept_shows_its_age_and_can_be_withdrawn() -> None:
    sending = bubble(line(way='out', ago=3 * DAY, text='好', state='kept')).sending
    assert sending
    assert '3 天' in sending.words
    assert [does for does, _ in sending.can] == ['withdraw']


def test_after_seven_days_what_is_kept_asks_whether_it_holds() -> None:
    kept = line(way='out', ago=8 * DAY, text='好', state='kept')
    assert [does for does, _ in bubble(kept).sending.can] == ['confirm', 'withdraw']  # type: ignore[union-attr]
    again = bubble(kept, confirmed=NOW - DAY).sending
    assert again
    assert [does for does, _ in again.can] == ['withdraw']


@pytest.mark.parametrize(('state', 'words'), [('pending', '正在取回'), ('expired', '三天'), ('refused', '太大')])
def test_media_that_are_not_here_say_why(state: str, words: str) -> None:
    media = bubble(line('voice', media=Media(state=state))).media
    assert media
    assert media.href == ''
    assert words in media.trouble


def test_a_voice_that_browsers_play_still_offers_the_original() -> None:
    media = bubble(line('voice', media=Media(state='stored', playable_key='p', seconds=72))).media
    assert media
    assert (media.plays, media.length) == (True, '1:12')
    assert media.original == f'{media.href}.original'


def test_lines_of_one_minute_carry_their_time_once() -> None:
    shown = talk_view.bubbles([line(text='a'), line(text='b'), line(text='c', way='out', state='sent')], NOW, None, {})
    assert [bool(one.time) for one in shown] == [True, False, True]


def test_days_are_told_apart() -> None:
    shown = talk_view.bubbles([line(ago=2 * DAY), line(ago=DAY), line(), line()], NOW, None, {})
    assert [one.day for one in shown] == ['11月21日 周六', '昨日 11月22日 周日', '今日 11月23日 周一', '']


def test_the_first_unanswered_line_is_marked_once() -> None:
    since = NOW - 2 * MINUTE
    shown = talk_view.bubbles([line(ago=DAY), line('follow'), line(), line()], NOW, since, {})
    assert [one.first_open for one in shown] == [False, False, True, False]


def test_a_private_line_shows_nothing_of_it() -> None:
    assert bubble(line('private', text='123456')).text == '与系统的对话，内容不在这里显示'


def conversation(**more: Any) -> Conversation:
    values: dict[str, Any] = {'label': '居民 A01', 'unit': 'u', 'home_unit': 'u', 'last_at': NOW - MINUTE, **more}
    return Conversation('a#b', **values)


def test_facts_say_how_long_what_was_promised_and_what_is_allowed() -> None:
    waiting = conversation(waiting_since=NOW - 41 * MINUTE, due_at=NOW + 20 * MINUTE)
    facts = conversation_view.facts(waiting, Allowed(4, NOW + 2 * DAY), NOW)
    assert [f'{fact.label} {fact.value}' for fact in facts] == [
        '等了 41 分钟', '说好 今日 22:30 前（还剩 20 分钟）', '微信允许写到 周三 22:10', '还可发 4 条',
    ]  # fmt: skip


def test_facts_say_why_nothing_can_be_sent() -> None:
    facts = conversation_view.facts(conversation(), Allowed(0, None, '微信的 48 小时已过。'), NOW)
    assert facts[-1].value == '微信的 48 小时已过。'


def test_a_row_marks_what_failed_what_is_kept_and_what_is_followed_up() -> None:
    row = list_view.waiting_row(conversation(due_at=NOW, follow_up=True, failed=2, kept_count=1), NOW)
    assert [mark.words for mark in row.marks] == ['已先回复，跟进中', '2 条没有发成', '1 条等居民来信时发出']


def test_what_came_without_a_clock_is_new_for_two_days() -> None:
    assert '新' in [mark.words for mark in list_view.recent_row(conversation(fresh=True), NOW).marks]
    old = list_view.recent_row(conversation(fresh=True, last_at=NOW - 3 * DAY), NOW)
    assert old.marks == ()


UNITS = [
    Unit('d', name='市南区', kind='district'),
    Unit('s1', name='金湖路街道', kind='street', parent='d'),
    Unit('s2', name='香港中路街道', kind='street', parent='d'),
    Unit('c1', name='仙游路社区', kind='community', parent='s1'),
    Unit('c2', name='如东路社区', kind='community', parent='s1'),
    Unit('c3', name='云霄路社区', kind='community', parent='s2'),
    Unit('city', name='城管', kind='department', parent='d'),
]


def test_a_community_hands_over_to_its_street_first() -> None:
    groups = conversation_view.hand_over_groups(UNITS, 'c1', near=True)
    assert [(group.name, [choice.words for choice in group.choices]) for group in groups] == [
        ('本街道', ['金湖路街道', '如东路社区']),
        ('区里', ['市南区', '城管']),
    ]


def test_all_other_units_can_be_found() -> None:
    groups = conversation_view.hand_over_groups(UNITS, 'c1', near=False)
    assert [choice.words for choice in groups[-1].choices] == ['香港中路街道', '云霄路社区（香港中路街道）']
    assert sum(len(group.choices) for group in groups) == len(UNITS) - 1
