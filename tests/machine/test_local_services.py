"""The local companies and their catalogue: complete, and not changed by a second run."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from chalicelib.alliance import actions as people
from chalicelib.alliance.records import Member, Unit
from chalicelib.services import actions
from chalicelib.services.records import Category, Crew, Item
from local import alliance, services
from local.standin.world import World


@pytest.fixture
def settled(store: None, now: datetime) -> Iterator[World]:
    world = World(None, lambda: now, lambda by: None)
    alliance.settle(world, 'http://127.0.0.1:1', now)
    services.settle(world, now)
    yield world
    world.close()


def everything() -> list[str]:
    return sorted(str(row.serialize()) for model in (Unit, Member, Category, Item, Crew) for row in model.scan())


def test_everything_can_be_booked_and_somebody_comes(settled: World) -> None:
    assert len(actions.categories()) == 5
    assert len(actions.items()) == 33
    for company in services.COMPANIES:
        [member] = [one for one in people.members() if one.roles == ['crew'] and one.units == [company.id]]
        assert member.name == company.crew.name
        assert [list(crew.members) for crew in actions.crews_of(company.id)] == [[member.id]] * 2
        openid = settled.openid(company.dispatcher.person, alliance.DISTRICT)
        dispatcher = people.member_in_chat(alliance.DISTRICT, openid)
        assert dispatcher
        assert (dispatcher.roles, dispatcher.units) == (['dispatcher'], [company.id])
    publisher = people.member_in_chat(alliance.DISTRICT, settled.openid(services.PUBLISHER.person, alliance.DISTRICT))
    assert publisher
    assert publisher.roles == ['publisher']


def test_a_second_run_changes_nothing(settled: World, now: datetime) -> None:
    item = Item.get('richang-baojie')
    item.name, item.state = '改过的', 'withdrawn'
    item.save()
    Unit('weixiu-c').update(actions=[Unit.name.set('改过的公司')])
    before = everything()
    alliance.settle(settled, 'http://127.0.0.1:1', now)
    services.settle(settled, now)
    assert everything() == before
