"""The story of a booking: a man on the page, his neighbour of 78 by digits, two companies, a crew, the rain."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from chalicelib import clock
from chalicelib.bookings import actions as bookings
from chalicelib.bookings.records import Booking
from local.alliance import DISTRICT, XIANYOU
from local.product import Product
from tests.e2e.conftest import PHONE
from tests.e2e.test_story import sign_in_by_link
from tests.e2e.town import Town

THURSDAY = datetime(2026, 12, 3, 10, 0, tzinfo=clock.BEIJING)
SATURDAY = (THURSDAY + timedelta(days=2)).replace(hour=9)
WORKER, MOTHER, DAUGHTER = 'laozhou', 'zhang', 'zhangli'  # of the stand-in's people
HOUR = timedelta(hours=1)


class Market(Town):
    """Two companies with a dispatcher and a crew member each, and residents who book."""

    def __init__(self, product: Product) -> None:
        super().__init__(product, THURSDAY)
        self.numbers: dict[str, str] = {}
        self.says('qiandiao', DISTRICT, '登录')  # whoever writes in the morning can be told by chat all day

    def booking(self, whose: str) -> Booking:
        return bookings.find(self.numbers[whose])

    def last(self, person: str, account: str) -> str:
        return self.reads(person, account)[-1]

    def alerts(self, member: str) -> list[str]:
        return self.reads(member, DISTRICT)

    def page(self, browser: BrowserContext, member: str) -> Page:
        """A member of a company, signed in with the link from the district's chat."""
        page = browser.new_page()
        link = re.search(r'http\S+', self.says(member, DISTRICT, '登录'))
        assert link
        page.goto(link[0])
        page.get_by_role('button', name='登录').click()
        page.wait_for_url(re.compile(r'/(desk|jobs)'))
        return page


@pytest.fixture(scope='module')
def market(product: Product) -> Market:
    return Market(product)


def test_four_taps_on_the_page(market: Market, chromium: Browser) -> None:
    """The district's account is a verified service account: WeChat says who she is."""
    link = re.search(r'http\S+/go/\S+', market.says(WORKER, DISTRICT, '预约'))
    assert link, market.reads(WORKER, DISTRICT)
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale='zh-CN')
    page = context.new_page()
    page.goto(f'{market.product.phones_url}/phone/{WORKER}/{DISTRICT}')
    page.goto(link[0])
    expect(page.locator('h1')).to_contain_text('服务预约')
    assert page.locator('.shelves img').count() == 5
    page.get_by_role('link', name='日常保洁').first.click()
    expect(page.locator('main')).to_contain_text('2 小时')
    expect(page.locator('main')).to_contain_text('最多 120 元')
    page.locator('summary', has_text='12月5日').click()
    page.get_by_role('button', name='09:00').locator('visible=true').click()
    expect(page.locator('main')).to_contain_text('已为您保留到')
    page.get_by_label('怎么称呼').fill('周先生')
    page.get_by_label('电话').fill('13800000021')
    page.get_by_label('地址').fill('湛山一路 8 号 2 单元 301')
    page.get_by_role('button', name='就这样订').click()
    expect(page.locator('main')).to_contain_text('等公司确认')
    expect(page.locator('main')).to_contain_text('湛山一路 8 号')  # his own, on a page that WeChat vouches for
    market.numbers['his'] = page.locator('.number').inner_text().strip()
    page.reload()
    page.go_back()
    assert len(bookings.of_person(market.booking('his').conversation, clock.now())) == 1
    market.sweep()
    market.soon(lambda: '已预约' in market.last(WORKER, DISTRICT))
    assert f'预约号 {market.numbers["his"]}' in market.last(WORKER, DISTRICT)
    assert market.booking('his').starts_at == SATURDAY
    context.close()


def test_three_numbered_questions(market: Market) -> None:
    asked = market.says(MOTHER, XIANYOU, '预约')
    digit = re.search(r'(\d)　日常保洁', asked)
    assert digit, asked
    when = market.says(MOTHER, XIANYOU, digit[1])
    assert '什么时候方便' in when
    where = market.says(MOTHER, XIANYOU, '周六下午2点')
    assert '给您留到' in where, where
    confirm = market.says(MOTHER, XIANYOU, '仙游路15号3号楼2单元501，13800000009')
    assert '1　就这样订' in confirm
    booked = market.says(MOTHER, XIANYOU, '1')
    assert '已预约' in booked
    number = re.search(r'加入 ([0-9A-Z]{8})', booked)
    assert number, booked
    market.numbers['hers'] = number[1]
    assert market.booking('hers').starts_at == SATURDAY + 5 * HOUR


def test_her_daughter_comes_to_it(market: Market) -> None:
    said = market.says(DAUGHTER, XIANYOU, f'加入 {market.numbers["hers"].lower()}')
    assert '已加入' in said, said
    market.sweep()
    market.soon(lambda: '家人加入了' in market.last(MOTHER, XIANYOU))
    assert '家人加入了' in market.last(MOTHER, XIANYOU)


