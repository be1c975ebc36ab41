"""What an account may still send, against the table of `limits.ALLOWANCES`."""

from datetime import UTC, datetime, timedelta

import pytest

from local.standin.allowance import Grant, Spent, opened, spent

NOW = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def sendable(grants: list[Grant], now: datetime) -> int:
    """How many messages go out before one is refused."""
    for sent in range(100):
        try:
            grants = spent(grants, now)
        except Spent:
            return sent
    raise AssertionError('there is no end')


@pytest.mark.parametrize(
    ('trigger', 'messages', 'lasts'),
    [
        ('message', 5, timedelta(hours=48)),
        ('click', 3, timedelta(minutes=1)),
        ('follow', 3, timedelta(minutes=1)),
        ('scan', 3, timedelta(minutes=1)),
    ],
)
def test_each_trigger_allows_its_number_for_its_time(trigger: str, messages: int, lasts: timedelta) -> None:
    grants = opened([], trigger, NOW)
    assert sendable(grants, NOW + lasts - SECOND) == messages
    assert sendable(grants, NOW + lasts) == 0


def test_outside_of_every_window_the_error_is_45015_and_with_all_used_up_45047() -> None:
    with pytest.raises(Spent) as never:
        spent([], NOW)
    assert never.value.code == 45015
    grants = opened([], 'click', NOW)
    for _ in range(3):
        grants = spent(grants, NOW)
    with pytest.raises(Spent) as used_up:
        spent(grants, NOW)
    assert used_up.value.code == 45047
    with pytest.raises(Spent) as over:
        spent(grants, NOW + timedelta(minutes=1))
    assert over.value.code == 45015


def test_a_second_message_refreshes_to_five_and_does_not_add() -> None:
    grants = spent(opened([], 'message', NOW), NOW)
    later = NOW + timedelta(hours=47)
    assert sendable(opened(grants, 'message', later), later) == 5
    assert sendable(opened(grants, 'message', later), later + timedelta(hours=48) - SECOND) == 5


def test_a_click_after_a_follow_refreshes_the_same_three() -> None:
    grants = spent(opened([], 'follow', NOW), NOW)
    assert sendable(opened(grants, 'click', NOW + 30 * SECOND), NOW + 30 * SECOND) == 3


def test_a_send_uses_the_allowance_that_ends_first() -> None:
    grants = opened(opened([], 'message', NOW), 'click', NOW)
    assert sendable(grants, NOW) == 8
    for _ in range(3):
        grants = spent(grants, NOW)
    assert sendable(grants, NOW + timedelta(minutes=1)) == 5
