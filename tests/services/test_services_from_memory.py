"""What may be booked, where, by whom, and what its price is called; and a booking's condition on it."""

import pytest

from chalicelib import clock
from chalicelib.alliance import audit
from chalicelib.services import actions, changing
from chalicelib.services.records import Category, Item
from chalicelib.storage import Conflict
from tests.services.conftest import COMPANY, DISTRICT, HOME, OTHER, STREET, crew, item, option

pytestmark = pytest.mark.usefixtures('district')


def test_items_stand_by_category_in_the_catalogues_order() -> None:
    Category('repair', order=5, name='维修').save()
    for id, category, order in (('c', 'repair', 20), ('a', 'cleaning', 20), ('b', 'cleaning', 10), ('d', 'repair', 10)):
        item(id, category=category, order=order).save()
    item('gone', state='withdrawn').save()
    assert [each.id for each in actions.categories()] == ['repair', 'cleaning']
    assert [each.id for each in actions.items()] == ['d', 'c', 'b', 'a']
    assert 'gone' in [each.id for each in actions.items(withdrawn=True)]
    gone = actions.item('gone')
    assert gone
    assert gone.state == 'withdrawn'
    assert actions.item('unknown') is None


def test_an_option_is_found_by_its_id_and_has_whole_numbers() -> None:
    item(options=[option(), option(id='4h', name='4 小时', minutes=240)]).save()
    stored = actions.item('baojie')
    assert stored
    found = actions.option(stored, '4h')
    assert found
    assert (found.minutes, found.price, type(found.price)) == (240, 9000, int)
    assert actions.option(stored, '8h') is None


def test_it_comes_to_units_below_its_area_only() -> None:
    assert actions.serves(item(area=[STREET]), HOME)
    assert actions.serves(item(area=[HOME]), HOME)
    assert actions.serves(item(area=[DISTRICT]), HOME)
    assert not actions.serves(item(area=[HOME]), STREET)
    assert not actions.serves(item(area=['370202001001']), HOME)


def test_crews_are_asked_in_the_order_of_the_item() -> None:
    crew('b-1', unit=OTHER).save()
    crew('a-2').save()
    crew('a-1').save()
    crew('a-3', items=['something-else']).save()
    assert [each.id for each in actions.crews_for(item())] == ['a-1', 'a-2', 'b-1']
    assert [each.id for each in actions.crews_for(item(offered_by=[OTHER, COMPANY]))] == ['b-1', 'a-1', 'a-2']
    assert [each.id for each in actions.crews_of(OTHER)] == ['b-1']


def test_a_crew_rests_on_holidays_unless_it_says_otherwise() -> None:
    from datetime import date

    holiday = date(2026, 10, 1)
    assert actions.hours_of(crew()).work_on(holiday) == []
    assert actions.hours_of(crew(on_holidays=True)).work_on(holiday)
    assert actions.hours_of(crew(on_holidays=True, off_days=['2026-10-01'])).work_on(holiday) == []
    assert actions.hours_of(crew(extra_days=['2026-11-22'])).work_on(date(2026, 11, 22))  # a Sunday


@pytest.mark.parametrize(
    ('price', 'ceiling', 'words'),
    (
        (9000, 12000, '90 元/次，最多 120 元'),
        (9050, None, '90.50 元/次'),
        (9000, 9000, '90 元/次'),
        (None, None, '面议'),
        (None, 150000, '面议，最多 1500 元'),
        (0, None, '免费'),
        (0, 500, '0 元/次，最多 5 元'),
    ),
)
def test_a_price_in_words(price: int | None, ceiling: int | None, words: str) -> None:
    assert actions.price_words(option(price=price, ceiling=ceiling)) == words


def test_of_two_who_change_it_the_second_is_told_and_writes_nothing() -> None:
    item().save()
    mine, theirs = changing.current_item('baojie'), changing.current_item('baojie')
    assert mine
    assert theirs
    mine.name, theirs.name = '我的', '别人的'
    changing.put(theirs, [DISTRICT], audit.OPERATOR, '服务目录：别人', clock.now())
    with pytest.raises(Conflict):
        changing.put(mine, [DISTRICT], audit.OPERATOR, '服务目录：我', clock.now())
    assert Item.get('baojie').name == '别人的'
    assert [change.did for change in audit.latest(DISTRICT, 9)] == ['服务目录：别人']
