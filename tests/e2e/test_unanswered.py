"""The story of what nobody answers: who is told, what repairs itself, and how somebody is forgotten."""

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from chalice.app import ScheduledEventConfig
from playwright.sync_api import BrowserContext, Page, expect

from chalicelib import clock, holidays, settings
from chalicelib.inbox.records import Conversation
from chalicelib.privacy.records import Forgotten
from chalicelib.storage import Record
from local.alliance import DISTRICT, STREET, XIANYOU
from local.functions import functions
from local.product import Product
from local.schedules import event
from local.standin.people import Line
from ops import tables
from tests.e2e.test_story import sign_in_by_link

MINUTE = timedelta(minutes=1)


class Town:
    """The product's clock on a working day, and what residents and groups of staff read."""

    def __init__(self, product: Product) -> None:
        self.product, self.world = product, product.world
        self.day = clock.day(clock.now()) + timedelta(days=1)
        while self.day.isoweekday() not in (2, 3) or self.is_holiday(0, 1, 2):  # two more before the weekend
            self.day += timedelta(days=1)

    def is_holiday(self, *days: int) -> bool:
        return any(holidays.is_holiday(self.day + timedelta(days=each)) for each in days)

    def at(self, time: str, days: int = 0) -> None:
        """Put the clock forward to a Beijing time of the story's day, and let the schedule run."""
        moment = datetime.fromisoformat(f'{self.day + timedelta(days=days)}T{time}').replace(tzinfo=clock.BEIJING)
        self.world.move(moment - clock.now())
        self.sweep()

    def later(self, by: timedelta = MINUTE) -> None:
        self.world.move(by)
        self.sweep()

    def sweep(self) -> None:
        """The schedule, as Lambda calls it; the product's own pump may run it at the same time."""
        import app

        (call,) = [call for source, call in functions(app.app, ScheduledEventConfig) if source.name == 'sweep']
        call(event(clock.now()))

    def says(self, person: str, *lines: str) -> list[str]:
        """Write to the community; what is answered at once."""
        before = len(self.reads(person))
        for line in lines:
            self.world.send_text(person, XIANYOU, line)
            self.world.wait_idle(30)
        return self.reads(person)[before:]

    def reads(self, person: str) -> list[str]:
        return [line.text for line in self.world.chat(person, XIANYOU) if line.who == 'account']

    def told(self, unit: str) -> list[Line]:
        return list(self.world.state.robots[unit].lines)

    def conversation(self, person: str) -> Conversation | None:
        from chalicelib.inbox import actions

        return actions.conversation(f'{XIANYOU}#{self.world.openid(person, XIANYOU)}')

    def soon(self, reached: Callable[[], object]) -> None:
        """Until what a run of the product's own pump has begun is done: it may have been quicker than ours."""
        for _ in range(100):
            if reached():
                return
            threading.Event().wait(0.1)

    def wait_for(self, reached: Callable[[], bool]) -> None:
        """Until a worker of the product has done something."""
        for _ in range(60):
            if reached():
                return
            self.world.move(MINUTE)  # a queue shows again what failed by the product's clock
            threading.Event().wait(0.5)
        raise AssertionError('it did not come to pass')


@pytest.fixture(scope='module')
def town(product: Product) -> Town:
    return Town(product)


def reply(page: Page, town: Town, person: str, words: str, says: str) -> None:
    """A clerk answers on the page."""
    found = town.conversation(person)
    assert found
    page.goto(f'{town.product.url}/desk/c/{found.ref}')
    page.get_by_label('回复居民').fill(words)
    page.get_by_role('button', name='已答复').click()
    expect(page.locator('main')).to_contain_text(says)


