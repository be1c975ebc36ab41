"""An account that publishes nothing: its unit, street and district are told, once each; never of what is unknown."""

from datetime import datetime, timedelta

import pytest

import app
from chalicelib import storage
from chalicelib.alliance import alerts, words
from chalicelib.alliance.records import Account, Alert
from chalicelib.deadlines import jobs as deadlines
from chalicelib.deadlines.records import Deadline
from chalicelib.insight import jobs, publishing, records, rules
from chalicelib.insight.records import Activity
from tests.door import ACCOUNT, HOME
from tests.insight.conftest import DISTRICT, MORNING, STREET
from tests.store_faults import Wire

DAY = timedelta(days=1)
ABOUT = f'account.{ACCOUNT}'


def sweep(now: datetime) -> list[str]:
    """Run the deadlines of silence that are due; which units have been told since the last time."""
    deadlines.run({'silence': app.DEADLINES['silence'], 'alert': lambda deadline, now: None}, now, 60)
    told = sorted(alert.told for alert in Alert.scan())
    for alert in Alert.scan():
        assert (alert.about, alert.level, alert.unit) == (ABOUT, 'silent', HOME)
        alert.delete()
    return told


def waiting() -> list[Deadline]:
    return [row for row in Deadline.scan() if row.kind == 'silence']


def test_the_ladder_is_climbed_once(account: Account) -> None:
    publishing.published(account, MORNING, rules.EVENT, MORNING)
    assert sweep(MORNING + 7 * DAY - timedelta(seconds=1)) == []
    assert sweep(MORNING + 7 * DAY) == [HOME]
    assert sweep(MORNING + 8 * DAY) == []
    assert sweep(MORNING + 10 * DAY) == sorted([HOME, STREET])
    assert sweep(MORNING + 14 * DAY) == sorted([HOME, STREET, DISTRICT])  # day 12 is a Saturday
    assert waiting() == []
    assert sweep(MORNING + 40 * DAY) == []


def test_a_late_run_tells_each_unit_once(account: Account) -> None:
    publishing.published(account, MORNING, rules.EVENT, MORNING)
    assert sweep(MORNING + 30 * DAY) == sorted([HOME, STREET, DISTRICT])
    assert sweep(MORNING + 31 * DAY) == []


def test_a_publication_begins_the_silence_anew(account: Account) -> None:
    publishing.published(account, MORNING, rules.EVENT, MORNING)
    assert sweep(MORNING + 7 * DAY) == [HOME]
    assert jobs.still_silent(ABOUT, 'silent')
    publishing.published(account, MORNING + 8 * DAY, rules.LIST, MORNING + 8 * DAY)
    assert not jobs.still_silent(ABOUT, 'silent')  # what is still on its way is dropped
    (row,) = waiting()
    assert row.due_at == MORNING + 15 * DAY
    assert sweep(MORNING + 14 * DAY) == []
    assert sweep(MORNING + 15 * DAY) == [HOME]


def test_an_older_publication_changes_nothing(account: Account) -> None:
    assert publishing.published(account, MORNING, rules.EVENT, MORNING)
    before = records.activity(ACCOUNT)
    assert before
    assert not publishing.published(account, MORNING - DAY, rules.LIST, MORNING)
    after = records.activity(ACCOUNT)
    assert after
    assert after.attribute_values == before.attribute_values


def test_a_publication_in_the_future_is_one_of_now(account: Account) -> None:
    publishing.published(account, MORNING + DAY, rules.EVENT, MORNING)
    found = records.activity(ACCOUNT)
    assert found
    assert found.published_at == MORNING


def test_a_silence_found_out_late_is_told_when_somebody_is_there(account: Account) -> None:
    night = MORNING + timedelta(hours=12)  # 22:00
    publishing.published(account, MORNING - 100 * DAY, rules.LIST, night)
    assert sweep(night) == []
    assert sweep(night + timedelta(hours=10, minutes=30)) == sorted([HOME, STREET, DISTRICT])


def test_what_is_not_known_is_never_warned_of(account: Account) -> None:
    assert not jobs.still_silent(ABOUT, 'silent')
    publishing.change(account, lambda row: True, MORNING)  # a night that found an empty list
    assert records.activity(ACCOUNT)
    assert waiting() == []
    assert sweep(MORNING + 30 * DAY) == []


def test_two_runs_at_once_tell_once(account: Account) -> None:
    publishing.published(account, MORNING, rules.EVENT, MORNING)
    (row,) = waiting()
    jobs.warn(row, MORNING + 7 * DAY)
    with pytest.raises((storage.Conflict, publishing.deadlines.Moot)):
        jobs.warn(row, MORNING + 7 * DAY)
    assert len(list(Alert.scan())) == 1


def test_a_deadline_lost_with_its_table_comes_back_with_the_next_night(account: Account) -> None:
    publishing.published(account, MORNING, rules.EVENT, MORNING)
    (row,) = waiting()
    row.delete()
    publishing.change(account, lambda row: True, MORNING + DAY)
    (again,) = waiting()
    assert again.key == row.key


def test_an_account_that_is_gone_rings_no_more(account: Account) -> None:
    publishing.published(account, MORNING, rules.EVENT, MORNING)
    account.delete()
    publishing.alliance.forget()
    assert sweep(MORNING + 8 * DAY) == []
    assert waiting() == []


def test_who_writes_meanwhile_is_not_overwritten(account: Account) -> None:
    """Answers and counts go by themselves; of two publications the newer one stays."""

    def meanwhile() -> None:
        records.put_answered(ACCOUNT, '2026-11-16')
        publishing.published(account, MORNING, rules.EVENT, MORNING)

    Wire().meet('TransactWriteItems', lambda: meanwhile() and None)
    publishing.published(account, MORNING - DAY, rules.LIST, MORNING)
    found = records.activity(ACCOUNT)
    assert found
    assert (found.published_at, found.source, found.answered_on) == (MORNING, rules.EVENT, '2026-11-16')
    assert len(waiting()) == 1


def test_staff_read_how_long_by_when_and_what_to_do(account: Account) -> None:
    publishing.published(account, MORNING, rules.EVENT, MORNING)
    now = MORNING + 7 * DAY
    deadlines.run({'silence': app.DEADLINES['silence']}, now, 60)
    (alert,) = Alert.scan()
    message = words.compose([alert], again=False, answerable=False, now=now)
    assert message.text == (
        '【仙游路社区】公众号已 7 天没有发布记录，请在 11月30日 10:00 前发布；已在后台发布的，请在「各号情况」里记上\n'
        'http://127.0.0.1:8000/desk/accounts'
    )
    late = words.compose([alert], again=False, answerable=False, now=MORNING + 15 * DAY)
    assert '超过检查的 14 天' in late.text
    assert '请在' not in late.text.partition('；')[0]


def test_what_is_on_its_way_is_dropped_once_it_has_published(account: Account) -> None:
    publishing.published(account, MORNING, rules.EVENT, MORNING)
    deadlines.run({'silence': app.DEADLINES['silence']}, MORNING + 7 * DAY, 60)
    (alert,) = Alert.scan()
    later = MORNING + 7 * DAY + timedelta(minutes=2)
    assert alerts.still_open(alert, later)
    publishing.published(account, later, rules.EVENT, later)
    assert not alerts.still_open(alert, later)


def test_nothing_of_a_resident_is_in_a_row() -> None:
    names = set(Activity.get_attributes())
    assert not names & {'conversation', 'openid', 'label', 'text', 'last_text'}
