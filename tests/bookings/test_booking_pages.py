"""A resident books on pages: from the catalogue to the booked time, and what can be done with it afterwards."""

import pytest

from chalicelib.bookings import records
from chalicelib.residents import guests
from tests.bookings.browsing import Browser
from tests.bookings.conftest import RESIDENT
from tests.door import Door

HERE = {'phone': '138 0000 0009', 'address': '仙游路 15 号 2 单元 501', 'name': '王阿姨'}


@pytest.fixture
def phone(shop: None, door: Door) -> Browser:
    """A browser that has opened the link of the resident's chat."""
    return Browser(door.client).open(f'/s/{guests.link(RESIDENT, "book", door.now)}')


def test_from_the_catalogue_to_the_booked_time_in_four_taps(phone: Browser) -> None:
    assert phone.status == 200, phone.words
    assert phone.follow('日常保洁').status == 200
    assert '80 元/次，最多 120 元' in phone.words
    saturday = next(day for day in phone.text.split('<details') if '11月28日' in day)
    assert '>09:00<' in saturday.replace('\n', '')
    form = phone.forms[0]
    at = next(value for name, value, words in form.buttons if words == '09:00' and f'value={value}>' in saturday)
    phone.post(form.action, {**form.fields, 'at': at})
    assert '已为您保留到 22:20' in phone.words
    phone.tap('就这样订', **HERE)
    assert '等公司确认' in phone.words
    booking = next(iter(records.Booking.scan()))
    assert (booking.state, booking.made_by) == ('offered', 'link')
    assert records.contact(booking.id).phone == '138 0000 0009'
