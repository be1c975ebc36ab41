"""The story: a resident writes at 22:10, staff answer on the page, the answer arrives."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from chalicelib import clock
from local.product import Product
from local.standin.people import Line

XIANYOU = '370202013001'


@pytest.fixture(autouse=True)
def at_ten_past_ten(product: Product) -> None:
    """The evening of the story: the product's clock stands at 22:10 in Beijing."""
    now = clock.beijing(clock.now())
    evening = now.replace(hour=22, minute=10, second=5)
    product.world.move((evening - now) % timedelta(days=1))


def said(product: Product, person: str) -> list[Line]:
    product.world.wait_idle(20)
    return [line for line in product.world.chat(person, XIANYOU) if line.who == 'account']


def last_words(product: Product, person: str) -> str:
    return said(product, person)[-1].text


def sign_in_by_code(product: Product, page: Page, member: str) -> None:
    page.goto(f'{product.url}/desk')
    code = re.search(r'\b\d{6}\b', page.locator('main').inner_text().replace(' ', ''))
    assert code, page.locator('main').inner_text()
    product.world.send_text(member, XIANYOU, code[0])
    assert '请求以您的名义登录' in last_words(product, member)
    product.world.send_text(member, XIANYOU, '1')
    assert '已确认' in last_words(product, member)
    page.reload()
    page.wait_for_url('**/desk')


def sign_in_by_link(product: Product, page: Page, member: str) -> None:
    product.world.send_text(member, XIANYOU, '登录')
    link = re.search(r'http\S+', last_words(product, member))
    assert link
    page.goto(link[0])
    page.goto(link[0])  # a preview opened it before: nothing is used up
    page.get_by_role('button', name='登录').click()
    page.wait_for_url('**/desk')


def follow_and_write(product: Product, pocket: BrowserContext) -> Page:
    """What 小林 does on her phone."""
    page = pocket.new_page()
    page.goto(f'{product.phones_url}/phone/xiaolin/scan')
    page.locator(f'[data-test=poster-{XIANYOU}]').click()
    page.goto(f'{product.phones_url}/phone/xiaolin/{XIANYOU}')
    lines = page.locator('li.line[data-who=account]')
    expect(lines.first).to_contain_text('仙游路社区')
    for digit in '123':
        expect(lines.first).to_contain_text(re.compile(rf'(^|\s){digit}\s'))
    page.locator('[data-test=voice]').click()
    page.locator('[data-test=photo]').click()
    page.locator('[data-test=place]').click()
    page.locator('[data-test=text]').fill('前几天办喜事留下的泡沫字还堆在门口，能不能帮忙清一下')
    page.locator('[data-test=send]').click()
    expect(page.locator('li.line[data-who=me]')).to_have_count(4)
    expect(lines.filter(has_text='已收到')).to_have_count(1)
    return page


def test_the_story(
    product: Product,
    pocket: BrowserContext,
    phone: BrowserContext,
    desktop: BrowserContext,
    picture: Path,
) -> None:
    resident = follow_and_write(product, pocket)
    product.world.wait_idle(20)

    # The clerk signs in on the phone and sees one conversation, not four.
    clerk = phone.new_page()
    sign_in_by_code(product, clerk, 'wangmin')
    row = clerk.locator('main ul.rows li').filter(has_text='居民 A')
    expect(row).to_have_count(1)
    for part in ('语音', '照片', '位置', '泡沫字'):
        expect(row).to_contain_text(part)
    row.get_by_role('link').click()
    main = clerk.locator('main')
    expect(main).to_contain_text('等了')
    expect(main).to_contain_text('微信允许写到')
    expect(main).to_contain_text('5 条')
    expect(clerk.get_by_role('link', name=re.compile('地图'))).to_have_attribute('href', re.compile('uri.amap.com'))
    wait_for_media(clerk)
    assert plays(pocket, clerk)

    # A second clerk has the same page open and types.
    colleague = desktop.new_page()
    sign_in_by_link(product, colleague, 'liqiang')
    colleague.goto(clerk.url)
    colleague.get_by_label('回复居民').fill('我来看看')

    # One line and a photo.
    clerk.get_by_label('回复居民').fill('今晚志愿队 22:40 过去清走')
    clerk.get_by_role('button', name='加照片').click()
    clerk.locator('input[type=file]').set_input_files(picture)
    clerk.get_by_role('button', name='上传').click()
    expect(clerk.get_by_label('回复居民')).to_have_value(re.compile('今晚志愿队'))
    clerk.get_by_role('button', name='已答复').click()
    expect(clerk.get_by_role('status')).to_be_visible()
    expect(resident.locator('li.line[data-who=account][data-kind=text]').last).to_contain_text(
        '今晚志愿队 22:40 过去清走'
    )
    expect(resident.locator('li.line[data-who=account][data-kind=image]')).to_have_count(1)
    clerk.goto(f'{product.url}/desk')
    expect(clerk.locator('main')).not_to_contain_text('泡沫字')

    # The colleague is told before a second answer goes out.
    colleague.get_by_role('button', name='已答复').click()
    expect(colleague.get_by_role('alert')).to_contain_text('王敏')
    expect(colleague.get_by_label('回复居民')).to_have_value('我来看看')
    assert [line.kind for line in said(product, 'xiaolin')][-2:] == ['text', 'image']


def wait_for_media(page: Page) -> None:
    """The worker fetches voice and photo behind the scenes; the page says so until they are here."""
    for _ in range(40):
        if page.locator('audio').count() and page.locator('.talk img').count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(page.locator('main').inner_text())


def plays(scripted: BrowserContext, clerk: Page) -> bool:
    """Whether the browser really decodes the voice and the photo, fetched with the clerk's session."""
    page = scripted.new_page()
    scripted.add_cookies(clerk.context.cookies())
    page.goto(clerk.url)
    seconds = page.evaluate(
        """async () => {
            const audio = document.querySelector('audio'); audio.preload = 'metadata'; audio.load();
            await new Promise((done, fail) => {
                audio.onloadedmetadata = done; audio.onerror = () => fail(audio.error.message);
            });
            return audio.duration;
        }"""
    )
    width = page.evaluate(
        """async () => { const image = document.querySelector('.talk img'); image.loading = 'eager';
            await image.decode(); return image.naturalWidth; }"""
    )
    page.close()
    return bool(seconds > 0.5 and width > 10)
