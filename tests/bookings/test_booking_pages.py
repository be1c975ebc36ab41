"""A resident books on pages: from the catalogue to the booked time, and what can be done with it afterwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.bookings import actions, records, serving, steps
from chalicelib.bookings.records import Booking
from chalicelib.inbox.records import Conversation
from chalicelib.residents import guest_sessions, guests, vouchers
from chalicelib.residents.records import Resident
from chalicelib.services import actions as services
from chalicelib.services.records import Item
from tests.bookings.browsing import Browser
from tests.bookings.shop import DAUGHTER, FIRST, RESIDENT, SATURDAY, SECOND
from tests.door import ACCOUNT, HOME, Door

HERE = {'phone': '138 0000 0009', 'address': '仙游路 15 号 2 单元 501', 'name': '王阿姨'}
CLERK: Any = type('Clerk', (), {'id': 'clerk'})()


@pytest.fixture
def phone(shop: None, door: Door) -> Browser:
    """A browser that has opened the link of the resident's chat."""
    return by_link(door, RESIDENT)


@pytest.fixture
def known(shop: None, door: Door) -> Browser:
    """A browser of which WeChat has said whose it is."""
    session = vouchers.make(RESIDENT, 'session', door.now)
    return Browser(door.client, {guest_sessions.NAME: session}).open(f'/s/me.{ACCOUNT}')


def by_link(door: Door, conversation: str) -> Browser:
    return Browser(door.client).open(f'/s/{guests.link(conversation, "book", clock.now())}')


def home(phone: Browser) -> str:
    return '/'.join(phone.path.partition('?')[0].split('/')[:3])


def hold(phone: Browser, at: datetime = SATURDAY) -> Browser:
    form = phone.open(f'{home(phone)}/i/cleaning').forms[0]
    return phone.post(form.action, {**form.fields, 'at': f'{at.timestamp():.0f}'})


def book(phone: Browser, at: datetime = SATURDAY) -> Booking:
    hold(phone, at).tap('就这样订', **HERE)
    return actions.find(phone.path.partition('?')[0][-8:])


def accept(booking: Booking) -> Booking:
    return actions.do(lambda: serving.accept(booking.id, booking.partner, booking.crew, CLERK, clock.now()))


def reprice(fen: int) -> None:
    found = Item.get('cleaning')
    found.options[0].price = fen
    found.save()
    services.forget()


def test_from_the_catalogue_to_the_booked_time_in_four_taps(phone: Browser) -> None:
    phone.follow('日常保洁')  # 1
    assert '80 元/次，最多 120 元' in phone.words
    saturday = next(day for day in phone.text.split('<details') if '11月28日 周六' in day)
    at = f'value={SATURDAY.timestamp():.0f}>09:00<'
    assert at in saturday
    form = phone.forms[0]
    phone.post(form.action, {**form.fields, 'at': f'{SATURDAY.timestamp():.0f}'})  # 2
    assert '已为您保留到 22:20' in phone.words
    phone.tap('就这样订', **HERE)  # 3
    assert '等公司确认' in phone.words
    (booking,) = Booking.scan()
    assert (booking.state, booking.made_by, booking.starts_at) == ('offered', 'link', SATURDAY)
    kept = records.contact(booking.id)
    assert kept
    assert (kept.phone, kept.address, kept.name) == (HERE['phone'], HERE['address'], HERE['name'])


def test_a_link_shows_nothing_stored_of_her_not_even_what_was_typed_there(phone: Browser, door: Door) -> None:
    Resident(
        RESIDENT, phone={'text': '13999999999', 'by': 'herself', 'by_name': '', 'at': ''}, forget_at=door.now
    ).save()
    hold(phone)
    assert '13999999999' not in phone.text
    booking = book(phone, SATURDAY + timedelta(hours=1))
    again = by_link(door, RESIDENT)
    for path in ('', '/mine', f'/b/{booking.id}', f'/b/{booking.id}/move', f'/b/{booking.id}/cancel'):
        phone.open(home(again) + path)
        assert phone.status == 200, path
        assert not any(text in phone.text for text in HERE.values()), path


def test_whom_wechat_names_finds_the_form_filled_in_and_reads_what_she_wrote(known: Browser, door: Door) -> None:
    facts = {'name': '王阿姨', 'phone': '13999999999', 'building': '仙游路 15 号', 'door': '501'}
    rows = {name: {'text': text, 'by': 'herself', 'by_name': '', 'at': ''} for name, text in facts.items()}
    Resident(RESIDENT, forget_at=door.now + timedelta(days=9), **rows).save()
    told = Conversation.get(RESIDENT)
    told.known_until = door.now + timedelta(days=9)
    told.save()
    hold(known)
    assert known.forms[0].fields['address'] == '仙游路 15 号 501'
    known.tap('就这样订')
    assert '13999999999' in known.words
    assert actions.find(known.path.partition('?')[0][-8:]).made_by == 'oauth'


