"""Who waits at each account, kept where it changed; and the day of the last answer, noted once."""

from datetime import datetime, timedelta

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Account
from chalicelib.inbox.records import Conversation
from chalicelib.insight import answers, jobs, records
from tests.door import ACCOUNT, HOME
from tests.insight.conftest import STREET
from tests.store_faults import Wire, throttled

HOUR = timedelta(hours=1)


def waits(number: int, since: datetime, unit: str = HOME, account: str = ACCOUNT, follow_up: bool = False) -> None:
    Conversation(
        f'{account}#oResident{number:019}', label='居民', unit=unit, home_unit=HOME, waiting_unit=unit,
        waiting_since=since, due_at=since, follow_up=follow_up, last_at=since,
    ).save()  # fmt: skip


def counts(account: str = ACCOUNT) -> tuple[int | None, int | None]:
    row = records.activity(account)
    return (row.waiting, row.waiting_long) if row else (None, None)


def test_they_are_counted_by_account_whichever_unit_has_them(account: Account, now: datetime) -> None:
    Account('street', name='金门路', kind='subscription', unit=STREET).save()
    alliance.forget()
    waits(1, now - 25 * HOUR)
    waits(2, now - 30 * HOUR, unit=STREET)  # handed over
    waits(3, now - HOUR)
    waits(4, now - 90 * HOUR, follow_up=True)  # answered, and promised more
    waits(5, now - 26 * HOUR, unit=STREET, account='street')
    jobs.watch(now)
    assert (counts(), counts('street')) == ((4, 2), (1, 1))
    assert records.everything().counted_at == now
    assert set(records.everything().by_account) == {ACCOUNT, 'street'}


def test_where_nothing_has_changed_one_write_says_that_it_was_looked(account: Account, now: datetime) -> None:
    waits(1, now - 25 * HOUR)
    jobs.watch(now)
    wire = Wire()
    jobs.watch(now + HOUR)
    assert wire.sent['UpdateItem'] == 1
    assert records.everything().counted_at == now + HOUR


def test_an_answer_is_noted_once_a_day(account: Account, now: datetime) -> None:
    wire = Wire()
    answers.answered(ACCOUNT, now)
    answers.answered(ACCOUNT, now + HOUR)
    assert wire.sent == {'UpdateItem': 1}
    answers.answered(ACCOUNT, now + 2 * HOUR)  # 00:10 of the next day
    row = records.activity(ACCOUNT)
    assert row
    assert row.answered_on == '2026-11-24'
    answers.forget()  # another process, whose clock is behind
    answers.answered(ACCOUNT, now)
    row = records.activity(ACCOUNT)
    assert row
    assert row.answered_on == '2026-11-24'


def test_an_answer_that_cannot_be_noted_is_noted_with_the_next(
    account: Account, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    Wire().meet('UpdateItem', *[throttled] * 5)
    answers.answered(ACCOUNT, now)
    assert records.activity(ACCOUNT) is None
    assert 'an answer was not noted' in caplog.text
    for _ in range(5):
        answers.answered(ACCOUNT, now)
    row = records.activity(ACCOUNT)
    assert row
    assert row.answered_on == '2026-11-23'
