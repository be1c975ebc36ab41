"""Which channel a telling goes by, as a table; what a template can carry."""

from datetime import UTC, datetime

import pytest

from chalicelib.outreach import rules
from chalicelib.outreach.rules import CHAT, NEXT, SUBSCRIPTION, TEMPLATE, Means

ALL = Means(followed=True, window=True, room=True, subscription=True, template=True)


@pytest.mark.parametrize(('closed', 'refused', 'channel'), (
    ((), (), CHAT),
    (('window',), (), SUBSCRIPTION),
    (('window', 'subscription'), (), TEMPLATE),
    (('window', 'subscription', 'template'), (), NEXT),
    (('room',), (), SUBSCRIPTION),  # what is not kept first is not sent either
    (('room', 'subscription'), (), TEMPLATE),
    (('room', 'subscription', 'template'), (), None),
    (('followed',), (), None),
    ((), (CHAT,), SUBSCRIPTION),
    ((), (CHAT, SUBSCRIPTION), TEMPLATE),
    ((), (SUBSCRIPTION, TEMPLATE), CHAT),
    ((), (CHAT, SUBSCRIPTION, TEMPLATE), NEXT),
    ((), rules.ORDER, None),
    (('window',), (SUBSCRIPTION, TEMPLATE), NEXT),
))  # fmt: skip
def test_the_best_channel_that_is_open(closed: tuple[str, ...], refused: tuple[str, ...], channel: str | None) -> None:
    assert rules.channel(ALL._replace(**dict.fromkeys(closed, False)), refused) == channel


def test_moments_are_told_in_beijings_time_and_words_in_one_line() -> None:
    at = datetime(2026, 11, 28, 1, tzinfo=UTC)
    assert rules.stored({'when': at, 'what': ' 日常\n保洁 '}) == {'when': '2026年11月28日 09:00', 'what': '日常 保洁'}


def test_a_template_needs_something_in_each_of_its_fields() -> None:
    fields = {'what': 'thing1', 'when': 'time2'}
    assert rules.fits(fields, {'what': '保洁', 'when': '9:00', 'where': '家里'})
    assert not rules.fits(fields, {'what': '保洁', 'when': ''})
    assert not rules.fits(fields, None)
    assert not rules.fits({}, {'what': '保洁'})


def test_long_words_are_cut_to_what_one_message_holds() -> None:
    assert rules.cut('短') == '短'
    cut = rules.cut('长' * 10_000)
    assert len(cut) == rules.WORDS_AT_MOST
    assert len(cut.encode()) <= 2048