def test_two_taps_are_one_booking_and_going_back_is_safe(phone: Browser) -> None:
    hold(phone)
    form = phone.forms[0]
    for _ in range(2):
        phone.post(form.action, {**form.fields, **HERE})
        assert '等公司确认' in phone.words
    (booking,) = Booking.scan()
    assert [taken.step for taken in booking.steps] == ['hold', 'request']


def test_a_time_tapped_twice_is_held_once_and_another_one_instead(phone: Browser) -> None:
    phone.follow('日常保洁')
    form = phone.forms[0]
    for hours in (0, 0, 1, 0):
        at = SATURDAY + timedelta(hours=hours)
        phone.post(form.action, {**form.fields, 'at': f'{at.timestamp():.0f}'})
        assert f'{9 + hours:02}:00' in phone.words
        assert '已为您保留到' in phone.words
    states = sorted(booking.state for booking in Booking.scan())
    assert states == ['cancelled', 'cancelled', 'held']


def test_the_slot_is_lost_while_she_writes_and_nothing_typed_is(phone: Browser, door: Door) -> None:
    hold(phone)
    clock.move(timedelta(minutes=11))
    for conversation in (DAUGHTER, f'{ACCOUNT}#oThird'):
        wish = actions.Wish('cleaning', 'h2', SATURDAY, '8000.12000')
        booker = actions.Booker(conversation, actions.find(phone.path[-8:]).unit, 'chat')
        other = actions.hold(wish, booker, conversation, clock.now())
        assert other.state == 'held'
    phone.tap('就这样订', **HERE, note='有狗')
    assert phone.status == 409
    assert '刚刚被订走了' in phone.words
    assert {name: phone.forms[0].fields[name] for name in HERE} == HERE
    assert phone.forms[0].fields['note'] == '有狗'
    assert len(phone.forms[0].buttons) == 3
    phone.tap(phone.forms[0].buttons[0][2])
    assert '等公司确认' in phone.words
    booking = actions.find(phone.path.partition('?')[0][-8:])
    assert booking.starts_at != SATURDAY
    kept = records.contact(booking.id)
    assert kept
    assert (kept.phone, kept.note) == (HERE['phone'], '有狗')


def test_a_time_that_is_gone_brings_the_nearest_three(phone: Browser, door: Door) -> None:
    phone.follow('日常保洁')
    form = phone.forms[0]
    for conversation in (DAUGHTER, f'{ACCOUNT}#oThird'):
        wish = actions.Wish('cleaning', 'h2', SATURDAY, '8000.12000')
        actions.hold(wish, actions.Booker(conversation, HOME, 'chat'), conversation, door.now)
    phone.post(form.action, {**form.fields, 'at': f'{SATURDAY.timestamp():.0f}'})
    assert phone.status == 409
    assert len([words for _, _, words in phone.forms[0].buttons if words.startswith('订 11月28日')]) == 3


def test_a_price_that_changed_is_asked_again_with_both(phone: Browser) -> None:
    phone.follow('日常保洁')
    form = phone.forms[0]
    reprice(9000)
    phone.post(form.action, {**form.fields, 'at': f'{SATURDAY.timestamp():.0f}'})
    assert phone.status == 409
    assert '您刚才看到的是 80 元/次，最多 120 元，现在是 90 元/次，最多 120 元' in phone.words
    phone.tap('订 11月28日')
    reprice(10000)
    phone.tap('就这样订', **HERE)
    assert '您刚才看到的是 90 元/次，最多 120 元，现在是 100 元/次' in phone.words
    phone.tap('按新价格订')
    assert '等公司确认' in phone.words
    assert actions.find(phone.path.partition('?')[0][-8:]).price == 10000


def test_a_new_price_she_has_seen_is_not_asked_twice_when_the_time_goes_too(phone: Browser) -> None:
    hold(phone)
    reprice(9000)
    phone.tap('就这样订', **HERE)
    clock.move(timedelta(minutes=11))
    for conversation in (DAUGHTER, f'{ACCOUNT}#oThird'):
        wish = actions.Wish('cleaning', 'h2', SATURDAY, '9000.12000')
        actions.hold(wish, actions.Booker(conversation, HOME, 'chat'), conversation, clock.now())
    phone.tap('按新价格订')
    assert '90 元/次' in phone.words
    assert '已为您保留' not in phone.words
    phone.tap('订 11月28日')
    assert '等公司确认' in phone.words


def test_an_item_withdrawn_meanwhile_says_so_and_gives_back_what_was_typed(phone: Browser) -> None:
    hold(phone)
    found = Item.get('cleaning')
    found.state = 'withdrawn'
    found.save()
    phone.tap('就这样订', **HERE)
    assert phone.status == 422
    assert '这项服务暂时不能预约了' in phone.words
    assert phone.forms[0].fields['address'] == HERE['address']


