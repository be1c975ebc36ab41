"""WeCom's group robots and text messages: what arrives, what is refused, and what the pages show."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from local.standin.world import World
from tests.local.stage import Api, Callback, Clock

UNIT, KEY = '370202013001', 'd1a5b2c3-0000-4000-8000-000000000001'
WANG = '13800000001'


@pytest.fixture
def say(world: World, api: Api) -> Callable[..., int]:
    """The error code of a message of the robot in whose group Wang Min is."""
    world.add_person('wangmin', '王敏', 'staff', mobile=WANG)
    world.add_robot(UNIT, '仙游路社区', KEY)

    def say(content: str = '有居民等回复', key: str = KEY, **more: object) -> int:
        message = {'msgtype': 'text', 'text': {'content': content, **more}}
        return int(api.post('webhook/send', token=None, query={'key': key}, json=message)['errcode'])

    return say


def heard(world: World) -> list[str]:
    return [line.text for line in world.state.robots[UNIT].lines]


def test_a_robot_speaks_in_its_group_and_calls_people_by_name(say: Callable[..., int], world: World) -> None:
    assert say(mentioned_mobile_list=[WANG, '13900000000']) == 0
    assert say(mentioned_mobile_list=['@all']) == 0
    first, second = world.state.robots[UNIT].lines
    assert (first.text, first.fields) == ('有居民等回复', {'called': ['王敏'], 'strangers': 1})
    assert second.fields == {'called': ['所有人'], 'strangers': 0}


@pytest.mark.parametrize(('changes', 'code'), (
    ({'key': 'unknown'}, 93000),
    ({'key': ''}, 93000),
    ({'content': ''}, 44004),
    ({'content': '字' * 683}, 40058),
))  # fmt: skip
def test_what_wecom_refuses_is_not_heard(
    say: Callable[..., int], world: World, changes: dict[str, str], code: int
) -> None:
    assert say(**changes) == code
    assert heard(world) == []


def test_twenty_messages_a_minute_and_not_one_more(say: Callable[..., int], world: World, clock: Clock) -> None:
    assert [say(str(number)) for number in range(21)] == [0] * 20 + [45009]
    clock.move(timedelta(minutes=1))
    assert say('later') == 0
    assert heard(world)[-2:] == ['19', 'later']


def test_the_faults_of_the_api_are_the_robots_too(say: Callable[..., int], world: World) -> None:
    world.faults.api_down = True
    with pytest.raises(requests.JSONDecodeError):
        say()
    world.faults.api_down, world.faults.lose_answers = False, True
    with pytest.raises(requests.ConnectionError):
        say('said, but nobody knows')
    assert heard(world) == ['said, but nobody knows']


def test_groups_and_text_messages_outlive_a_run(tmp_path: Path, clock: Clock) -> None:
    first = World(tmp_path, clock.now, clock.move)
    first.add_robot(UNIT, '仙游路社区', KEY)
    first.post(first.state.robots[UNIT], 'robot', '有居民等回复', {'called': ['王敏'], 'strangers': 0})
    first.post(first.state.sms, 'sms', '有居民等回复', {'mobile': WANG, 'name': '王敏'})
    first.close()
    second = World(tmp_path, clock.now, clock.move)
    second.add_robot(UNIT, '仙游路社区', 'another key')
    assert heard(second) == ['有居民等回复']
    assert second.state.robots[UNIT].key == 'another key'
    assert second.state.sms.lines == first.state.sms.lines
    second.close()


@pytest.mark.parametrize(('key', 'mobile', 'text', 'status'), (
    ('sms-key', WANG, '有居民等回复', 200),
    ('wrong', WANG, '有居民等回复', 401),
    ('sms-key', '1380000', '有居民等回复', 400),
    ('sms-key', WANG, '', 400),
))  # fmt: skip
@pytest.mark.usefixtures('say')
def test_the_gateway_takes_text_messages_for_its_key(
    api: Api, world: World, key: str, mobile: str, text: str, status: int
) -> None:
    world.open_sms('sms-key')
    asked = {'mobile': mobile, 'text': text}
    answer = requests.post(f'{api.url}/sms', json=asked, headers={'Authorization': f'Bearer {key}'}, timeout=10)
    assert answer.status_code == status
    came = [(line.text, line.fields) for line in world.state.sms.lines]
    assert came == ([(text, {'mobile': mobile, 'name': '王敏'})] if status == 200 else [])


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={'width': 390, 'height': 780})
    page.set_default_timeout(10_000)
    yield page
    page.close()


def test_a_group_is_found_from_the_overview_and_what_is_said_appears_by_itself(
    page: Page, say: Callable[..., int], api: Api, callback: Callback
) -> None:
    page.goto(api.url)
    page.locator(f'[data-test=robot-{UNIT}]').click()
    say('<b>1 位居民</b>在等，22:41 前：https://example.org/login?a=1&b=2', mentioned_mobile_list=[WANG])
    bubble = page.locator('li.line .bubble')
    expect(bubble).to_have_text('<b>1 位居民</b>在等，22:41 前：https://example.org/login?a=1&b=2 @王敏')
    expect(bubble.locator('a')).to_have_attribute('href', 'https://example.org/login?a=1&b=2')
    expect(page.locator('[data-test=allowance]')).to_have_text('机器人这一分钟还可发 19 条，上限 20 条')
    assert page.evaluate('document.documentElement.scrollWidth') == 390


def test_text_messages_are_on_one_page(page: Page, api: Api, world: World) -> None:
    world.post(world.state.sms, 'sms', '有居民等回复', {'mobile': WANG, 'name': '王敏'})
    page.goto(api.url)
    page.locator('[data-test=sms]').click()
    expect(page.locator('li.line')).to_have_text('22:10 · 发给 王敏 13800000001 有居民等回复')
