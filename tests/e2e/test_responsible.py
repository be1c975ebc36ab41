"""The story of responsibility: whose it is, until when, who is next; on a Saturday worked for a holiday; at night."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import signin
from chalicelib.inbox.records import Conversation
from local import alliance as local_alliance
from local.alliance import DISTRICT, XIANYOU, Staff
from local.product import Product
from tests.e2e.test_story import sign_in_by_link
from tests.e2e.town import Town

MINJIANG, ABOVE_IT, LAMPS = '370202001002', '370202001000', 'chengguan'
FRIDAY = datetime(2026, 10, 9, 16, 50, tzinfo=clock.BEIJING)
PROMISED = '10月10日（周六）11:50 前'


class Alliance(Town):
    """On the Friday after the October holiday; Saturday is worked for it."""

    def __init__(self, product: Product) -> None:
        super().__init__(product, FRIDAY)
        self.put('liqiang', '李强', MINJIANG)
        self.put('zhaoxin', '赵欣', LAMPS)

    def put(self, person: str, name: str, unit: str) -> None:
        """Make somebody a clerk of this unit."""
        openid = self.world.openid(person, XIANYOU)
        if member := signin.bound_member(XIANYOU, openid):
            signin.change_units(member.id, [unit], clock.now())
        else:
            local_alliance.employ(Staff(person, name, 'clerk', unit, XIANYOU, '13800000009'), openid, clock.now())
        alliance.forget()


@pytest.fixture(scope='module')
def town(product: Product) -> Alliance:
    return Alliance(product)


def open_as(town: Town, browser: BrowserContext, member: str, found: Conversation) -> Page:
    page = browser.new_page()
    sign_in_by_link(town.product, page, member)
    page.goto(f'{town.product.url}/desk/c/{found.ref}')
    return page


def sign_in_at_the_district(town: Town, page: Page, member: str) -> None:
    link = town.says(member, DISTRICT, '登录')
    page.goto('http' + link.partition('http')[2].split()[0])
    page.get_by_role('button', name='登录').click()
    page.wait_for_url('**/desk')


def test_the_place_says_whose_it_is_and_the_promise_is_one_instant(town: Town, phone: BrowserContext) -> None:
    town.sweep()
    assert PROMISED in town.says('laozhou', DISTRICT, '路灯坏了，一闪一闪的')
    placed = town.is_at('laozhou', DISTRICT, '青岛市市南区闽江路 87 号', 36.0670, 120.3890)
    assert '已按您发的位置转给闽江路社区' in placed
    assert '您也住在闽江路社区吗' in placed
    assert '您住在闽江路社区' in town.says('laozhou', DISTRICT, '1')
    found = town.conversation('laozhou', DISTRICT)
    assert (found.waiting_unit, found.home_unit) == (MINJIANG, MINJIANG)
    assert found.due_at == datetime(2026, 10, 10, 11, 50, tzinfo=clock.BEIJING)
    page = open_as(town, phone, 'liqiang', found)
    expect(page.locator('.facts').first).to_contain_text('明日 11:50 前')
    assert PROMISED in town.says('laozhou', DISTRICT, '进度')


def test_a_department_gives_it_back_and_a_named_person_decides(
    town: Town, phone: BrowserContext, desktop: BrowserContext
) -> None:
    found = town.conversation('laozhou', DISTRICT)
    page = open_as(town, phone, 'liqiang', found)
    page.locator('summary', has_text='转交给别的单位').click()
    page.locator('#do-hand-over').get_by_label('转给').select_option(LAMPS)
    page.locator('#do-hand-over').get_by_label('为什么转交').fill('路灯归城管')
    page.locator('#do-hand-over').get_by_role('button', name='转交').click()
    expect(page.locator('main')).to_contain_text('转出去，还没有人接手')

    lamps = open_as(town, desktop, 'zhaoxin', found)
    expect(lamps.locator('main')).to_contain_text('闽江路社区转来，请在')
    lamps.locator('summary', has_text='不归我们，退回').click()
    lamps.locator('#do-decline').get_by_role('button', name='退回').click()
    expect(lamps.locator('[role=alert]')).to_be_visible()  # whose it is has to be said
    lamps.locator('#do-decline').get_by_label('那归谁').select_option('nobody')
    lamps.locator('#do-decline').get_by_label('为什么').fill('不是我们管的路')
    lamps.locator('#do-decline').get_by_role('button', name='退回').click()
    lamps.wait_for_url('**/desk?done=declined*')

    now = town.conversation('laozhou', DISTRICT)
    named = alliance.member(now.named or '')
    assert named
    assert named.name == '孙磊'
    assert now.waiting_unit == DISTRICT
    assert now.handed_until
    hour_of_work = datetime(2026, 10, 10, 8, 50, tzinfo=clock.BEIJING)  # 40 minutes are left of Friday
    assert timedelta() <= now.handed_until - hour_of_work < timedelta(minutes=5)
    boss = desktop.new_page()
    sign_in_at_the_district(town, boss, 'sunlei')
    boss.goto(f'{town.product.url}/desk/c/{now.ref}')
    expect(boss.locator('main')).to_contain_text('说不清归谁，请孙磊')
    boss.goto(f'{town.product.url}/desk/c/{now.ref}/hand-over')
    boss.get_by_label('转给').select_option(MINJIANG)
    boss.get_by_label('为什么转交').fill('先请社区现场看一下')
    boss.get_by_role('button', name='转交').click()
    page.goto(f'{town.product.url}/desk/c/{now.ref}')
    page.get_by_role('button', name='已接手，我来办').click()
    expect(page.locator('main')).to_contain_text('李强已接手')
    expect(page.locator('.facts').first).to_contain_text('明日 11:50 前')


def test_what_nobody_answered_goes_up_and_she_is_told_who_has_it_now(town: Town, phone: BrowserContext) -> None:
    read = len(town.reads('laozhou', DISTRICT))
    town.at(datetime(2026, 10, 10, 11, 49, tzinfo=clock.BEIJING))
    assert town.reads('laozhou', DISTRICT)[read:] == []
    town.at(datetime(2026, 10, 10, 11, 50, 30, tzinfo=clock.BEIJING))
    found = town.conversation('laozhou', DISTRICT)
    assert found.street == ABOVE_IT
    town.soon(lambda: town.reads('laozhou', DISTRICT)[read:])
    (words,) = town.reads('laozhou', DISTRICT)[read:]
    assert f'没能在说好的 {PROMISED}' in words
    assert '现在由香港中路街道督办，10月10日（周六）15:20 前给您回话' in words
    for _ in range(3):
        town.sweep()
    assert len(town.reads('laozhou', DISTRICT)) == read + 1
    assert '10月10日（周六）15:20 前' in town.says('laozhou', DISTRICT, '进度')
    page = open_as(town, phone, 'liqiang', found)
    page.get_by_label('回复居民').fill('路灯已经修好，您看一下')
    page.get_by_role('button', name='已答复').click()
    expect(page.locator('main')).to_contain_text('已发出')
    assert town.reads('laozhou', DISTRICT)[-1] == '路灯已经修好，您看一下'


def test_danger_wakes_everybody_until_somebody_takes_it(town: Town, phone: BrowserContext) -> None:
    night = datetime(2026, 10, 11, 3, 0, tzinfo=clock.BEIJING)
    town.at(night)
    before = {unit: len(town.told(unit)) for unit in (XIANYOU, local_alliance.STREET, DISTRICT)}
    words = town.says('zhang', XIANYOU, '家里燃气泄漏了，味道很大')
    assert '119' in words
    assert '本号不能代替报警' in words
    assert ' 前' not in words.replace('之前', '')  # nothing is promised

    def rings(unit: str) -> int:
        return sum('【险情】' in text for text in town.told(unit)[before[unit] :])

    town.at(night + timedelta(seconds=30))
    town.soon(lambda: rings(XIANYOU))
    assert (rings(XIANYOU), rings(local_alliance.STREET)) == (1, 0)
    assert '燃气' not in town.told(XIANYOU)[-1]
    town.at(night + timedelta(minutes=6))
    town.soon(lambda: rings(XIANYOU) == 2 and rings(local_alliance.STREET))
    assert rings(XIANYOU) == 2
    assert rings(local_alliance.STREET) == 1
    page = open_as(town, phone, 'wangmin', town.conversation('zhang', XIANYOU))
    expect(page.locator('main')).to_contain_text('险情')
    page.get_by_role('button', name='已接手，我来办').click()
    for minute in range(7, 30):
        town.at(night + timedelta(minutes=minute))
    assert (rings(XIANYOU), rings(local_alliance.STREET), rings(DISTRICT)) == (2, 1, 0)
