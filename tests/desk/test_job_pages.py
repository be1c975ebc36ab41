"""A company's jobs: its own only, whom they are for from the yes until it is done, and every button safe to press."""

from datetime import timedelta

import pytest

from chalicelib.bookings import rules
from chalicelib.privacy import actions as privacy
from tests.bookings.shop import FIRST, RESIDENT, SATURDAY, SECOND
from tests.desk.conftest import Browser
from tests.desk.jobs import SECRETS, Town


@pytest.fixture
def dispatcher(town: Town) -> Browser:
    return town.sign_in('diaodu')


def test_from_the_list_to_done(town: Town, dispatcher: Browser) -> None:
    number = town.book()
    listed = dispatcher.get('/jobs')
    assert '1 单等您接' in listed.text
    assert '日常保洁（2 小时）' in listed.text
    assert f'/jobs/{number}' in listed.links.values().__str__()
    page = dispatcher.get(f'/jobs/{number}')
    page = dispatcher.submit(page, '接单', crew=f'{FIRST}-1')
    assert '已接单' in page.text
    assert town.job(number).state == rules.CONFIRMED
    town.clock(SATURDAY - timedelta(minutes=5))
    crew = town.sign_in('laozhou')
    page = crew.submit(crew.get(f'/jobs/{number}'), '到达')
    assert town.job(number).state == rules.ARRIVED
    town.clock(SATURDAY + timedelta(hours=2))
    crew.submit(page, '完成')
    assert town.job(number).state == rules.DONE