def test_the_clerk_on_duty_gets_one_message_with_a_link_that_signs_nobody_in(
    town: Town, phone: BrowserContext, product: Product
) -> None:
    town.at('22:10:05')
    receipt, *more = town.says('zhang', '前几天办喜事留下的泡沫字还堆在门口', '能不能帮忙清一下')
    assert more == []
    tomorrow = town.day + timedelta(days=1)
    by = f'{tomorrow.month}月{tomorrow.day}日（周{clock.WEEKDAYS[tomorrow.weekday()]}）14:00 前'
    assert '仙游路社区今晚值班到 22:30' in receipt
    assert by in receipt
    town.at('22:10:50')
    assert town.told(XIANYOU) == []
    town.at('22:11:30')
    town.sweep()
    town.soon(lambda: town.told(XIANYOU))
    (line,) = town.told(XIANYOU)
    assert '【仙游路社区】1 位居民在等答复' in line.text
    assert '王敏' in str(line.fields)
    for private in ('泡沫', '张', '居民 A', town.world.openid('zhang', XIANYOU)):
        assert private not in line.text
    page = phone.new_page()
    page.goto('http' + line.text.partition('http')[2].split()[0])
    expect(page).to_have_url(f'{product.url}/login?next=%2Fdesk%3Funit%3D{XIANYOU}')

    sign_in_by_link(product, page, 'wangmin')
    page.goto(f'{product.url}/desk')
    expect(page.locator('.rows li')).to_have_count(1)
    reply(page, town, 'zhang', '今晚志愿队 22:40 过去清走', '已发出')
    assert town.reads('zhang')[-1] == '今晚志愿队 22:40 过去清走'
    town.at('08:40', days=1)
    assert len(town.told(XIANYOU)) == 1


