"""What is wished for without a time: a price, her yes, and an end also where nobody marks one."""

from datetime import datetime, timedelta

import pytest

from chalicelib.bookings import making, records, rules, serving, steps
from chalicelib.bookings.actions import Where, do
from chalicelib.bookings.records import Booking
from chalicelib.bookings.rules import NotNow
from tests.bookings.machine import CLERK, Shop, tick
from tests.bookings.shop import FIRST, SATURDAY, SECOND
from tests.bookings.test_making import ME, wish
from tests.memory_store import Memory

WISH = Where('王阿姨', '13800000009', '仙游路 15 号', '周六去济南的票一张')


@pytest.fixture
def asked(memory: Memory, now: datetime) -> Booking:
    return do(lambda: making.request(wish(None, 'tickets', 'one'), ME, WISH, 'form-1', now))


@pytest.fixture
def agreed(asked: Booking, now: datetime) -> Booking:
    do(lambda: serving.price(asked.id, FIRST, 1500, '', CLERK, now))
    return do(lambda: steps.agree(asked.id, ME, now))


def found(booking: Booking) -> Booking:
    there = records.booking(booking.id)
    assert there
    return there


def test_one_that_nobody_marks_done_has_an_end_and_its_address_is_forgotten(
    memory: Memory, agreed: Booking, now: datetime
) -> None:
    shop = Shop(0, now, memory)
    for days, state in ((4, rules.CONFIRMED), (29, rules.CONFIRMED), (31, rules.DONE), (32, rules.DONE)):
        shop.now = now + timedelta(days=days)
        tick(shop)
        assert found(agreed).state == state
    assert records.contact(agreed.id)
    shop.now = now + timedelta(days=62)
    tick(shop)
    assert records.contact(agreed.id) is None


def test_nobody_says_yes_before_there_is_a_price(asked: Booking, now: datetime) -> None:
    for crew in ('', f'{FIRST}-1'):
        with pytest.raises(NotNow):
            do(lambda crew=crew: serving.accept(asked.id, FIRST, crew, CLERK, now))
    with pytest.raises(NotNow):
        do(lambda: steps.agree(asked.id, ME, now))
    assert found(asked).state == rules.OFFERED


def test_no_crew_comes_for_it(agreed: Booking, now: datetime) -> None:
    with pytest.raises(NotNow):
        do(lambda: serving.assign(agreed.id, FIRST, f'{FIRST}-1', CLERK, now))


def test_yes_twice_is_once_and_the_last_company_to_decline_ends_it(
    memory: Memory, agreed: Booking, now: datetime
) -> None:
    with pytest.raises(NotNow):
        do(lambda: steps.agree(agreed.id, ME, now))
    given_up = do(lambda: serving.give_up(agreed.id, FIRST, '没有票', CLERK, now))
    assert (given_up.state, given_up.partner, given_up.price) == (rules.OFFERED, SECOND, None)
    declined = do(lambda: serving.decline(agreed.id, SECOND, '没有票', CLERK, now))
    assert (declined.state, declined.partner) == (rules.UNSERVED, None)


def test_a_price_that_was_agreed_to_by_booking_is_not_named_anew(memory: Memory, now: datetime) -> None:
    held = do(lambda: making.hold(wish(), ME, 'form-1', now))
    booked = do(lambda: making.confirm(held.id, WISH, wish().mark, ME, now))
    with pytest.raises(NotNow):
        do(lambda: serving.price(booked.id, FIRST, 12000, '', CLERK, now))
    assert (found(booked).state, found(booked).price) == (rules.OFFERED, 8000)


def test_nothing_is_done_before_it_begins(memory: Memory, now: datetime) -> None:
    held = do(lambda: making.hold(wish(), ME, 'form-1', now))
    do(lambda: making.confirm(held.id, WISH, wish().mark, ME, now))
    do(lambda: serving.accept(held.id, FIRST, f'{FIRST}-1', CLERK, now))
    with pytest.raises(NotNow):
        do(lambda: serving.finish(held.id, FIRST, CLERK, SATURDAY - timedelta(minutes=1)))
    assert do(lambda: serving.finish(held.id, FIRST, CLERK, SATURDAY + timedelta(hours=2))).state == rules.DONE


def test_what_is_cancelled_is_not_moved_to_its_own_time(memory: Memory, now: datetime) -> None:
    held = do(lambda: making.hold(wish(), ME, 'form-1', now))
    do(lambda: making.confirm(held.id, WISH, wish().mark, ME, now))
    do(lambda: steps.cancel(held.id, ME, now))
    with pytest.raises(NotNow):
        do(lambda: steps.move(held.id, SATURDAY, ME, now))
