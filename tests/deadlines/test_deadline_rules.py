"""Keys, shards, delays: what is fixed for good, and what grows."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.deadlines import rules

AT = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)
MOMENTS = some.datetimes(timezones=some.sampled_from([UTC, timezone(timedelta(hours=8))]))


@pytest.mark.parametrize(
    ('id', 'shard'),
    [('a', 2), ('b', 6), ('370202013001#oABC123', 1), ('notice-1', 2), ('金门路', 6)],
)
def test_shards_are_fixed_for_good(id: str, shard: int) -> None:
    assert rules.shard(id) == shard


def test_shards_are_even() -> None:
    filled = [0] * rules.SHARDS
    for number in range(8000):
        filled[rules.shard(f'370202013001#o{number}')] += 1
    assert max(filled) < 1.15 * min(filled)


def test_a_key_is_written_like_this() -> None:
    key = rules.key('chase', 'account#openid', AT.astimezone(timezone(timedelta(hours=8))))
    assert key == '2026-11-23T14:10:00.000000Z#chase#account#openid'
    assert rules.name(key) == (AT, 'chase', 'account#openid')


@given(MOMENTS, MOMENTS)
def test_due_is_what_is_not_later_than_now(due_at: datetime, now: datetime) -> None:
    assert (rules.key('kind', 'id', due_at) < rules.beyond(now)) == (due_at <= now)


@given(MOMENTS, some.text(min_size=1))
def test_a_key_says_what_it_was_made_of(due_at: datetime, id: str) -> None:
    assert rules.name(rules.key('kind', id, due_at)) == (due_at, 'kind', id)


@pytest.mark.parametrize(
    ('kind', 'id', 'due_at'),
    [('', 'id', AT), ('a#b', 'id', AT), ('kind', '', AT), ('kind', 'id', datetime(2026, 1, 1))],
)
def test_what_cannot_be_a_key(kind: str, id: str, due_at: datetime) -> None:
    with pytest.raises(ValueError, match='deadline'):
        rules.key(kind, id, due_at)


def test_each_failure_waits_longer_up_to_an_hour() -> None:
    minutes = [rules.delay(attempts) // timedelta(minutes=1) for attempts in (1, 2, 3, 4, 5, 6, 7, 8, 10_000)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert [rules.alarming(attempts) for attempts in (4, 5, 6)] == [False, True, True]
