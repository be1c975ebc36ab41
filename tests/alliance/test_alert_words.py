"""What staff read: a line for each unit and level, short enough, and nothing of a resident."""

from datetime import timedelta

import pytest

from chalicelib.alliance import rules
from chalicelib.alliance.records import Alert, Unit
from chalicelib.alliance.words import compose, say
from chalicelib.wechat.limits import ROBOT_TEXT_BYTES, TEXT_BYTES
from tests.conftest import NOW

LONG = '八大关街道湛山太平角社区居委会党群服务中心'


def alert(about: str, level: str = 'first', unit: str = '370202013001') -> Alert:
    return Alert(
        'robot.x', about=about, level=level, unit=unit, told=unit, since=NOW, due_at=NOW + timedelta(days=1)
    )  # fmt: skip


@pytest.mark.usefixtures('alliance')
def test_three_residents_are_one_line_with_a_link_to_the_login_page() -> None:
    message = compose([alert('a'), alert('b'), alert('c')], again=False, answerable=False, now=NOW)
    assert message.text == (
        '【仙游路社区】3 位居民在等答复，最早 22:10 来信，请在明日 22:10 前答复\n'
        'http://127.0.0.1:8000/desk?unit=370202013001'
    )


@pytest.mark.parametrize('level', list(rules.GAPS))
def test_each_level_has_words_that_fit(store: None, level: str) -> None:
    Unit('long', name=LONG, kind='community').save()
    message = compose([alert('a', level, 'long')], again=True, answerable=False, now=NOW)
    line = message.text.partition('\n')[0]
    assert LONG in line
    assert len(line) <= 120
    assert len(message.short) <= 20
    assert '！' not in line


@pytest.mark.usefixtures('store')
def test_more_lines_than_fit_are_counted() -> None:
    alerts = [alert(f'account#openid{n}', unit=f'unit {n} {LONG}') for n in range(rules.ROWS_A_MESSAGE)]
    message = compose(alerts, again=True, answerable=True, now=NOW)
    *lines, more, link, last = message.text.split('\n')
    assert len(message.text.encode()) <= min(TEXT_BYTES, ROBOT_TEXT_BYTES)
    assert more == say('message.more', n=rules.ROWS_A_MESSAGE - len(lines))
    assert link.endswith('/desk')
    assert last == '回复 1 继续接收提醒'
    assert 'openid' not in message.text
