"""What accounts publish, in the stand-in: the list as WeChat gives it, its limits, and the event."""

import pytest

from chalicelib.wechat import limits
from local.standin import publications
from local.standin.world import World
from tests.local.stage import Api, Callback, add_account

LIST = 'freepublish/batchget'


def ask(api: Api, **more: int) -> dict:
    return api.post(LIST, json={'offset': 0, 'count': 20, 'no_content': 1} | more)


def test_the_list_is_given_page_by_page_the_newest_first(api: Api, world: World) -> None:
    for number in range(45):
        publications.publish(world, 'xianyou', f'第 {number} 篇')
    pages = [ask(api, offset=offset) for offset in (0, 20, 40, 60)]
    assert [(page['total_count'], page['item_count'], len(page['item'])) for page in pages] == [
        (45, 20, 20), (45, 20, 20), (45, 5, 5), (45, 0, 0),
    ]  # fmt: skip
    titles = [item['content']['news_item'][0]['title'] for page in pages for item in page['item']]
    assert titles == [f'第 {number} 篇' for number in reversed(range(45))]


def test_an_article_has_wechats_shape(api: Api, world: World) -> None:
    article = publications.publish(world, 'xianyou', '停水通知')
    (item,) = ask(api)['item']
    assert (item['article_id'], item['update_time']) == (article.id, int(world.now().timestamp()))
    (news,) = item['content']['news_item']
    assert 'content' not in news
    assert news['is_deleted'] is False
    assert '停水通知' in ask(api, no_content=0)['item'][0]['content']['news_item'][0]['content']


@pytest.mark.parametrize('wrong', [{'count': 21}, {'count': 0}, {'offset': -1}])
def test_pages_beyond_what_is_documented_are_refused(api: Api, wrong: dict[str, int]) -> None:
    assert ask(api, **wrong)['errcode'] == 40035


def test_an_unverified_account_has_no_list(api: Api, world: World, callback: Callback) -> None:
    add_account(world, 'plain', callback, verified=False)
    answer = api.post(LIST, token=api.token('plain'), json={'offset': 0, 'count': 20})
    assert answer['errcode'] == 48001


def test_the_day_has_an_end(api: Api, world: World) -> None:
    most = limits.DAILY_QUOTAS[LIST].calls
    assert [ask(api).get('errcode', 0) for _ in range(most + 1)] == [0] * most + [45009]


def test_the_account_is_told_unless_the_event_is_lost(world: World, callback: Callback) -> None:
    publications.publish(world, 'xianyou', '停水通知', told=False)
    article = publications.publish(world, 'xianyou', '停电通知')
    world.wait_idle(10)
    (asked,) = callback.asked
    message = callback.message(asked)
    assert message['Event'] == 'PUBLISHJOBFINISH'
    assert message['PublishEventInfo']['publish_status'] == '0'
    assert message['PublishEventInfo']['article_id'] == article.id


def test_a_hand_on_the_phones_page_publishes(api: Api, world: World) -> None:
    import requests

    page = requests.get(f'{api.url}/', timeout=10).text
    assert 'action="/publish"' in page
    requests.post(f'{api.url}/publish', {'account': 'xianyou', 'title': '停水通知', 'told': 'on'}, timeout=10)
    (article,) = world.state.articles['xianyou']
    assert article.title == '停水通知'
    assert requests.get(f'{world.url}/s/{article.id}', timeout=10).text == '停水通知'
    assert requests.post(f'{api.url}/publish', {'account': 'nobody'}, timeout=10).status_code == 404
