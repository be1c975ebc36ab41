"""What a resident is told of a message that came late: by phone, against a WeChat that keeps its rules."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Account
from chalicelib.inbox import actions
from tests.door import ACCOUNT
from tests.house import House, open_house
from tests.late import outage, work


@pytest.fixture
def house(alliance: None, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[House]:
    with open_house(monkeypatch, now) as opened:
        yield opened


def told(house: House) -> list[str]:
    return [line.text for line in house.reads()]


def test_she_is_told_afterwards_and_once_that_somebody_will_answer(house: House) -> None:
    with outage():
        assert house.says('楼道灯不亮') == ''
        assert house.says('三楼也不亮') == ''
    work()
    (words,) = told(house)
    assert '已收到' in words
    assert house.conversation.window_left == 4
    assert house.waits


def test_the_last_three_messages_are_left_to_people(house: House) -> None:
    house.says('楼道灯不亮')
    house.reply('好的')
    house.reply('今晚来修')
    before = told(house)
    house.later(timedelta(minutes=10))
    with outage():
        house.says('还没有来')
    # Her message has opened the window again; two machines' words have gone since.
    found = house.conversation
    found.window_from, found.window_left = house.now + timedelta(minutes=1), 3
    found.save()
    work()
    assert told(house) == before
    assert house.conversation.kept == []


def test_an_unverified_account_tells_nothing_and_keeps_no_receipt(house: House) -> None:
    account = Account.get(ACCOUNT)
    account.verified = False
    account.save()
    alliance.forget()
    with outage():
        house.says('楼道灯不亮')
    work()
    assert (told(house), house.conversation.kept) == ([], [])
    assert house.waits


def test_a_failure_to_tell_her_brings_nothing_back(house: House) -> None:
    with outage():
        house.says('楼道灯不亮')
    house.world.faults.api_down = True
    assert work() == 1
    assert [line.text for line in actions.talk(house.id).messages if line.way == 'in'] == ['楼道灯不亮']


def test_a_tap_on_the_menu_is_answered_by_nothing_afterwards(house: House) -> None:
    house.says('你好')
    before = told(house)
    with outage():
        house.world.click('lin', ACCOUNT, 'menu:progress')
        house.world.wait_idle(20)
    assert work() == 1
    assert told(house) == before


def test_what_came_in_time_after_the_outage_stands_after_what_came_late(house: House) -> None:
    with outage():
        house.says('楼道灯不亮')
    house.later(timedelta(minutes=1))
    house.says('在三楼')
    work()
    lines = [line.text for line in actions.talk(house.id).messages if line.way == 'in']
    assert lines == ['楼道灯不亮', '在三楼']
