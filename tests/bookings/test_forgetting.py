"""What is kept of a booking, how long, and what is left when somebody is forgotten; and a backup put back."""

from datetime import datetime, timedelta

import pytest

from chalicelib import storage
from chalicelib.bookings import actions, cells, erasing, making, records, restoring, serving, steps
from chalicelib.bookings.actions import do
from chalicelib.bookings.records import Booking, Day
from ops import waking
from tests.bookings.machine import CLERK, Shop, holds, tick
from tests.bookings.shop import DAUGHTER, FIRST, RESIDENT, SATURDAY
from tests.bookings.test_making import HERE, ME, wish
from tests.memory_store import Memory

DONE_AT = SATURDAY + timedelta(hours=2)


@pytest.fixture
def booked(memory: Memory, now: datetime) -> Booking:
    held = do(lambda: making.hold(wish(), ME, 'form-1', now))
    do(lambda: making.confirm(held.id, HERE, wish().mark, ME, now))
    return do(lambda: serving.accept(held.id, FIRST, f'{FIRST}-1', CLERK, now))


def serve(booked: Booking) -> None:
    do(lambda: serving.arrive(booked.id, FIRST, CLERK, SATURDAY))
    do(lambda: serving.finish(booked.id, FIRST, CLERK, DONE_AT))


def run(memory: Memory, at: datetime) -> None:
    shop = Shop(0, at, memory)
    for _ in range(3):
        tick(shop)
    holds(shop)


def test_the_address_is_forgotten_thirty_days_after_it_is_done(memory: Memory, booked: Booking) -> None:
    serve(booked)
    run(memory, DONE_AT + timedelta(days=29, hours=23))
    assert records.contact(booked.id)
    run(memory, DONE_AT + timedelta(days=30, minutes=1))
    assert records.contact(booked.id) is None
    assert records.booking(booked.id)


def test_who_is_forgotten_while_it_is_open_is_still_served(memory: Memory, booked: Booking, now: datetime) -> None:
    erasing.erase(RESIDENT, now)
    assert records.contact(booked.id)
    serve(booked)
    run(memory, DONE_AT + timedelta(hours=1))
    assert records.booking(booked.id) is None
    assert records.contact(booked.id) is None


def test_what_is_over_goes_at_once(memory: Memory, booked: Booking) -> None:
    serve(booked)
    erasing.erase(RESIDENT, DONE_AT)
    assert records.booking(booked.id) is None
    assert records.contact(booked.id) is None
    run(memory, DONE_AT + timedelta(days=31))


def test_what_was_only_held_goes_when_it_lapses(memory: Memory, now: datetime) -> None:
    held = do(lambda: making.hold(wish(), ME, 'form-1', now))
    erasing.erase(RESIDENT, now)
    run(memory, now + timedelta(minutes=11))
    assert records.booking(held.id) is None


def test_who_had_come_to_it_is_taken_off(memory: Memory, booked: Booking, now: datetime) -> None:
    do(lambda: steps.join(booked.id, DAUGHTER, now))
    assert [one.id for one in actions.of_person(DAUGHTER, now)] == [booked.id]
    erasing.erase(DAUGHTER, now)
    assert actions.of_person(DAUGHTER, now) == []
    assert actions.find(booked.id).people == [RESIDENT]


def test_from_a_backup_it_has_its_clock_and_its_cells_again(memory: Memory, booked: Booking, now: datetime) -> None:
    copy = records.booking(booked.id)
    assert copy
    for table in ('bookings', 'slots', 'deadlines'):
        memory.tables[f'weilin-test-{table}'].empty()
    restoring.put_back(copy, now)
    holds(Shop(0, now, memory))
    with pytest.raises(storage.Conflict):
        restoring.put_back(copy, now)


def test_cells_that_somebody_else_has_meanwhile_stay_so(memory: Memory, booked: Booking, now: datetime) -> None:
    span = booked.span
    assert span
    kept = Day.get(span.crew, span.day)
    kept.update([Day.cells[span.names[0]].set(cells.value('SOMEBODY'))])
    assert restoring.take_again(now) == 0
    assert Day.get(span.crew, span.day).cells.as_dict()[span.names[0]] == cells.value('SOMEBODY')


def test_clocks_that_were_lost_run_again(memory: Memory, booked: Booking, now: datetime) -> None:
    memory.tables['weilin-test-deadlines'].empty()
    assert waking.set_again(now) >= 1
    holds(Shop(0, now, memory))


def test_cells_that_were_lost_are_taken_again(memory: Memory, booked: Booking, now: datetime) -> None:
    memory.tables['weilin-test-slots'].empty()
    assert restoring.take_again(now) == 1
    assert restoring.take_again(now) == 0
    assert len(list(Day.scan())) == 1
    holds(Shop(0, now, memory))
