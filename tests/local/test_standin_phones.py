"""The phones in a browser: what a hand can do on them, on a desk and at 390 px, and what appears by itself."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from local.standin import spoken
from local.standin.server import serve
from local.standin.world import BROKEN, World
from tests.local.stage import Callback, Clock, add_account

MENU = {
    'button': [
        {'type': 'click', 'name': '今日通知', 'key': 'today'},
        {'name': '办事', 'sub_button': [{'type': 'click', 'name': '办事指南', 'key': 'guide'}]},
    ]
}


@pytest.fixture
def url(world: World, callback: Callback) -> Iterator[str]:
    """Two accounts more, and somebody who follows none."""
    for number in range(2):
        add_account(world, f'other{number}', callback, name=f'第 {number} 社区')
    world.add_person('xiaolin', '小林')
    server = serve(world, '127.0.0.1', 0)
    yield server.url
    server.stop()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={'width': 390, 'height': 780})
    errors: list[str] = []
    page.on('pageerror', lambda error: errors.append(str(error)))
    page.set_default_timeout(10_000)
    yield page
    page.close()
    assert errors == []


def test_from_the_poster_to_the_answer_on_a_phone(
    page: Page, url: str, world: World, callback: Callback, clock: Clock
) -> None:
    callback.answer = lambda asked: (200, callback.sealed(callback.passive(asked)))
    page.goto(url)
    page.locator('[data-test=person-xiaolin]').click()
    page.locator('[data-test=scan]').click()
    page.locator('[data-test=find-poster]').fill('仙游')
    expect(page.locator('[data-test=poster-other0]')).to_be_hidden()
    page.locator('[data-test=poster-xianyou]').click()
    expect(page.locator('li.line[data-who=account]')).to_have_text(['22:10 收到'])
    page.locator('[data-test=text]').fill('门口堆着废旧泡沫字')
    page.locator('[data-test=send]').click()
    expect(page.locator('li.line[data-who=me] .bubble')).to_have_text('门口堆着废旧泡沫字')
    expect(page.locator('[data-test=text]')).to_have_value('')
    for tool in ('photo', 'voice', 'place'):
        page.locator(f'[data-test={tool}]').click()
    for kind in ('text', 'image', 'voice', 'location'):
        expect(page.locator(f'li.line[data-who=me][data-kind={kind}]')).to_have_count(1)
    expect(page.locator('li.line[data-who=account]')).to_have_count(5)
    world.wait_idle(10)
    kinds = [callback.message(asked)['MsgType'] for asked in callback.asked]
    assert sorted(kinds) == ['event', 'image', 'location', 'text', 'voice']
    assert page.evaluate('document.documentElement.scrollWidth') == 390


def test_what_the_account_sends_appears_by_itself(page: Page, url: str, world: World) -> None:
    page.goto(f'{url}/phone/li/xianyou')
    expect(page.locator('[data-test=allowance]')).to_have_text('公众号现在不能主动发消息')
    world.show('li', 'xianyou', 'account', 'text', '<b>您好</b>\n<a href="https://example.org/?a=1&b=2">登录</a>')
    bubble = page.locator('li.line[data-who=account] .bubble')
    expect(bubble).to_have_text('<b>您好</b>\n登录')
    link = bubble.locator('a')
    expect(link).to_have_attribute('href', 'https://example.org/?a=1&b=2')
    expect(link).to_have_attribute('target', '_blank')
    world.send_text('li', 'xianyou', '好')
    expect(page.locator('[data-test=allowance]')).to_have_text('公众号还可发 5 条（周三 22:10 前）')


def test_a_menu_and_the_choices_in_a_message_can_be_tapped(
    page: Page, url: str, world: World, callback: Callback
) -> None:
    page.goto(f'{url}/phone/li/xianyou')
    with world.changed:
        world.state.accounts['xianyou'].menu = MENU
    page.locator('[data-test=menu-today]').click()
    page.locator('[data-test=menu-办事]').click()
    page.locator('[data-test=menu-guide]').click()
    world.show(
        'li', 'xianyou', 'account', 'msgmenu', '满意吗', None, {'choices': [{'id': '7', 'content': '满意'}], 'tail': ''}
    )
    page.locator('button.choice').click()
    expect(page.locator('li.line[data-who=me] .bubble')).to_have_text('满意')
    world.wait_idle(10)
    messages = [callback.message(asked) for asked in callback.asked]
    assert {message.get('EventKey') or message.get('bizmsgmenuid') for message in messages} == {'today', 'guide', '7'}


def test_following_and_leaving_change_the_page(page: Page, url: str, world: World) -> None:
    page.goto(f'{url}/phone/xiaolin/other1')
    page.locator('[data-test=follow]').click()
    expect(page.locator('[data-test=text]')).to_be_visible()
    page.locator('[data-test=unfollow]').click()
    expect(page.locator('[data-test=follow]')).to_be_visible()
    assert not world.chat_state('xiaolin', 'other1').following


def test_the_clock_moves_and_faults_are_switched(page: Page, url: str, world: World, clock: Clock) -> None:
    page.goto(f'{url}/phone/li/xianyou')
    expect(page.locator('[data-test=clock]')).to_have_text('11月23日 周一 22:10')
    page.locator('[data-test=clock-47h]').click()
    expect(page.locator('[data-test=clock]')).to_have_text('11月25日 周三 21:10')
    page.locator('[data-test=faults] summary').click()
    page.locator('[data-test=fault-api-down]').check()
    page.locator('[data-test=fault-send]').select_option('45015')
    page.locator('[data-test=faults-set]').click()
    expect(page.locator('[data-test=faults] summary')).to_have_text('故障 已开')
    assert world.faults.api_down
    assert world.faults.always == {'/cgi-bin/message/custom/send': 45015}


def test_the_products_own_cloud_is_broken_and_its_schedules_are_run_from_the_page(
    page: Page, url: str, world: World
) -> None:
    rung: list[str] = []
    world.run_schedules = lambda: rung.append('rung')
    page.goto(f'{url}/phone/li/xianyou')
    page.locator('[data-test=faults] summary').click()
    page.locator('[data-test=fault-store-down]').check()
    page.locator('[data-test=fault-queue-down]').check()
    page.locator('[data-test=fault-kill-in]').select_option('schedule')
    page.locator('[data-test=fault-kill-at]').fill('3')
    page.locator('[data-test=fault-kill-after]').select_option('1')
    page.locator('[data-test=faults-set]').click()
    expect(page.locator('[data-test=faults] summary')).to_have_text('故障 已开')
    faults = world.faults
    assert (faults.store_down, faults.queue_down) == (True, True)
    assert (faults.kill_in, faults.kill_at, faults.kill_after) == ('schedule', 3, True)
    faults.store_down, faults.queue_down, faults.kill_in = False, False, ''  # it has struck
    with page.expect_response('**/schedules'):
        page.locator('[data-test=run-schedules]').click()
    assert rung == ['rung']
    page.reload()
    expect(page.locator('[data-test=faults] summary')).to_have_text('故障')


def test_a_broken_service_is_told_in_the_chat_and_typed_places_are_sent(
    page: Page, url: str, world: World, callback: Callback
) -> None:
    callback.answer = lambda asked: (500, b'')
    page.set_viewport_size({'width': 1200, 'height': 800})
    page.goto(f'{url}/phone/li/xianyou')
    page.locator('[data-test=more] summary').click()
    page.locator('[data-test=place-typed]').fill('上杭路 7 号，36.0676，120.3826')
    page.locator('[data-test=place-send]').click()
    expect(page.locator('li.line[data-who=system] .bubble')).to_have_text(BROKEN)
    [line] = [line for line in world.chat('li', 'xianyou') if line.who == 'me']
    assert (line.text, line.fields['Location_X'], line.fields['Location_Y']) == (
        '上杭路 7 号',
        '36.067600',
        '120.382600',
    )


def test_a_voice_is_played_and_a_photo_of_ones_own_is_sent(page: Page, url: str, world: World) -> None:
    page.goto(f'{url}/phone/li/xianyou')
    page.locator('[data-test=voice]').click()
    audio = page.locator('li.line audio')
    expect(audio).to_have_count(1)
    seconds = audio.evaluate(
        'audio => new Promise((done, fail) => { audio.onloadedmetadata = () => done(audio.duration);'
        ' audio.onerror = () => fail(new Error("it cannot be played")); audio.preload = "metadata"; audio.load(); })'
    )
    assert seconds == pytest.approx(4, abs=0.2)
    page.locator('[data-test=more] summary').click()
    page.locator('[data-test=file]').set_input_files(
        {'name': 'a.png', 'mimeType': 'image/png', 'buffer': b'\x89PNG own'}
    )
    page.locator('[data-test=file-send]').click()
    expect(page.locator('li.line[data-kind=image]')).to_have_count(1)
    photo = world.chat('li', 'xianyou')[-1].media_id
    assert photo
    assert world.shelf.content(photo) == b'\x89PNG own'


def test_unknown_people_and_accounts_are_a_404_and_strangers_a_409(url: str) -> None:
    for path in ('phone/nobody', 'phone/li/nothing', 'phone/nobody/xianyou/lines', 'picture/nothing', 'sound/nothing'):
        assert requests.get(f'{url}/{path}', timeout=10).status_code == 404, path
    assert requests.post(f'{url}/phone/xiaolin/xianyou/text', {'text': 'a'}, timeout=10).status_code == 409
    assert requests.post(f'{url}/phone/li/xianyou/dance', timeout=10).status_code == 404


@pytest.mark.parametrize(
    ('text', 'drawn'),
    [
        ('<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'),
        ('<a href="javascript:alert(1)">点</a>', '点'),
        (
            '<a href="weixin://bizmsgmenu?msgmenucontent=满意&msgmenuid=101">很满意</a>',
            '<button class="choice" data-id="101" data-text="满意">很满意</button>',
        ),
        (
            '见 https://example.org/a?b=1&c=2。',
            '见 <a href="https://example.org/a?b=1&amp;c=2" target="_blank" rel="noopener">https://example.org/a?b=1&amp;c=2</a>。',
        ),
        (
            "<a href='https://e.org/'><i>x</i></a>",
            '<a href="https://e.org/" target="_blank" rel="noopener">&lt;i&gt;x&lt;/i&gt;</a>',
        ),
    ],
)
def test_links_work_and_nothing_else_does(text: str, drawn: str) -> None:
    assert str(spoken.rich(text)) == drawn
