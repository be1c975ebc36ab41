"""A link is a bearer's: what it has done to a booking she is told in the chat, and may take back."""

from datetime import datetime, timedelta

import pytest

from chalicelib.bookings import actions, making, records, rules, serving, steps
from chalicelib.bookings.actions import Booker, Where, do
from chalicelib.bookings.records import Booking
from chalicelib.outreach.records import Telling
from tests.bookings.machine import CLERK
from tests.bookings.shop import DAUGHTER, FIRST, RESIDENT, SATURDAY
from tests.bookings.test_making import HERE, ME, wish
from tests.door import HOME
from tests.memory_store import Memory

LINK = Booker(RESIDENT, HOME, 'link')
SUNDAY = SATURDAY + timedelta(days=1)


@pytest.fixture
def booked(memory: Memory, now: datetime) -> Booking:
    held = do(lambda: making.hold(wish(), ME, 'form-1', now))
    do(lambda: making.confirm(held.id, HERE, wish().mark, ME, now))
    return do(lambda: steps.join(held.id, DAUGHTER, now))


def told(who: str, what: str) -> str:
    [found] = [row.words for row in Telling.scan() if row.conversation == who and row.what.startswith(what)]
    return str(found)


@pytest.mark.parametrize('by', [LINK, ME])
def test_what_a_link_moved_or_cancelled_she_is_told_how_to_disown(booked: Booking, now: datetime, by: Booker) -> None:
    do(lambda: steps.move(booked.id, SUNDAY, by, now))
    do(lambda: steps.cancel(booked.id, by, now))
    for what in ('moved', 'cancelled'):
        assert ('不是我' in told(RESIDENT, what)) == (by is LINK)
        assert '不是我' not in told(DAUGHTER, what)


def test_the_price_that_a_link_agreed_to_is_taken_back(memory: Memory, now: datetime) -> None:
    days_ago = now - timedelta(days=3)
    where = Where('', '13800000009', '仙游路 15 号', '周六去济南的票一张')
    asked = do(lambda: making.request(wish(None, 'tickets', 'one'), ME, where, 'form-1', days_ago))
    do(lambda: serving.price(asked.id, FIRST, 1500, '', CLERK, now))
    do(lambda: steps.agree(asked.id, LINK, now))
    assert '不是我' in told(RESIDENT, 'confirmed_wish')
    assert [one.id for one in actions.undo_by_link(RESIDENT, now)] == [asked.id]
    kept = records.booking(asked.id)
    assert kept
    assert kept.state == rules.CANCELLED


def test_what_she_agreed_to_herself_stays(memory: Memory, now: datetime) -> None:
    where = Where('', '13800000009', '仙游路 15 号', '周六去济南的票一张')
    asked = do(lambda: making.request(wish(None, 'tickets', 'one'), ME, where, 'form-1', now))
    do(lambda: serving.price(asked.id, FIRST, 1500, '', CLERK, now))
    do(lambda: steps.agree(asked.id, ME, now))
    assert actions.undo_by_link(RESIDENT, now) == []