def test_moved_and_cancelled_each_once(phone: Browser) -> None:
    booking = book(phone)
    phone.follow('改时间')
    form = phone.forms[0]
    sunday = SATURDAY + timedelta(days=1)
    for _ in range(2):
        phone.post(form.action, {**form.fields, 'at': f'{sunday.timestamp():.0f}'})
    assert '11月29日（周日）09:00' in phone.words
    assert actions.find(booking.id).starts_at == sunday
    accept(actions.find(booking.id))
    phone.open(phone.path)
    assert '甲家政 1 组会按时上门' in phone.words
    phone.follow('取消预约')
    assert '11月29日（周日）05:00 以前取消不收费' in phone.words
    form = phone.forms[0]
    for _ in range(2):
        phone.post(form.action, form.fields)
    assert '已取消' in phone.words
    assert actions.find(booking.id).state == 'cancelled'


def test_a_rating_is_one_tap_and_once(known: Browser, door: Door) -> None:
    booking = accept(book(known))
    clock.move(SATURDAY - door.now)
    actions.do(lambda: serving.finish(booking.id, FIRST, CLERK, clock.now()))
    known.cookies[guest_sessions.NAME] = vouchers.make(RESIDENT, 'session', clock.now())
    known.open(f'/s/me.{ACCOUNT}/b/{booking.id}')
    form, (name, value, _) = known.find('很满意')
    known.post(form.action, {**form.fields, name: value})
    assert '您的评价：很满意' in known.words
    known.post(form.action, {**form.fields, name: '1'})
    assert actions.find(booking.id).rating == 5


def test_a_wish_gets_a_price_that_is_agreed_to_as_it_was_seen(phone: Browser) -> None:
    phone.follow('代订火车票')
    phone.tap('发给公司', **HERE, note='周五去济南两张')
    (booking,) = Booking.scan()
    assert (booking.state, booking.form) == ('offered', 'request')
    actions.do(lambda: serving.price(booking.id, FIRST, 500, '', CLERK, clock.now()))
    phone.open(phone.path)
    stale = phone.forms[0]
    assert '5 元/张' in phone.words
    actions.do(lambda: serving.give_up(booking.id, FIRST, '没有票', CLERK, clock.now()))
    actions.do(lambda: serving.price(booking.id, SECOND, 1500, '', CLERK, clock.now()))
    phone.post(stale.action, {**stale.fields, 'answer': 'yes'})
    assert '报价有变化' in phone.words
    assert actions.find(booking.id).state == 'priced'
    phone.tap('同意这个价格')
    found = actions.find(booking.id)
    assert (found.state, found.price) == ('confirmed', 1500)


def test_the_same_wish_twice_is_one_and_another_one_is_another(phone: Browser) -> None:
    phone.follow('代订火车票')
    form = phone.forms[0]
    for note in ('两张', '两张', '三张'):
        phone.post(form.action, {**form.fields, **HERE, 'note': note})
    assert len(list(Booking.scan())) == 2


def test_her_bookings_stand_on_top_and_times_only_held_are_nothing_to_remember(phone: Browser, door: Door) -> None:
    booking = book(phone)
    hold(phone, SATURDAY + timedelta(hours=3))
    hold(phone, SATURDAY + timedelta(hours=4))
    phone.follow('换一个时间')
    phone.follow('全部服务')
    above, _, _ = phone.text.partition('分类')
    assert booking.id in above
    phone.follow('我的预约')
    assert phone.words.count('为您保留') == 1
    assert '已取消' not in phone.words


def test_a_class_shows_the_seats_that_are_left(phone: Browser) -> None:
    phone.follow('手机课')
    assert '09:30 余 20 位' in phone.words
    phone.tap('09:30')
    assert 'address' not in phone.forms[0].fields
    phone.tap('就这样订', phone='13800000009')
    assert '等公司确认' in phone.words
    phone.open(f'{home(phone)}/i/class')
    assert '09:30 余 19 位' in phone.words


def test_the_calendar_file_is_without_address_and_phone(known: Browser) -> None:
    booking = book(known)
    known.follow('加入日历')
    assert known.headers['Content-Type'] == 'text/calendar; charset=utf-8'
    assert f'UID:{booking.id}\r\n' in known.text
    assert 'DTSTART:20261128T010000Z' in known.text
    assert not any(text in known.text.replace('\r\n ', '') for text in HERE.values())


def test_who_has_come_to_it_may_cancel_and_reads_no_address(known: Browser, door: Door) -> None:
    booking = book(known)
    assert f'加入 {booking.id}' in known.words
    actions.do(lambda: steps.join(booking.id, DAUGHTER, door.now))
    session = vouchers.make(DAUGHTER, 'session', door.now)
    daughter = Browser(door.client, {guest_sessions.NAME: session}).open(f'/s/me.{ACCOUNT}/b/{booking.id}')
    assert '等公司确认' in daughter.words
    assert not any(text in daughter.text for text in HERE.values())
    daughter.follow('取消预约').tap('取消预约')
    assert '已取消' in daughter.words
    assert actions.find(booking.id).state == 'cancelled'


def test_what_was_said_once_is_not_said_when_things_stand_otherwise(phone: Browser) -> None:
    booking = book(phone)
    assert '已预约，等公司答复' in phone.words
    accept(booking)
    assert '已预约，等公司答复' not in phone.open(phone.path).words