def test_three_who_wait_are_one_message_and_every_rung_is_told_once(
    town: Town, desktop: BrowserContext, product: Product
) -> None:
    told = {unit: len(town.told(unit)) for unit in (XIANYOU, STREET, DISTRICT)}

    def new(unit: str) -> list[str]:
        return [line.text for line in town.told(unit)[told[unit] :]]

    town.at('09:00:05', days=1)
    for person in ('zhang', 'laozhou', 'zhangli'):
        assert '14:30 前给您回话' in town.says(person, '路灯坏了')[0]
    town.at('09:01:20', days=1)
    town.soon(lambda: new(XIANYOU))
    assert len(new(XIANYOU)) == 1
    assert '3 位居民在等答复' in new(XIANYOU)[0]

    town.product.faults.kill_in, town.product.faults.kill_at, town.product.faults.kill_after = 'schedule', 2, True
    town.at('11:00:30', days=1)
    town.world.run_schedules()  # the pump's run, which may be killed at its second write
    town.later()
    town.later()
    town.later(3 * MINUTE)
    assert sum('时间已过半' in text for text in new(XIANYOU)) == 1
    town.product.faults.kill_in = ''

    town.world.move(datetime.fromisoformat(f'{town.day + timedelta(days=1)}T13:42:30+08:00') - clock.now())
    runs = [threading.Thread(target=town.sweep) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    town.later()
    assert sum('五分之四' in text for text in new(XIANYOU)) == 1
    assert (new(STREET), new(DISTRICT)) == ([], [])

    town.at('14:30:30', days=1)
    town.later()
    town.soon(lambda: new(STREET))
    assert len(new(STREET)) == 1
    assert '仙游路社区】有 3 位居民到时没有得到答复' in new(STREET)[0]
    assert new(DISTRICT) == []
    page = desktop.new_page()
    product.world.send_text('liuyang', DISTRICT, '登录')
    product.world.wait_idle(20)
    link = [line.text for line in product.world.chat('liuyang', DISTRICT) if 'http' in line.text][-1]
    page.goto('http' + link.partition('http')[2].split()[0])
    page.get_by_role('button', name='登录').click()
    page.wait_for_url('**/desk')
    below = page.locator('section', has_text='下级到时没有答复')
    expect(below.locator('.rows li')).to_have_count(3)
    expect(below).to_contain_text('仙游路社区')
    below.locator('.rows a').first.click()
    expect(page.locator('main')).to_contain_text('金门路街道已知道')

    assert '没能在说好的' in town.says('zhang', '还没有人来')[0]
    town.at('16:32', days=1)
    town.later()
    town.soon(lambda: new(DISTRICT))
    assert len(new(STREET)) == 1
    assert len(new(DISTRICT)) == 1
    town.at('17:25', days=1)
    assert (len(new(XIANYOU)), len(new(STREET)), len(new(DISTRICT))) == (3, 1, 1)


def test_while_wechat_is_down_an_answer_waits_and_goes_out_by_itself(
    town: Town, phone: BrowserContext, product: Product
) -> None:
    page = phone.new_page()
    sign_in_by_link(product, page, 'wangmin')
    product.faults.api_down = True
    reply(page, town, 'zhangli', '师傅已经在路上', '系统会自动再发')
    expect(page.locator('.talk')).to_contain_text('下一次')
    for _ in range(10):
        town.later()
    assert '师傅已经在路上' not in town.reads('zhangli')
    product.faults.api_down = False
    for _ in range(16):
        town.later()
    assert town.reads('zhangli').count('师傅已经在路上') == 1
    page.reload()
    expect(page.locator('.talk')).to_contain_text('已发出')


def test_while_the_store_is_down_nothing_is_lost(town: Town, product: Product) -> None:
    before = town.conversation('laozhou')
    assert before
    product.faults.store_down = True
    try:
        for words in ('水管爆了', '楼下已经进水', '请快来'):
            assert town.says('laozhou', words) == []  # `success`: no answer, and no word of a failure
            town.world.move(2 * MINUTE)
    finally:
        product.faults.store_down = False
    town.wait_for(lambda: '请快来' in said('laozhou', town))
    assert [line for line in said('laozhou', town) if line in ('水管爆了', '楼下已经进水', '请快来')] == [
        '水管爆了', '楼下已经进水', '请快来',
    ]  # fmt: skip
    found = town.conversation('laozhou')
    assert found
    assert found.waiting_unit == XIANYOU
    assert not any('故障' in line.text for line in product.world.chat('laozhou', XIANYOU))


def said(person: str, town: Town) -> list[str]:
    from chalicelib.inbox import actions

    talk = actions.talk(f'{XIANYOU}#{town.world.openid(person, XIANYOU)}').messages
    return [line.text for line in talk if line.way == 'in']


def test_who_leaves_is_sent_nothing_and_is_forgotten_with_proof(
    town: Town, phone: BrowserContext, product: Product
) -> None:
    page = phone.new_page()
    sign_in_by_link(product, page, 'wangmin')
    openid = product.world.openid('zhang', XIANYOU)
    found = town.conversation('zhang')
    assert found
    product.world.unfollow('zhang', XIANYOU)
    product.world.wait_idle(20)
    page.goto(f'{product.url}/desk/c/{found.ref}')
    expect(page.locator('main')).to_contain_text('已取消关注')
    heard = len(town.reads('zhang'))
    page.locator('summary', has_text='不答复，直接关闭').click()
    page.get_by_label('居民已当面或电话办妥').check()
    page.get_by_role('button', name='关闭', exact=True).click()
    expect(page.locator('main')).to_contain_text('已关闭')
    town.later(2 * MINUTE)
    town.later(35 * MINUTE)  # nobody has still to be told of her
    assert len(town.reads('zhang')) == heard
    assert town.conversation('zhang') is None
    assert [name for name, rows in everything().items() if openid in str(rows)] == []
    (proof,) = Forgotten.query(hashlib.sha256(f'{XIANYOU}#{openid}'.encode()).hexdigest())
    assert proof.why == 'left'
    assert proof.messages >= 4


def everything() -> dict[str, list[Any]]:
    models: list[type[Record]] = tables.models()
    return {settings.table_name(model.Meta.table): [row.to_simple_dict() for row in model.scan()] for model in models}
