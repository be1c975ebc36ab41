"""The night's reading, and WeChat's events, through the stand-in and the callback."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from chalice.test import Client

import app
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Account
from chalicelib.deadlines.records import Deadline
from chalicelib.insight import reading, records, rules
from chalicelib.insight.records import Activity
from chalicelib.wechat import publications as listed
from local.standin import publications
from tests.door import ACCOUNT
from tests.house import House, open_house

DAY = timedelta(days=1)
BATCHGET = '/cgi-bin/freepublish/batchget'


@pytest.fixture
def house(alliance: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(listed, 'PAGES_APART', 0)
    with open_house(monkeypatch, now) as house:
        yield house


def night(house: House, seconds: float = 600) -> Activity | None:
    reading.read(house.now, seconds, pause=lambda seconds: None)
    return records.activity(ACCOUNT)


def silences() -> list[Deadline]:
    return [row for row in Deadline.scan() if row.kind == 'silence']


def test_a_lost_event_is_made_up_for_at_night(house: House) -> None:
    article = publications.publish(house.world, ACCOUNT, '停水通知', told=False)
    assert records.activity(ACCOUNT) is None
    house.later(DAY)
    row = night(house)
    assert row
    assert (row.published_at, row.source, row.trouble) == (article.at.replace(microsecond=0), rules.LIST, '')
    assert len(silences()) == 1


def test_an_event_is_known_at_once_and_the_night_finds_nothing_newer(house: House) -> None:
    publications.publish(house.world, ACCOUNT, '停水通知')
    house.world.wait_idle(20)
    row = night(house)
    assert row
    assert row.source == rules.EVENT
    assert len(silences()) == 1


@pytest.mark.parametrize(
    ('event', 'fields', 'published'),
    [
        ('PUBLISHJOBFINISH', {'PublishEventInfo': {'publish_id': 1, 'publish_status': 0}}, True),
        ('PUBLISHJOBFINISH', {'PublishEventInfo': {'publish_id': 1, 'publish_status': 4}}, False),
        ('MASSSENDJOBFINISH', {'MsgID': 1, 'Status': 'send success'}, True),
        ('MASSSENDJOBFINISH', {'MsgID': 1, 'Status': 'err(10001)'}, False),
    ],
)
def test_only_what_went_out_is_a_publication(
    house: House, event: str, fields: dict[str, object], published: bool
) -> None:
    house.world.platform_event(ACCOUNT, event, fields)
    house.world.wait_idle(20)
    assert (records.activity(ACCOUNT) is not None) is published


def test_an_empty_list_proves_no_silence(house: House) -> None:
    row = night(house)
    assert row
    assert (row.published_at, row.trouble) == (None, '')
    assert silences() == []


def test_the_newest_of_many_counts_whichever_end_it_stands_at(house: House) -> None:
    for number in range(45):
        publications.publish(house.world, ACCOUNT, str(number), told=False)
    newest = house.world.state.articles[ACCOUNT][-1].at.replace(microsecond=0)
    row = night(house)
    assert row
    assert row.published_at == newest
    calls = sum(number for what, number in house.world.state.calls.items() if what.endswith('freepublish/batchget'))
    assert calls == 2


@pytest.mark.parametrize(
    ('code', 'trouble'), [(48001, reading.NOT_GRANTED), (45009, reading.REFUSED), (-1, reading.REFUSED)]
)
def test_what_wechat_refuses_is_noted_and_what_was_known_stays(
    house: House, code: int, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publications.publish(house.world, ACCOUNT, '停水通知')
    house.world.wait_idle(20)
    monkeypatch.setattr('chalicelib.wechat.api._PAUSES', (0.0, 0.0))
    house.world.faults.always[BATCHGET] = code
    row = night(house)
    assert row
    assert (row.source, row.trouble) == (rules.EVENT, trouble)
    house.world.faults.always.clear()
    row = night(house)
    assert row
    assert row.trouble == ''


def test_an_account_that_may_not_ask_is_not_asked(house: House) -> None:
    account = Account.get(ACCOUNT)
    account.verified = False
    account.save()
    alliance.forget()
    assert night(house) is None
    assert not [what for what in house.world.state.calls if 'freepublish' in what]


def test_one_account_in_trouble_leaves_the_others_alone(house: House, caplog: pytest.LogCaptureFixture) -> None:
    Account('another', name='另一个号', kind='subscription', verified=True, unit=ACCOUNT).save()  # it has no secrets
    publications.publish(house.world, ACCOUNT, '停水通知', told=False)
    alliance.forget()
    with caplog.at_level(logging.WARNING, 'weilin'):
        row = night(house)
    assert row
    assert row.source == rules.LIST
    other = records.activity('another')
    assert other
    assert other.trouble == reading.FAILED
    assert '停水通知' not in caplog.text


def test_a_night_that_was_too_short_goes_on_where_it_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        Account(f'other{number}', name=f'另{number}', kind='subscription', verified=True, unit=ACCOUNT).save()
    alliance.forget()
    asked: list[str] = []
    monkeypatch.setattr(reading, '_asked', lambda account, pause: asked.append(account.id) or (None, ''))
    for _ in range(2):
        ticks = iter(range(100))  # three seconds, of which one is left: two accounts
        reading.read(house.now, 3, monotonic=lambda: float(next(ticks)), pause=lambda seconds: None)  # noqa: B023
        house.later(DAY)
    assert sorted(asked) == sorted({ACCOUNT, 'other0', 'other1', 'other2'} & set(asked))
    assert len(asked) == len(set(asked)) > 1


def test_the_schedule_runs_it(house: House) -> None:
    publications.publish(house.world, ACCOUNT, '停水通知', told=False)
    with Client(app.app) as client:
        event = client.events.generate_cw_event('aws.events', 'Scheduled Event', {}, [])
        client.lambda_.invoke('read_publications', event)
    row = records.activity(ACCOUNT)
    assert row
    assert row.source == rules.LIST
    (schedule,) = [source for source in app.app.event_sources if source.name == 'read_publications']
    assert schedule.schedule_expression.to_string() == 'cron(30 20 * * ? *)'
