"""What is booked stays as it was agreed to, whatever becomes of the catalogue and of the crews meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.bookings import making, records, rules, serving, times
from chalicelib.bookings.actions import do
from chalicelib.bookings.records import Booking
from chalicelib.services import actions as services
from chalicelib.services.records import Crew, Item
from tests.bookings.machine import CLERK, Shop, ends, holds, tick
from tests.bookings.shop import FIRST, SATURDAY, SECOND
from tests.bookings.test_making import HERE, ME, wish
from tests.memory_store import Memory

LONG_AFTER = SATURDAY + timedelta(hours=5)


def hold(now: datetime) -> Booking:
    return do(lambda: making.hold(wish(), ME, 'form-1', now))


def book(now: datetime) -> Booking:
    held = hold(now)
    return do(lambda: making.confirm(held.id, HERE, wish().mark, ME, now))


def change(how: Callable[[Item], None]) -> None:
    found = Item.get('cleaning')
    how(found)
    found.save()
    services.forget()


def lasts(minutes: int) -> None:
    def changed(found: Item) -> None:
        found.options[0].minutes = minutes

    change(changed)


def taken(booking: Booking) -> timedelta:
    """The time of its cells, without the way to the next."""
    return timedelta(minutes=15 * int(booking.after_cell - booking.first_cell) - 30)


@pytest.mark.parametrize('minutes', [60, 180])
def test_what_is_held_is_booked_as_long_as_it_was_shown(memory: Memory, now: datetime, minutes: int) -> None:
    held = hold(now)
    lasts(minutes)
    booked = do(lambda: making.confirm(held.id, HERE, making.mark(held), ME, now))
    assert taken(booked) == booked.ends_at - booked.starts_at == timedelta(hours=2)
    holds(Shop(0, now, memory))


@pytest.mark.parametrize('minutes', [60, 180])
def test_another_crew_comes_for_as_long_as_was_agreed(memory: Memory, now: datetime, minutes: int) -> None:
    booked = book(now)
    lasts(minutes)
    accepted = do(lambda: serving.accept(booked.id, FIRST, f'{FIRST}-2', CLERK, now))
    assert taken(accepted) == timedelta(hours=2)
    holds(Shop(0, now, memory))


def test_an_option_that_is_gone_is_still_served(memory: Memory, now: datetime) -> None:
    booked = book(now)
    change(lambda found: setattr(found, 'options', found.options[1:]))
    passed = do(lambda: serving.decline(booked.id, FIRST, '人手不够', CLERK, now))
    assert (passed.state, passed.partner) == ('offered', SECOND)
    accepted = do(lambda: serving.accept(booked.id, SECOND, f'{SECOND}-2', CLERK, now))
    assert (accepted.state, accepted.crew) == ('confirmed', f'{SECOND}-2')
    holds(Shop(0, now, memory))


def test_a_crew_that_is_gone_leaves_nothing_behind(memory: Memory, now: datetime) -> None:
    booked = book(now)
    Crew.get(booked.crew).delete()
    services.forget()
    do(lambda: serving.accept(booked.id, FIRST, f'{FIRST}-2', CLERK, now))
    shop = Shop(0, now, memory)
    holds(shop)
    ends(shop)


def test_what_nobody_answered_in_time_is_not_offered_after_its_time(memory: Memory, now: datetime) -> None:
    booked = book(now)
    tick(Shop(0, LONG_AFTER, memory))
    found = records.booking(booked.id)
    assert found
    assert (found.state, [passed.unit for passed in found.passed]) == (rules.UNSERVED, [FIRST])


def test_stretches_that_overlap_are_one_seat(memory: Memory, now: datetime) -> None:
    def seats() -> set[int]:
        found = services.item('cleaning')
        assert found
        return {time.seats for free in times.free_times(found, found.options[0], now).values() for time in free}

    before = seats()
    for crew in Crew.scan():
        crew.work = '1-7 08:00-12:00; 1-7 09:00-18:00'
        crew.save()
    services.forget()
    assert seats() == before == {4}
