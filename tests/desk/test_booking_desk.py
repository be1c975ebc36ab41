"""A clerk turns a voice message into a booking, while the slot is held; and what is in the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import rules, serving
from chalicelib.bookings.records import Booking, Contact
from chalicelib.inbox import actions as inbox
from chalicelib.inbox.records import Conversation, Message
from chalicelib.privacy import actions as privacy
from chalicelib.residents import actions as residents_
from chalicelib.services import actions as services
from chalicelib.services.records import Item
from tests.bookings.shop import FIRST, SATURDAY, SECOND, item
from tests.desk.conftest import FAR, HOME, RESIDENT, STREET, Browser, WeChat, Writer
from tests.desk.reading import Page
from tests.desk.selling import DISPATCHER, open_shop
from tests.desk.test_lists import MOST_BYTES, style
from tests.store_faults import Wire

SignIn = Callable[[str], Browser]
ID = f'{HOME}#{RESIDENT}'
HERE = {'name': '王阿姨', 'phone': '138 0000 0009', 'address': '3 号楼 501'}
NINE = '09:00'


@pytest.fixture
def ref(residents: Writer, wechat: WeChat) -> str:
    """She has sent a voice message, and what she noted of herself is known."""
    open_shop()
    found = residents.write('voice', MediaId='1')
    residents_.tell(conversation(), {**HERE, 'building': '3 号楼', 'door': '501'}, None, residents.now)
    return found


def conversation() -> Conversation:
    found = inbox.conversation(ID)
    assert found
    return found


def value(at: object = SATURDAY) -> str:
    return str(int(at.timestamp()) // 60)


def times(clerk: Browser, ref: str, option: str = 'h2') -> Page:
    shown = clerk.get(clerk.get(f'/desk/c/{ref}').links['代她预约服务'])
    (path,) = [href for href in shown.links.values() if href.endswith('/book/cleaning')]
    return clerk.get(f'{path}?o={option}')


def press(clerk: Browser, page: Page, at: object = SATURDAY, status: int = 200, **typed: str) -> Page:
    """Press the button of this time."""
    form = next(form for form in page.forms if any('value' in one for one in form.buttons.values()))
    return clerk.post(form.action, status, **{**form.fields, **typed, 'at': value(at)})


def held(clerk: Browser, ref: str) -> Page:
    return press(clerk, times(clerk, ref))


def booked(clerk: Browser, ref: str) -> Page:
    return clerk.submit(held(clerk, ref), '确认预约', **HERE)


def only() -> Booking:
    (found,) = Booking.scan()
    return found


def lines() -> list[str]:
    found = sorted(Message.query(ID), key=lambda line: line.at)  # their keys are of the same second
    return [line.text for line in found if line.kind == 'booked']


def test_from_a_voice_message_to_the_booking(clerk: Browser, ref: str) -> None:
    page = held(clerk, ref)
    assert '保留到 22:20' in page.text
    assert '语音' in page.text
    fields = page.forms[-1].fields
    assert {name: fields[name] for name in HERE} == HERE
    shown = clerk.submit(page, '确认预约')
    assert '已订好' in shown.text
    found = only()
    assert (found.state, found.made_by, found.unit, found.starts_at) == ('offered', 'wangmin', HOME, SATURDAY)
    assert Contact.get(found.id).address == '3 号楼 501'
    assert lines() == [f'代订：日常保洁（2 小时），11月28日（周六）09:00，预约号 {found.id}']
    page = clerk.get(f'/desk/c/{ref}')
    assert f'预约号 {found.id}' in page.text
    assert '日常保洁（2 小时） 11月28日（周六）09:00 等公司确认' in page.text
    assert '代订：日常保洁' in page.text


def test_only_what_serves_her_community_is_offered(clerk: Browser, ref: str) -> None:
    page = clerk.get(f'/desk/c/{ref}/book')
    assert '日常保洁' in page.text
    assert '远处的保洁' not in page.text
    clerk.get(f'/desk/c/{ref}/book/far', 404)
    clerk.post(f'/desk/c/{ref}/book/far', 422, csrf=page_csrf(clerk, ref))


def page_csrf(clerk: Browser, ref: str) -> str:
    return times(clerk, ref).forms[-1].fields['csrf']


def test_a_double_tap_holds_once_and_books_once(clerk: Browser, ref: str) -> None:
    page = times(clerk, ref)
    first, again = press(clerk, page), press(clerk, page)
    assert first.path == again.path
    for _ in range(2):
        assert '已订好' in clerk.submit(first, '确认预约').text
    assert only().state == 'offered'
    assert len(lines()) == 1


def test_another_time_of_the_same_page_is_held_instead(clerk: Browser, ref: str) -> None:
    page = times(clerk, ref)
    press(clerk, page)
    press(clerk, page, SATURDAY + timedelta(hours=1))
    again = press(clerk, page)
    assert '保留到' in again.text
    states = sorted((one.starts_at == SATURDAY, one.state) for one in Booking.scan())
    assert states == [(False, 'cancelled'), (True, 'cancelled'), (True, 'held')]


def test_a_hold_that_is_over_is_booked_while_nobody_else_has_it(clerk: Browser, ref: str) -> None:
    page = held(clerk, ref)
    clock.move(timedelta(minutes=11))
    assert '保留的 10 分钟已过' in clerk.get(page.path).text
    assert '已订好' in clerk.submit(page, '确认预约').text
    assert only().state == 'offered'


def test_a_slot_that_is_lost_leads_to_the_nearest_three_and_what_was_typed_stays(
    clerk: Browser, ref: str, residents: Writer
) -> None:
    page = held(clerk, ref)
    clock.move(timedelta(minutes=11))
    for number in range(2):  # both companies are taken meanwhile
        other = residents.write(text='x', openid=f'oOther{number}')
        booked(clerk, other)
    lost = clerk.submit(page, '确认预约', 409, note='有狗，请先打电话')
    assert '刚刚被订走了' in lost.text
    near = [one for one in lost.forms[-1].buttons if '11月28日' in one]
    assert len(near) == 3
    new = clerk.submit(lost, near[-1])
    assert '保留到' in new.text
    assert new.forms[-1].fields['note'] == '有狗，请先打电话'
    assert '已订好' in clerk.submit(new, '确认预约').text


def test_two_clerks_for_one_resident_hold_one_slot(sign_in: SignIn, clerk: Browser, ref: str) -> None:
    page = held(clerk, ref)
    colleague = sign_in('liqiang')
    press(colleague, times(colleague, ref), SATURDAY + timedelta(hours=3))
    gone = clerk.submit(page, '确认预约', 409, note='带工具')
    assert '这个时间已经放开' in gone.text
    assert gone.forms[-1].fields['note'] == '带工具'
    again = clerk.submit(gone, '11月28日（周六）09:00')
    assert '已订好' in clerk.submit(again, '确认预约').text
    assert sorted(one.state for one in Booking.scan()) == ['cancelled', 'cancelled', 'offered']


def test_two_clerks_at_once_for_the_last_crew(sign_in: SignIn, clerk: Browser, ref: str, residents: Writer) -> None:
    Item.get('cleaning').update([Item.offered_by.set([FIRST])])
    services.forget()
    other = residents.write(text='x', openid='oOther')
    colleague = sign_in('liqiang')
    one, two = times(clerk, ref), times(colleague, other)
    press(clerk, one)
    lost = press(colleague, two, status=422)
    assert '刚刚被订走了' in lost.text
    assert '最近的空档' in lost.text


def test_two_clerks_who_confirm_the_same_with_other_words(sign_in: SignIn, clerk: Browser, ref: str) -> None:
    page, colleague = held(clerk, ref), sign_in('liqiang')
    same = colleague.get(page.path)
    clerk.submit(page, '确认预约')
    told = colleague.submit(same, '确认预约', 409, address='5 号楼 202')
    assert '同事刚刚已经订好' in told.text
    assert '5 号楼 202' in told.text
    assert Contact.get(only().id).address == HERE['address']


def test_a_changed_price_is_asked_again_and_what_was_typed_stays(clerk: Browser, ref: str) -> None:
    page = held(clerk, ref)
    dearer = item()
    dearer.options[0].price = 9000
    Item.get('cleaning').delete()
    dearer.save()
    services.forget()
    asked = clerk.submit(page, '确认预约', 409, note='带工具')
    assert '现在是：90 元/次，最多 120 元' in asked.text
    assert asked.forms[-1].fields['note'] == '带工具'
    assert '已订好' in clerk.submit(asked, '确认预约').text
    assert only().price == 9000


@pytest.mark.parametrize(
    ('typed', 'said'),
    [
        ({'phone': ''}, '还要填写：电话'),
        ({'phone': '', 'address': ''}, '还要填写：电话、上门地址'),
        ({'phone': '不知道'}, '「电话」请写'),
        ({'note': '字' * 10_000}, '「备注」最多写 200 个字'),
    ],
)
def test_what_is_missing_or_too_long_comes_back(clerk: Browser, ref: str, typed: dict[str, str], said: str) -> None:
    page = clerk.submit(held(clerk, ref), '确认预约', 422, **{**HERE, **typed})
    assert said in page.text
    assert page.forms[-1].fields['name'] == HERE['name']
    assert only().state == 'held'


def test_withdrawn_meanwhile(clerk: Browser, ref: str) -> None:
    page = times(clerk, ref)
    Item.get('cleaning').update([Item.state.set('withdrawn')])
    assert '暂时不能预约' in press(clerk, page, status=422).text
    assert not list(Booking.scan())


def test_a_request_is_made_once_with_its_line(clerk: Browser, ref: str) -> None:
    page = clerk.get(f'/desk/c/{ref}/book/tickets')
    empty = clerk.submit(page, '替她提交', 422, note='')
    assert '请写明需要什么' in empty.text
    for _ in range(2):
        shown = clerk.submit(page, '替她提交', note='周六去北京，下午的')
    assert '等公司确认' in shown.text
    assert '周六去北京' in shown.text
    assert len(lines()) == 1
    assert '周六' not in lines()[0]
    steps_ = bookings.do(lambda: serving.price(only().id, FIRST, 1500, '二等座', DISPATCHER, clock.now()))
    assert steps_.state == 'priced'
    read = clerk.get(shown.path)
    bookings.do(lambda: serving.give_up(only().id, FIRST, '没有票了', DISPATCHER, clock.now()))
    bookings.do(lambda: serving.price(only().id, SECOND, 1900, '硬座', DISPATCHER, clock.now()))
    assert '报价有变化' in clerk.submit(read, '她同意这个价格', 422).text
    assert only().state == 'priced'
    assert '开始办' in clerk.submit(clerk.get(shown.path), '她同意这个价格').text
    assert only().state == 'confirmed'


def test_she_is_moved_and_cancelled_for(clerk: Browser, ref: str) -> None:
    page = booked(clerk, ref)
    move = clerk.get(page.links['改期'])
    moved = press(clerk, move, SATURDAY + timedelta(days=1))
    assert '已改期' in moved.text
    press(clerk, move, SATURDAY + timedelta(days=1))
    assert only().starts_at == SATURDAY + timedelta(days=1)
    for _ in range(2):
        assert '已取消' in clerk.submit(moved, '取消预约').text
    assert [line.partition('：')[0] for line in lines()] == ['代订', '代改期', '代取消预约']
    assert '取消预约' not in [name for form in clerk.get(page.path).forms for name in form.buttons]


def test_giving_up_a_hold_is_no_line(clerk: Browser, ref: str) -> None:
    clerk.submit(held(clerk, ref), '不订了，放开这个时间')
    assert only().state == 'cancelled'
    assert lines() == []


def test_another_unit_s_clerk_and_another_resident_s_address(
    sign_in: SignIn, clerk: Browser, ref: str, residents: Writer
) -> None:
    page = booked(clerk, ref)
    for path in (page.path, f'/desk/c/{ref}/book', f'/desk/c/{ref}/book/cleaning'):
        assert '不归您的单位' in sign_in('zhaofar').get(path, 403).text
    other = residents.write(text='x', openid='oOther')
    clerk.get(f'/desk/c/{other}/b/{only().id}', 404)
    clerk.get(f'/desk/c/{ref}/b/NOSUCHNO', 404)


def test_where_to_come_is_shown_to_her_community_only_and_while_it_is_open(
    sign_in: SignIn, clerk: Browser, ref: str
) -> None:
    page = booked(clerk, ref)
    assert HERE['address'] in clerk.get(page.path).text
    found = conversation()
    found.unit = found.waiting_unit = FAR
    found.save()
    shown = sign_in('zhaofar').get(page.path)
    assert HERE['address'] not in shown.text
    assert HERE['phone'] not in shown.html
    assert '只有她所在社区和上门的公司能看' in shown.text
    assert privacy.reads_of(ID, 9)[0].member in ('wangmin', 'zhaofar')
    clerk.submit(clerk.get(page.path), '取消预约')
    assert HERE['address'] not in clerk.get(page.path).text


def test_a_booking_costs_the_conversation_page_one_request(clerk: Browser, ref: str, wire: Wire) -> None:
    clerk.get(f'/desk/c/{ref}')
    wire.sent.clear()
    clerk.get(f'/desk/c/{ref}')
    before = wire.requests()
    booked(clerk, ref)
    wire.sent.clear()
    clerk.get(f'/desk/c/{ref}')
    assert wire.requests() == before


def test_the_page_of_free_times_is_light(clerk: Browser, ref: str) -> None:
    Item.get('cleaning').update([Item.step_minutes.set(15), Item.horizon_days.set(60)])
    services.forget()
    page = times(clerk, ref)
    assert len(page.html.encode()) + style(clerk) <= MOST_BYTES
    later = clerk.get(page.links['再往后'])
    assert later.links['前两周']
    assert len(later.html.encode()) + style(clerk) <= MOST_BYTES


def test_what_cannot_be_meant_is_refused(clerk: Browser, ref: str) -> None:
    page = times(clerk, ref)
    for at in ('', 'x', '9' * 9, '-1', value(SATURDAY + timedelta(days=300)), value(SATURDAY - timedelta(days=9))):
        form = page.forms[-1]
        clerk.post(form.action, 422, **{**form.fields, 'at': at})
    clerk.post(form.action, 422, **{**form.fields, 'form': 'x', 'at': value()})
    clerk.get(f'/desk/c/{ref}/book/cleaning?o=nonsense&from=nonsense')
    assert not list(Booking.scan())


def test_whoever_stands_above_books_only_after_taking_it(sign_in: SignIn, ref: str) -> None:
    from chalicelib.alliance.records import Member

    Member('street', name='街道', state='active', units=[STREET], roles=['clerk']).save()
    above = sign_in('street')
    assert '代她预约服务' not in above.get(f'/desk/c/{ref}').links
    above.get(f'/desk/c/{ref}/book', 403)


def test_a_long_talk_beside_five_bookings_stays_light(clerk: Browser, ref: str, residents: Writer) -> None:
    for number in range(60):
        residents.write(text=f'{number}' + '楼道里的灯又不亮了' * 12, ago=timedelta(minutes=number))
    for hour in range(rules.OPEN_AT_MOST):
        page = press(clerk, times(clerk, ref), SATURDAY + timedelta(days=1 + hour))
        clerk.submit(page, '确认预约', **HERE)
    page = clerk.get(f'/desk/c/{ref}')
    assert page.text.count('等公司确认') == rules.OPEN_AT_MOST
    assert len(page.html.encode()) + style(clerk) <= MOST_BYTES


def test_too_many_open_ones(clerk: Browser, ref: str) -> None:
    for hour in range(rules.OPEN_AT_MOST):
        page = press(clerk, times(clerk, ref), SATURDAY + timedelta(days=1 + hour))
        clerk.submit(page, '确认预约', **HERE)
    assert '她还没办完的预约已有' in press(clerk, times(clerk, ref), status=422).text