def test_the_dispatcher_takes_one_and_misses_the_other(market: Market, phone: BrowserContext) -> None:
    page = market.page(phone, 'wudiao')
    page.goto(f'{market.product.url}/jobs')
    expect(page.locator('main')).to_contain_text('等您接单')
    expect(page.locator('[aria-labelledby=offered] a', has_text='日常保洁')).to_have_count(2)
    page.goto(f'{market.product.url}/jobs/{market.numbers["his"]}')
    expect(page.locator('main')).not_to_contain_text('湛山一路')  # not before it is theirs
    page.get_by_role('button', name='接单').click()
    expect(page.locator('main')).to_contain_text('湛山一路 8 号')
    market.soon(lambda: '安排好了' in market.last(WORKER, DISTRICT))
    assert '示例甲家政公司' in market.last(WORKER, DISTRICT)

    before = len(market.alerts('wudiao')), len(market.alerts('qiandiao'))
    market.at(THURSDAY + timedelta(minutes=50))
    market.soon(lambda: len(market.alerts('qiandiao')) > before[1] and len(market.alerts('wudiao')) > before[0])
    hers = market.booking('hers')
    assert (hers.state, hers.partner) == ('offered', 'jiazheng-b')
    assert any('不再由您的公司办' in line for line in market.alerts('wudiao')[before[0] :])
    assert any('新的服务单' in line for line in market.alerts('qiandiao')[before[1] :])
    page.goto(f'{market.product.url}/jobs/{market.numbers["hers"]}')
    expect(page.locator('main')).not_to_contain_text('仙游路15号')

    other = market.page(phone, 'qiandiao')
    other.goto(f'{market.product.url}/jobs/{market.numbers["hers"]}')
    other.get_by_role('button', name='接单').click()
    market.soon(lambda: '安排好了' in market.last(MOTHER, XIANYOU))
    assert '示例乙家政公司' in market.last(MOTHER, XIANYOU)
    assert '示例乙家政公司' in market.last(DAUGHTER, XIANYOU)


def test_rain(market: Market, chromium: Browser) -> None:
    """Moved to Sunday, and the Saturday is somebody else's at once."""
    link = re.search(r'http\S+/go/\S+', market.says(WORKER, DISTRICT, '预约'))
    assert link
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale='zh-CN')
    page = context.new_page()
    page.goto(f'{market.product.phones_url}/phone/{WORKER}/{DISTRICT}')
    page.goto(link[0])
    page.get_by_role('link', name='等公司确认').or_(page.get_by_role('link', name='已安排好')).first.click()
    page.get_by_role('link', name='改时间').click()
    page.locator('summary', has_text='12月6日').click()
    page.get_by_role('button', name='09:00').locator('visible=true').click()
    expect(page.locator('main')).to_contain_text('12月6日')
    assert market.booking('his').starts_at == SATURDAY + timedelta(days=1)
    times = market.says(DAUGHTER, XIANYOU, '预约日常保洁')
    assert '12月5日（周六）09:00' in market.says(DAUGHTER, XIANYOU, '周六9点'), times
    market.says(DAUGHTER, XIANYOU, '0')
    context.close()


def test_reminders_to_her_and_to_her_daughter(market: Market) -> None:
    market.at(SATURDAY - timedelta(hours=15) + timedelta(minutes=1))  # Friday 18:01
    for person in (MOTHER, DAUGHTER):
        market.soon(lambda person=person: '提醒：明日' in market.last(person, XIANYOU))
        assert '提醒：明日 14:00' in market.last(person, XIANYOU)
        assert market.says(person, XIANYOU, '好') == ''  # WeChat's window is open again; nobody has to answer that
        assert market.conversation(person, XIANYOU).waiting_unit is None
    market.at(SATURDAY + 3 * HOUR + timedelta(minutes=1))
    for person in (MOTHER, DAUGHTER):
        market.soon(lambda person=person: '提醒：今日' in market.last(person, XIANYOU))
        assert '提醒：今日 14:00' in market.last(person, XIANYOU)


def test_the_crew_comes_and_she_is_not_content(market: Market, phone: BrowserContext, desktop: BrowserContext) -> None:
    market.at(SATURDAY + 5 * HOUR)
    page = market.page(phone, 'fengshifu')
    page.goto(f'{market.product.url}/jobs')
    page.get_by_role('link').filter(has_text='日常保洁').first.click()
    expect(page.locator('main')).to_contain_text('仙游路15号')
    page.get_by_role('button', name='到达').click()
    market.at(SATURDAY + 7 * HOUR)
    page.reload()
    page.get_by_role('button', name='完成').click()
    assert market.booking('hers').state == 'done'
    market.at(SATURDAY + 8 * HOUR)
    market.soon(lambda: '您满意吗' in market.last(MOTHER, XIANYOU))
    assert '您满意吗' in market.last(MOTHER, XIANYOU)
    assert '抱歉没有让您满意' in market.says(MOTHER, XIANYOU, '不满意')
    assert market.booking('hers').state == 'rated'
    found = market.conversation(MOTHER, XIANYOU)
    assert found.waiting_unit == XIANYOU
    clerk = desktop.new_page()
    sign_in_by_link(market.product, clerk, 'wangmin')
    clerk.goto(f'{market.product.url}/desk/c/{found.ref}')
    expect(clerk.locator('main')).to_contain_text('服务评价「不满意」')
