"""Random histories in which catalogue and crews change all the time: what is booked keeps its length and cells."""

from datetime import datetime, timedelta

import pytest

from chalicelib.bookings import cells, rules
from chalicelib.bookings.records import Booking
from chalicelib.services import actions as services
from chalicelib.services.records import Crew, Item
from tests.bookings import machine
from tests.bookings.machine import TAKES, Shop, bookings, ends, holds
from tests.memory_store import Memory

HOURS = ['1-7 08:00-18:00', '1-7 08:40-24:00', '1-7 00:00-24:00', '1-3 09:00-12:00 13:00-17:00']


def change_a_crew(shop: Shop) -> None:
    crews = list(Crew.scan())
    crew = shop.random.choice(crews)
    what = shop.random.choice(['buffer', 'capacity', 'hours', 'items', 'gone'])
    if what == 'gone' and len(crews) > 3:
        crew.delete()
        services.forget()
        return
    crew.buffer_minutes = shop.random.choice([0, 15, 60]) if what == 'buffer' else crew.buffer_minutes
    crew.capacity = shop.random.choice([1, 2, 3]) if what == 'capacity' else crew.capacity
    crew.work = shop.random.choice(HOURS) if what == 'hours' else crew.work
    crew.items = shop.random.choice([[], ['cleaning'], ['class']]) if what == 'items' else crew.items
    crew.save()
    services.forget()


def change_the_item(shop: Shop) -> None:
    item = Item.get('cleaning')
    item.options[0].minutes = shop.random.choice([15, 60, 120, 180])
    item.step_minutes = shop.random.choice([0, 15, 30, 60])
    item.offered_by = list(reversed(item.offered_by))
    item.save()
    services.forget()


def check(shop: Shop) -> None:
    holds(shop)
    for one in bookings(shop):
        if one.state in TAKES or (one.state == rules.HELD and one.due_at > shop.now):
            assert one.ends_at - one.starts_at == timedelta(minutes=int(one.minutes))
            assert long_enough(one), (one.id, one.state)


def long_enough(one: Booking) -> bool:
    needed = -(-int(one.minutes) // 15)
    return bool(one.after_cell - one.first_cell >= min(needed, cells.A_DAY - one.first_cell))


@pytest.mark.parametrize('seed', range(500, 508))
def test_what_is_booked_outlasts_the_catalogue(
    memory: Memory, now: datetime, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    more = {'change a crew': (3, change_a_crew), 'change the item': (2, change_the_item)}
    monkeypatch.setattr(machine, '_OPERATIONS', {**machine._OPERATIONS, **more})
    shop = Shop(seed, now, memory)
    shop.play(250, check)
    ends(shop)
