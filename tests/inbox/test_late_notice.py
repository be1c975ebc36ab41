"""When the time is over she is told who has it now and by when: once, and never at the cost of a person's answer."""

from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest

from chalicelib import storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Unit
from chalicelib.inbox import actions as inbox
from chalicelib.inbox import rules, sending
from chalicelib.inbox.records import Kept
from tests.house import House
from tests.inbox.ladder import STREET

DISTRICT = '370202'
TOLD = '没能在说好的'


@pytest.fixture
def waits(house: House) -> None:
    Unit(DISTRICT, name='市南区', kind='district').save()
    alliance.forget()
    house.says('楼道灯不亮')  # Monday 22:10: by Tuesday 14:00


def late(house: House) -> list[str]:
    return [line.text for line in house.reads() if TOLD in line.text]


def until(house: House, hours: float) -> None:
    """The schedule at every quarter of an hour."""
    for _ in range(int(hours * 4)):
        house.later(timedelta(minutes=15))
        house.sweep()


@pytest.mark.usefixtures('waits')
def test_she_is_told_once_at_each_step_up(house: House) -> None:
    until(house, 15.5)
    assert late(house) == []
    until(house, 1)  # 14:40
    (words,) = late(house)
    assert '11月24日（周二）14:00 前' in words
    assert '现在由金门路街道督办' in words
    assert f'{_spoken(house)} 前给您回话' in words
    until(house, 3)
    assert len(late(house)) == 2
    assert '现在由市南区督办' in late(house)[1]
    until(house, 24)
    assert len(late(house)) == 2


def _spoken(house: House) -> str:
    from chalicelib import clock

    assert house.conversation.late_until
    return clock.spoken_date_time(house.conversation.late_until)


@pytest.mark.usefixtures('waits')
def test_three_of_the_five_messages_are_left_for_people(house: House) -> None:
    house.reply('先看一下', follow_up_at=house.now + timedelta(hours=20))
    until(house, 10)
    before = house.conversation.window_left
    until(house, 14)
    assert before - house.conversation.window_left <= 1
    assert house.conversation.window_left >= 3


@pytest.mark.usefixtures('waits')
def test_what_could_not_be_told_is_told_with_the_next_answer_to_her(house: House) -> None:
    house.world.faults.api_down = True
    until(house, 16.5)
    house.world.faults.api_down = False
    assert TOLD in house.says('还没有人来吗')
    until(house, 0.5)
    assert len(late(house)) == 1


@pytest.mark.usefixtures('waits')
def test_a_persons_answer_makes_it_moot(house: House) -> None:
    house.world.faults.api_down = True
    until(house, 16.5)
    assert house.conversation.kept
    house.world.faults.api_down = False
    house.reply('已经修好了')
    until(house, 1)
    assert late(house) == []
    assert not house.conversation.kept


class Killed(BaseException):
    """The function was ended just here."""


@pytest.mark.usefixtures('waits')
@pytest.mark.parametrize('after', [False, True], ids=['before', 'after'])
@pytest.mark.parametrize('write', [1, 2, 3, 4])
def test_a_run_killed_at_any_write_tells_her_once_or_says_that_it_is_unknown(
    house: House, monkeypatch: pytest.MonkeyPatch, write: int, after: bool
) -> None:
    until(house, 15.75)  # 13:55
    really, writes = storage.commit, count(1)

    def commit(fill: storage.Write) -> None:
        last = next(writes) == write
        if not last or after:
            really(fill)
        if last:
            raise Killed

    monkeypatch.setattr(storage, 'commit', commit)
    house.later(timedelta(minutes=6))
    with suppress(Killed):
        house.sweep()
    monkeypatch.setattr(storage, 'commit', really)
    until(house, 0.75)
    (line,) = [line for line in inbox.talk(house.id).messages if TOLD in line.text]
    assert len(late(house)) <= 1
    assert late(house) or line.state == rules.UNKNOWN
    assert (house.conversation.street, house.conversation.district) == (STREET, None)


@pytest.mark.usefixtures('waits')
def test_a_machines_line_takes_no_place_of_a_persons_answer(house: House) -> None:
    house.world.faults.api_down = True
    until(house, 16.5)
    found = house.conversation
    assert [kept.machine for kept in found.kept] == [True]
    found.kept = [*found.kept, *(Kept(key=f'{n}#1', kind='text', confirmed_at=house.now) for n in range(1, 5))]
    found.window_left = 0
    found.save()
    house.reply('已经修好了')
    assert len(house.conversation.kept) == rules.KEPT_AT_MOST
    assert not any(kept.machine for kept in house.conversation.kept)


@pytest.mark.usefixtures('waits')
def test_once_danger_is_open_no_time_is_named_any_more(house: House) -> None:
    house.world.faults.api_down = True
    until(house, 16.5)
    assert house.conversation.kept
    assert TOLD not in house.says('着火了')
    house.later(timedelta(minutes=6))
    assert TOLD not in house.says('在三楼')
    house.world.faults.api_down = False
    until(house, 0.5)
    assert late(house) == []


@pytest.mark.usefixtures('waits')
def test_what_was_on_its_way_when_a_person_answered_is_not_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(house, 15.75)  # 13:55
    house.later(timedelta(minutes=6))

    really = sending.send_all

    def answered_meanwhile(found: object, lines: list[object], now: object) -> list[sending.Result]:
        monkeypatch.setattr(sending, 'send_all', really)
        house.reply('已经修好了')
        return [sending.Result(rules.KEPT, sending.TRYING, again=True) for _ in lines]

    monkeypatch.setattr(sending, 'send_all', answered_meanwhile)
    house.sweep()
    until(house, 0.5)
    assert [line.text for line in house.reads()][-1] == '已经修好了'
    assert late(house) == []
