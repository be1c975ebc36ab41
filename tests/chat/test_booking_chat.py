"""Booking by message, through the door: three numbered questions, what she has, and what may come in between."""

from datetime import datetime, timedelta

import pytest

from chalicelib import clock
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import records, rules
from chalicelib.bookings.records import Booking
from chalicelib.inbox import actions
from chalicelib.inbox.records import Conversation
from tests.bookings.conftest import shop
from tests.door import ACCOUNT, HOME, RESIDENT, Door

ID = f'{ACCOUNT}#{RESIDENT}'
DAUGHTER = 'oDaughter'
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=clock.BEIJING)
HERE = '仙游路15号3号楼2单元501，13800000009'

__all__ = ['shop']


@pytest.fixture
def door(shop: None, door: Door) -> Door:
    return door


def conversation() -> Conversation:
    found = actions.conversation(ID)
    assert found is not None
    return found


def all_bookings() -> list[Booking]:
    return sorted(Booking.scan(), key=lambda one: one.made_at)


def later(door: Door, by: timedelta) -> None:
    clock.move(by)
    door.now += by


def digit(words: str, of: str) -> str:
    return next(line[0] for line in words.splitlines() if line[1:2] == '　' and of in line)


def test_three_answers_book_a_service(door: Door) -> None:
    words = door.say('预约')
    print(words)
    words = door.say(digit(words, '日常保洁'))
    print(words)
    words = door.say('周六9点')
    print(words)
    words = door.say(HERE)
    print(words)
    words = door.say('1')
    print(words)
    assert False
