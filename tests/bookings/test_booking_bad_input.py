"""What nobody should be able to do at the pages of bookings, and what a page may weigh."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Account
from chalicelib.bookings import actions, records
from chalicelib.bookings.records import Booking, Contact, Day
from chalicelib.deadlines.records import Deadline
from chalicelib.residents import guest_sessions, vouchers
from chalicelib.residents.records import GuestLink
from chalicelib.services import actions as services
from chalicelib.services.records import Category, Crew, Option
from chalicelib.web import render
from tests.bookings.browsing import Browser
from tests.bookings.conftest import DAUGHTER, FIRST, RESIDENT, SATURDAY, item
from tests.bookings.test_booking_pages import HERE, book, by_link, hold, home
from tests.door import ACCOUNT, Door

HEAVIEST = 30 * 1024  # issue 6: a page with its style sheet
TABLES: list[Any] = [Booking, Contact, Day, Deadline, GuestLink]


@pytest.fixture
def phone(shop: None, door: Door) -> Browser:
    return by_link(door, RESIDENT)


def stored() -> list[Any]:
    return [sorted(map(str, (row.serialize() for row in table.scan()))) for table in TABLES]


def weight(phone: Browser) -> int:
    return len(phone.text.encode()) + len(render.static('style.css').body.encode())


def beijing(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.BEIJING)


@pytest.mark.parametrize(
    'at',
    [
        beijing(2026, 11, 21, 9), beijing(2026, 11, 23, 22, 30), beijing(2026, 11, 28, 7, 30),
        beijing(2026, 11, 28, 17), beijing(2026, 11, 28, 23, 30), beijing(2026, 11, 29, 0),
        beijing(2026, 11, 28, 9, 10), beijing(2026, 12, 8, 9), beijing(2027, 3, 1, 9),
        beijing(1970, 1, 1, 8), beijing(2286, 11, 20, 9),
    ],
)  # fmt: skip
def test_a_time_that_was_never_offered_is_not_held(phone: Browser, at: datetime) -> None:
    hold(phone, at)
    assert phone.status == 409
    assert list(Booking.scan()) == []
    assert list(Day.scan()) == []


@pytest.mark.parametrize('at', ['', 'x', '-1', '٣', '1e9', '9' * 11, '2027-02-29T09:00'])
def test_what_is_no_time_is_not_held(phone: Browser, at: str) -> None:
    form = phone.open(f'{phone.path}/i/cleaning').forms[0]
    phone.post(form.action, {**form.fields, 'at': at})
    assert phone.status == 422
    assert list(Booking.scan()) == []


@pytest.mark.parametrize('day', ['2027-02-29', '9999-12-31', '2026-11-22', '2026-12-08', '0001-01-01', 'x', ''])
def test_a_page_from_a_day_that_cannot_be_booked_begins_today(phone: Browser, day: str) -> None:
    phone.open(f'{phone.path}/i/cleaning?from={day}')
    assert phone.status == 200
    assert '今日 11月23日' in phone.words


def test_the_last_day_is_the_horizons(phone: Browser) -> None:
    phone.open(f'{phone.path}/i/cleaning?from=2026-12-07')
    assert '12月7日 周一' in phone.words
    assert '再往后' not in phone.words


@pytest.mark.parametrize(
    ('name', 'value'), [('mark', ''), ('mark', '1.1'), ('mark', 'x' * 999), ('o', 'h9'), ('o', '')]
)
def test_a_price_or_an_option_that_was_made_up_is_not_held(phone: Browser, name: str, value: str) -> None:
    form = phone.open(f'{phone.path}/i/cleaning').forms[0]
    phone.post(form.action, {**form.fields, 'at': f'{SATURDAY.timestamp():.0f}', name: value})
    assert phone.status in (409, 422)
    assert list(Booking.scan()) == []


@pytest.mark.parametrize('form', ['', 'x', f'{"0" * 32}-1764057600-{"0" * 64}'])
def test_a_form_that_was_forged_does_nothing_and_gives_back_what_was_typed(phone: Browser, form: str) -> None:
    hold(phone)
    before = stored()
    phone.tap('就这样订', **HERE, form=form)
    assert phone.status == 409
    assert HERE['address'] in phone.text
    assert stored() == before


@pytest.mark.parametrize('pass_', ['x', 'me.x', f'me.{ACCOUNT}', f'{ACCOUNT}.AAAA', 'x' * 2000])
def test_a_pass_that_was_forged_opens_nothing(phone: Browser, pass_: str) -> None:
    before = stored()
    for more in ('', '/mine', '/i/cleaning', '/b/ABCDEFGH'):
        stranger = Browser(phone.client)
        answer = stranger.client.http.get(f'/s/{pass_}{more}')
        assert answer.status_code in (303, 404, 410), more
    posted = Browser(phone.client).post(f'/s/{pass_}/b/ABCDEFGH', HERE)
    assert posted.status == 410
    assert HERE['address'] in posted.text
    assert stored() == before


def test_another_residents_booking_is_not_there(phone: Browser, door: Door) -> None:
    booking = book(phone)
    other = by_link(door, DAUGHTER)
    form = other.open(f'{other.path}/i/cleaning').forms[0].fields['form']
    before = stored()[:4]
    path = f'{home(other)}/b/{booking.id}'
    for more in ('', '/move', '/cancel', '/calendar.ics'):
        assert other.open(path + more).status == 404, more
    for more in ('', '/move', '/cancel', '/rate', '/answer'):
        fields = {'form': form, 'at': f'{SATURDAY.timestamp():.0f}', 'rating': '5', 'answer': 'yes', **HERE}
        assert other.post(path + more, fields).status == 404, more
        assert booking.id not in other.text
    assert stored()[:4] == before


def test_a_forwarded_link_is_no_use_once_she_has_posted(phone: Browser) -> None:
    booking = book(phone)
    for path in ('', '/mine', f'/b/{booking.id}'):
        stranger = Browser(phone.client).open(home(phone) + path)
        assert stranger.status == 409
        assert booking.id not in stranger.text


def test_looking_changes_nothing(phone: Browser) -> None:
    booking = book(phone)
    before = stored()
    for path in ('', '/mine', '/i/cleaning', '/i/class', '/i/tickets', '/i/x', f'/b/{booking.id}',
                 f'/b/{booking.id}/move', f'/b/{booking.id}/cancel', f'/b/{booking.id}/calendar.ics'):  # fmt: skip
        phone.open(home(phone) + path)
    assert stored() == before


def test_an_endless_note_is_refused_and_given_back(phone: Browser) -> None:
    hold(phone)
    phone.tap('就这样订', **HERE, note='长' * 10_000)
    assert phone.status == 422
    assert '最多写 200 个字' in phone.words
    assert phone.forms[0].fields['note'] == '长' * 10_000
    assert list(Contact.scan()) == []
    phone.open(f'{home(phone)}/i/tickets').tap('发给公司', **HERE, note='长' * 10_000)
    assert phone.status == 422
    assert phone.forms[0].fields['note'] == '长' * 10_000


def test_what_is_typed_is_text_and_nothing_else(phone: Browser) -> None:
    hold(phone)
    phone.tap('就这样订', phone='<script>alert(1)</script>', address='"><b>')
    assert '<script' not in phone.text
    assert phone.forms[0].fields['address'] == '"><b>'


def test_a_hold_that_lapsed_is_no_way_to_a_time_that_is_past(shop: None, door: Door) -> None:
    session = vouchers.make(RESIDENT, 'session', door.now)
    known = Browser(door.client, {guest_sessions.NAME: session}).open(f'/s/me.{ACCOUNT}')
    hold(known, beijing(2026, 11, 24, 9))
    path = known.path
    clock.move(beijing(2026, 11, 24, 10) - door.now)
    known.cookies[guest_sessions.NAME] = vouchers.make(RESIDENT, 'session', clock.now())
    known.open(path).tap('就这样订', **HERE)
    assert known.status == 409
    assert actions.find(path[-8:]).state == 'held'


def test_a_rating_that_is_none_of_the_five_is_refused(phone: Browser) -> None:
    booking = book(phone)
    form = phone.open(f'{home(phone)}/b/{booking.id}/cancel').forms[0].fields['form']
    for rating in ('0', '6', '', 'x', '٥', '5.0'):
        phone.post(f'{home(phone)}/b/{booking.id}/rate', {'form': form, 'rating': rating})
        assert phone.status == 422
    assert actions.find(booking.id).rating is None


def test_what_failed_gives_back_what_was_typed(phone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(phone)

    def broken(*_: object) -> None:
        raise RuntimeError('out of order')

    monkeypatch.setattr(records, 'cells_now', broken)
    phone.tap('就这样订', **HERE)
    assert phone.status == 500
    assert HERE['address'] in phone.text


def test_the_catalogue_is_for_everybody_and_says_how_to_book(phone: Browser) -> None:
    anybody = Browser(phone.client)
    anybody.open(f'/services/{ACCOUNT}')
    assert '在公众号「仙游路社区」里发「预约」' in anybody.words
    anybody.follow('日常保洁')
    assert '80 元/次，最多 120 元' in anybody.words
    assert '开始前 4 小时以前不收费' in anybody.words
    assert '甲家政、乙家政' in anybody.words
    assert anybody.cookies == {}
    for path in ('/services/x', '/services/x/cleaning', f'/services/{ACCOUNT}/x'):
        assert anybody.open(path).status == 404


def test_a_service_account_leads_to_wechat(phone: Browser) -> None:
    account = Account.get(ACCOUNT)
    account.kind = 'service'
    account.save()
    alliance.forget()
    anybody = Browser(phone.client).open(f'/services/{ACCOUNT}/cleaning')
    assert f'/go/{ACCOUNT}/book' in anybody.text


def test_what_is_not_for_her_community_is_not_offered_there(phone: Browser) -> None:
    item('elsewhere', name='别处的课', area=['370202001001']).save()
    services.forget()
    assert '别处的课' not in phone.open(phone.path).words
    assert '不到您所在的社区' in phone.open(f'{phone.path}/i/elsewhere').words


def test_thirty_three_items_weigh_less_than_is_allowed(phone: Browser, door: Door) -> None:
    options = [Option(id=f'o{n}', name='很长的名称' * 4, minutes=120, price=8000 + n, ceiling=12000) for n in range(6)]
    for shelf in range(5):
        Category(f'shelf-{shelf}', order=shelf, name='名称很长的一个分类', picture='service-care').save()
        for number in range(7):
            item(f'{"long" * 9}-{shelf}-{number}', category=f'shelf-{shelf}', name='长' * 20, options=options,
                 popular=number == 0, sample=True).save()  # fmt: skip
    for hours in range(5):
        book(phone, SATURDAY + timedelta(days=1 + hours))
    services.forget()
    phone.open(home(phone))
    assert phone.text.count('长' * 20) > 33
    assert weight(phone) < HEAVIEST


@pytest.mark.parametrize('step', [15, 30])
def test_two_weeks_full_of_times_weigh_less_than_is_allowed(phone: Browser, step: int) -> None:
    Crew('round-the-clock', unit=FIRST, name='全天', work='1-7 00:00-24:00', on_holidays=True, capacity=20).save()
    options = [Option(id=f'o{n}', name=f'{n + 1} 小时', minutes=60, price=8000, ceiling=12000) for n in range(6)]
    item('much', step_minutes=step, options=options, horizon_days=60, description='长' * 200, prepare='长' * 100).save()
    services.forget()
    phone.open(f'{phone.path}/i/much')
    assert len(phone.forms[0].buttons) > 150
    assert weight(phone) < HEAVIEST
    seen = {value for _, value, _ in phone.forms[0].buttons}
    phone.follow('再往后')
    assert seen.isdisjoint(value for _, value, _ in phone.forms[0].buttons)
