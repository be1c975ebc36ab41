"""Nobody who was not told of her booking is overlooked: the day's phone list, and what companies have done."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib import clock
from chalicelib.alliance.records import Member
from chalicelib.bookings import actions as bookings
from chalicelib.bookings import making, serving, steps
from chalicelib.bookings.actions import Booker, Where, Wish
from chalicelib.bookings.records import Booking
from chalicelib.desk import calls
from chalicelib.inbox import actions as inbox
from chalicelib.inbox.records import Conversation
from chalicelib.outreach import actions as outreach
from chalicelib.outreach.records import Telling
from chalicelib.privacy import actions as privacy
from chalicelib.residents import actions as residents_
from tests.bookings.shop import FIRST, SATURDAY
from tests.desk.conftest import HOME, NEIGHBOUR, RESIDENT, STREET, Browser, WeChat, Writer
from tests.desk.reading import Page
from tests.desk.selling import DISPATCHER, open_shop
from tests.desk.test_lists import MOST_BYTES, style
from tests.store_faults import Wire, throttled

SignIn = Callable[[str], Browser]
ID = f'{HOME}#{RESIDENT}'
TOMORROW = SATURDAY - timedelta(days=4)
NOBODY, TICK = '没有要打的电话', '已打电话告诉'
LONG_AGO = timedelta(days=3)


@pytest.fixture(autouse=True)
def _shop(alliance: None, wechat: WeChat) -> None:
    open_shop()


def book(openid: str = RESIDENT, at: datetime = TOMORROW, name: str = '王阿姨') -> str:
    """Booked by her clerk; gives the number."""
    by, now = Booker(f'{HOME}#{openid}', HOME, 'wangmin'), clock.now()
    wish = Wish('cleaning', 'h2', at, '8000.12000')
    held = bookings.hold(wish, by, f'{openid}{at}', now)
    here = Where(name, '138 0000 0009', '3 号楼 501')
    return str(bookings.do(lambda: making.confirm(held.id, here, wish.mark, by, now)).id)


def cancel(number: str, openid: str = RESIDENT) -> None:
    by = Booker(f'{HOME}#{openid}', HOME, 'wangmin')
    bookings.do(lambda: steps.cancel(number, by, clock.now()))


def leave(openid: str = RESIDENT) -> None:
    found = conversation(openid)
    found.followed = False
    found.save()


def conversation(openid: str = RESIDENT) -> Conversation:
    found = inbox.conversation(f'{HOME}#{openid}')
    assert found
    return found


def listed(browser: Browser, **query: str) -> Page:
    asked = ''.join(f'&{name}={value}' for name, value in query.items())
    return browser.get(f'/desk/calls?unit={HOME}{asked}')


def tellings(number: str) -> list[Telling]:
    return outreach.of(f'booking#{number}')


def test_who_was_told_in_her_chat_is_nobody_to_telephone(clerk: Browser, residents: Writer) -> None:
    residents.write(text='请帮我约保洁')
    book()
    page = listed(clerk)
    assert NOBODY in page.text
    assert '明日 11月24日 周二 1 个预约' in page.text
    assert '138' not in page.html


def test_who_waits_for_her_next_word_is_called_and_then_off_the_list(clerk: Browser, residents: Writer) -> None:
    residents.write(text='请帮我约保洁', ago=LONG_AGO)
    number = book()
    page = listed(clerk)
    assert '1 位居民还不知道' in page.text
    assert '等她下次来信才能发' in page.text
    assert '王阿姨' in page.text
    assert page.links['138 0000 0009'] == 'tel:13800000009'
    assert '已预约：日常保洁（2 小时）' in page.text
    assert privacy.reads_of(ID, 5)[0].member == 'wangmin'
    done = clerk.submit(page, TICK)
    assert NOBODY in done.text
    (row,) = tellings(number)
    assert (row.state, row.channel, row.told_by) == ('told', 'phone', 'wangmin')
    assert row.told_at
    assert conversation().kept == []
    assert NOBODY in clerk.submit(page, TICK).text


def test_who_has_left_is_called_for_what_is_near_also_before_a_reminder_fails(
    clerk: Browser, residents: Writer
) -> None:
    residents.write(text='请帮我约保洁')
    number = book()
    residents.write(text='x', openid='oFar')
    book('oFar', SATURDAY)
    leave()
    leave('oFar')
    page = listed(clerk)
    assert page.text.count('已取消关注，微信发不到') == 1
    assert '提醒：日常保洁（2 小时），11月24日（周二）09:00，甲家政' in page.text
    assert NOBODY in clerk.submit(page, TICK).text
    assert [row.told_by for row in tellings(number) if row.state == 'told'] == ['wangmin']


@pytest.mark.parametrize(
    ('state', 'channel', 'said'),
    [
        ('unknown', 'chat', '结果未知，可能没有收到'),
        ('failed', None, '微信没有送到'),
        ('line', 'next', '等她下次来信才能发'),
        ('planned', None, '微信还没有送到'),
        ('over', 'next', ''),
    ],
)
def test_every_reason_is_said(clerk: Browser, residents: Writer, state: str, channel: str | None, said: str) -> None:
    residents.write(text='x')
    (row,) = tellings(book())
    row.state, row.channel, row.line = state, channel, None
    row.made_at -= timedelta(minutes=6)
    if state == 'over':
        row.until = clock.now() - timedelta(minutes=1)
    row.save()
    page = listed(clerk)
    assert said in page.text
    assert (NOBODY in page.text) == (not said)


def test_what_is_being_sent_this_moment_is_left_to_it(clerk: Browser, residents: Writer) -> None:
    residents.write(text='x')
    (row,) = tellings(book())
    row.state, row.channel, row.line = 'planned', None, None
    row.save()
    assert NOBODY in listed(clerk).text


def test_a_change_of_another_day_is_on_the_list_until_she_knows(clerk: Browser, residents: Writer) -> None:
    residents.write(text='x')
    number = book(at=SATURDAY)
    leave()
    assert NOBODY in listed(clerk).text
    cancel(number)
    page = listed(clerk)
    assert '已取消关注' in page.text
    assert '取消了预约' in page.text
    assert NOBODY in clerk.submit(page, TICK).text


def test_a_company_that_has_no_more_time_is_a_call(clerk: Browser, residents: Writer) -> None:
    residents.write(text='x', ago=LONG_AGO)
    number = book(at=SATURDAY)
    clerk.submit(listed(clerk), TICK)
    for unit in (FIRST, 'jiazheng-b'):
        bookings.do(lambda unit=unit: serving.decline(number, unit, '人手不够', DISPATCHER, clock.now()))
    page = listed(clerk)
    assert '抱歉，日常保洁' in page.text
    assert '王阿姨' in page.text


def test_what_she_was_told_later_makes_the_earlier_moot(clerk: Browser, residents: Writer) -> None:
    residents.write(text='x', ago=LONG_AGO)
    number = book(at=SATURDAY)
    clock.move(timedelta(minutes=1))
    Writer(clock.now(), 25000000000000000).write(text='谢谢', fresh=True, waits=False)
    (row,) = tellings(number)
    row.state, row.line = 'unknown', None
    row.save()
    assert '结果未知' in listed(clerk).text
    bookings.do(lambda: serving.accept(number, FIRST, f'{FIRST}-1', DISPATCHER, clock.now()))
    assert NOBODY in listed(clerk).text


def test_her_daughter_is_called_too(clerk: Browser, residents: Writer) -> None:
    residents.write(text='x')
    residents.write(text='x', openid='oDaughter', ago=LONG_AGO)
    number = book()
    bookings.do(lambda: steps.join(number, f'{HOME}#oDaughter', clock.now()))
    told = {'name': '小林', 'phone': '139 0000 0001', 'building': '', 'door': ''}
    residents_.tell(conversation('oDaughter'), told, None, clock.now())
    cancel(number)
    page = listed(clerk)
    assert '小林（一起收提醒的家人）' in page.text
    assert page.links['139 0000 0001'] == 'tel:13900000001'


def test_a_tick_covers_only_what_the_page_showed(clerk: Browser, residents: Writer) -> None:
    residents.write(text='x', ago=LONG_AGO)
    number = book()
    page = listed(clerk)
    clock.move(timedelta(minutes=1))
    cancel(number)
    again = clerk.submit(page, TICK)
    assert '取消了预约' in again.text
    assert NOBODY in clerk.submit(again, TICK).text


def test_a_reminder_is_no_second_call_of_the_same_day(clerk: Browser, residents: Writer) -> None:
    from chalicelib import storage

    residents.write(text='x')
    number = book()
    leave()
    clerk.submit(listed(clerk), TICK)
    until = TOMORROW + timedelta(hours=2)

    def remind(tx: storage.Transaction) -> None:
        outreach.tell(tx, ID, f'booking#{number}', 'tomorrow1', '提醒：明日', HOME, until, clock.now())

    clock.move(timedelta(minutes=10))
    storage.commit(remind)
    (row,) = [row for row in tellings(number) if row.what == 'tomorrow1']
    row.state = 'failed'
    row.save()
    assert NOBODY in listed(clerk).text


def test_who_has_been_forgotten_is_nobody_to_telephone(clerk: Browser, residents: Writer) -> None:
    residents.write(text='x', ago=LONG_AGO)
    book()
    conversation().delete()
    page = listed(clerk)
    assert NOBODY in page.text
    assert '138' not in page.html


def test_rights(sign_in: SignIn, residents: Writer) -> None:
    residents.write(text='x', ago=LONG_AGO)
    book()
    Member('street', name='街道', state='active', units=[STREET], roles=['clerk']).save()
    far, above, own = sign_in('zhaofar'), sign_in('street'), sign_in('wangmin')
    for path in ('calls', 'bookings'):
        far.get(f'/desk/{path}?unit={HOME}', 403)
    page = listed(above)
    assert '等她下次来信才能发' in page.text
    assert '138' not in page.html
    assert '王阿姨' not in page.html
    assert TICK not in [name for form in page.forms for name in form.buttons]
    assert privacy.reads_of(ID, 5) == []
    _, fields = listed(own).pressed(TICK, {})
    above.post('/desk/calls', 403, **{**fields, 'csrf': page.forms[0].fields['csrf']})
    assert '等她下次来信才能发' in listed(own).text
    own.post('/desk/calls', 403, **{**fields, 'unit': NEIGHBOUR})
    own.post('/desk/calls', 404, **{**fields, 'number': 'NOSUCHNO'})


def test_what_cannot_be_written_down_is_not_shown(clerk: Browser, residents: Writer, wire: Wire) -> None:
    residents.write(text='x', ago=LONG_AGO)
    book()
    wire.meet('PutItem', *[throttled] * 10)
    page = clerk.get(f'/desk/calls?unit={HOME}', 500)
    assert '138' not in page.html


def test_it_is_said_when_there_are_more_than_a_page_asks_about(
    clerk: Browser, residents: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, 'ASKED_AT_MOST', 1)
    for number in range(2):
        residents.write(text='x', openid=f'oOne{number}', ago=LONG_AGO)
        book(f'oOne{number}')
    page = listed(clerk)
    assert '还有 1 个没有查' in page.text
    assert page.text.count('等她下次来信才能发') == 1


def test_the_list_costs_a_question_for_each_booking(clerk: Browser, residents: Writer, wire: Wire) -> None:
    for number in range(2):
        residents.write(text='x', openid=f'oOne{number}')
        book(f'oOne{number}')
    listed(clerk)
    wire.sent.clear()
    listed(clerk)
    assert wire.sent['Query'] <= 4
    assert wire.requests() <= 10


def test_a_street_chooses_one_of_its_communities(sign_in: SignIn, residents: Writer) -> None:
    residents.write(text='x', ago=LONG_AGO)
    book()
    for path, said in (('calls', '请在下面选一个社区'), ('bookings', '请在下面选一个社区')):
        page = sign_in('liqiang').get(f'/desk/{path}?unit={STREET}')
        assert said in page.text
        assert page.links['仙游路社区'] == f'/desk/{path}?unit={HOME}'


def test_a_clerk_without_a_unit_is_told_so(sign_in: SignIn) -> None:
    assert '您还没有被分到单位' in sign_in('nobody').get('/desk/calls').text
    sign_in('nobody').get('/desk/bookings')


def test_the_booking_s_own_page_has_the_same_button_and_sends_again(
    clerk: Browser, residents: Writer, wechat: WeChat
) -> None:
    ref = residents.write(text='x')
    number = book()
    (row,) = tellings(number)
    row.state, row.line = 'failed', None
    row.save()
    page = clerk.get(f'/desk/c/{ref}/b/{number}')
    assert '居民还不知道' in page.text
    sent = len(wechat.sent)
    for _ in range(2):
        shown = clerk.submit(page, '再发一次')
    assert len(wechat.sent) == sent + 1
    assert '居民还不知道' not in shown.text
    assert NOBODY in listed(clerk).text


def test_the_unit_s_bookings_show_how_companies_serve_and_nobody_s_name(clerk: Browser, residents: Writer) -> None:
    states = ('missed', 'unserved', 'rated', 'no_show', 'done')
    for number, state in enumerate(states):
        residents.write(text='x', openid=f'oOne{number}')
        found = Booking.get(book(f'oOne{number}', TOMORROW + timedelta(hours=3 * (number // 2), days=number % 2)))
        found.state = state
        found.rating = 2 if state == 'rated' else None
        found.save()
    page = clerk.get(f'/desk/bookings?unit={HOME}&day=2026-11-24&week=1')
    for words in (
        '共 5 个', '没有上门记录 1 个', '没有公司能接 1 个', '上门没有找到人 1 个', '评价不满意 1 个', '已评价',
        '甲家政', '日常保洁（2 小时）', '没有上门记录，社区在核实',
    ):  # fmt: skip
        assert words in page.text, words
    for private in ('王阿姨', '138', '3 号楼', 'oOne'):
        assert private not in page.html
    day = clerk.get(page.links['只看一天'])
    assert '共 3 个' in day.text
    assert '没有居民预约' in clerk.get(day.links['往前']).text


def test_the_pages_are_light_and_can_be_listened_to(clerk: Browser, residents: Writer) -> None:
    ref = residents.write(text='x', ago=LONG_AGO)
    number = book()
    waiting = clerk.get('/desk')
    (path,) = [href for words, href in waiting.links.items() if words.startswith('电话单')]
    for address in (
        path, f'/desk/bookings?unit={HOME}', f'/desk/bookings?unit={HOME}&week=1&day=2026-11-24',
        f'/desk/calls?unit={HOME}&day=nonsense', f'/desk/calls?unit={HOME}&day=2025-12-01',
        f'/desk/calls?unit={HOME}&day=2027-11-01', f'/desk/bookings?unit={HOME}&day=2025-12-01&week=1',
        f'/desk/c/{ref}/book', f'/desk/c/{ref}/book/cleaning', f'/desk/c/{ref}/book/tickets',
        f'/desk/c/{ref}/b/{number}', f'/desk/c/{ref}/b/{number}/move',
    ):  # fmt: skip
        page = clerk.get(address)
        assert len(page.html.encode()) + style(clerk) <= MOST_BYTES, address
        assert len(page.all('h1')) == 1, address
        assert page.repeated_ids == [], address
        assert page.silent == [], address
        assert not [values for _, values in page.tags if 'style' in values], address
