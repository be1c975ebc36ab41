"""A booking is its booker's: in the core, whatever the pages let through; and what is told of it."""

from datetime import datetime, timedelta

import pytest

from chalicelib.bookings import actions, erasing, making, records, rules, serving, steps
from chalicelib.bookings.actions import Booker, Gone, Refused, do
from chalicelib.bookings.records import Booking
from chalicelib.desk import booked_view
from chalicelib.inbox.records import Conversation
from chalicelib.outreach.records import Telling
from tests.bookings.machine import CLERK, Shop, tick
from tests.bookings.shop import DAUGHTER, FIRST, RESIDENT, SATURDAY
from tests.bookings.test_making import HERE, ME, OTHER, wish
from tests.door import HOME
from tests.memory_store import Memory


def hold(now: datetime, at: datetime = SATURDAY, once: str = 'form-1') -> Booking:
    return do(lambda: making.hold(wish(at), ME, once, now))


def confirm(held: Booking, now: datetime, by: Booker = ME, where: actions.Where = HERE) -> Booking:
    return do(lambda: making.confirm(held.id, where, wish().mark, by, now))


def told(who: str = RESIDENT) -> list[str]:
    return sorted(row.what for row in Telling.scan() if row.conversation == who)


@pytest.mark.parametrize('by', [OTHER, Booker(RESIDENT, '370203', 'clerk-of-another-unit')])
def test_what_somebody_else_holds_is_not_confirmed(memory: Memory, now: datetime, by: Booker) -> None:
    held = hold(now)
    with pytest.raises(Gone):
        confirm(held, now, by)
    assert records.contact(held.id) is None


def test_the_number_of_somebody_elses_booking_brings_nothing(memory: Memory, now: datetime) -> None:
    hold(now)
    with pytest.raises(Gone):
        do(lambda: making.hold(wish(SATURDAY + timedelta(hours=4)), OTHER, 'form-1', now))


def test_holds_that_lapsed_are_not_booked_beyond_the_limit(memory: Memory, now: datetime) -> None:
    held = []
    for number in range(rules.OPEN_AT_MOST + 1):
        now += rules.HOLD + timedelta(minutes=1)
        held.append(hold(now, SATURDAY + timedelta(days=number), f'form-{number}'))
        tick(Shop(0, now, memory))
    now += rules.HOLD + timedelta(minutes=1)
    tick(Shop(0, now, memory))
    for one in held[:-1]:
        assert confirm(one, now).state == rules.OFFERED
    with pytest.raises(Refused):
        confirm(held[-1], now)


def test_each_of_many_moves_is_told(memory: Memory, now: datetime) -> None:
    booked = confirm(hold(now), now)
    for number in range(50):
        at = SATURDAY + timedelta(minutes=30 * (1 + number % 2))
        do(lambda at=at: steps.move(booked.id, at, ME, now))
    assert sum(what.startswith('moved') for what in told()) == 50


def test_who_was_forgotten_and_has_left_is_told_nothing_more(memory: Memory, now: datetime) -> None:
    booked = confirm(hold(now), now)
    do(lambda: steps.join(booked.id, DAUGHTER, now))
    erasing.erase(RESIDENT, now)
    Conversation.get(RESIDENT).delete()
    before = told()
    do(lambda: serving.accept(booked.id, FIRST, f'{FIRST}-1', CLERK, now))
    assert told() == before
    assert any(what.startswith('confirmed') for what in told(DAUGHTER))


def test_who_was_forgotten_and_still_follows_is_told_until_it_is_over(memory: Memory, now: datetime) -> None:
    booked = confirm(hold(now), now)
    erasing.erase(RESIDENT, now)
    do(lambda: serving.accept(booked.id, FIRST, f'{FIRST}-1', CLERK, now))
    assert any(what.startswith('confirmed') for what in told())
    do(lambda: serving.arrive(booked.id, FIRST, CLERK, SATURDAY))
    do(lambda: serving.finish(booked.id, FIRST, CLERK, SATURDAY + timedelta(hours=2)))
    tick(Shop(0, SATURDAY + timedelta(hours=3), memory))
    assert records.booking(booked.id) is None
    assert told() == []


def test_full_width_digits_are_a_telephone_number(memory: Memory, now: datetime) -> None:
    booked = confirm(hold(now), now, where=HERE._replace(phone='１３８-０００００００９'))
    kept = records.contact(booked.id)
    assert kept
    assert kept.phone == '138-00000009'
    assert booked_view.other_than_kept(booked, HERE._replace(phone='１３８-０００００００９')) == ''
    assert booked_view.other_than_kept(booked, HERE._replace(phone='１３８-０００００００８'))


def test_what_cannot_be_seen_is_not_kept(memory: Memory, now: datetime) -> None:
    booked = confirm(hold(now), now, where=HERE._replace(address='仙\x00游\u202e路\n15 号\x1b'))
    kept = records.contact(booked.id)
    assert kept
    assert kept.address == '仙游路 15 号'


def test_signs_that_cannot_be_seen_are_no_reason(memory: Memory, now: datetime) -> None:
    booked = confirm(hold(now), now)
    with pytest.raises(Refused):
        do(lambda: serving.decline(booked.id, FIRST, '\u200b\u202e', CLERK, now))


def test_a_clerk_of_her_community_confirms_what_he_holds_for_her(memory: Memory, now: datetime) -> None:
    clerk = Booker(RESIDENT, HOME, 'clerk')
    held = do(lambda: making.hold(wish(), clerk, 'form-1', now))
    assert confirm(held, now, clerk).state == rules.OFFERED
