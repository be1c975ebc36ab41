"""What accounts publish: from a hand on the Phones page, as if in WeChat's console, and the list of it in the API."""

import base64
import secrets
from typing import Any

from chalicelib.wechat.limits import PUBLICATIONS_A_PAGE
from local.standin.call import Api, Call, verified
from local.standin.people import Article
from local.standin.refusals import Refusal
from local.standin.world import World

FINISHED = 'PUBLISHJOBFINISH'


def publish(world: World, account: str, title: str, told: bool = True) -> Article:
    """Publish an article now, and tell the account so; without `told` the event is lost."""
    with world.changed:
        known = world.state.accounts[account]
        article = Article(base64.urlsafe_b64encode(secrets.token_bytes(48)).decode(), title, world.now())
        world.state.articles.setdefault(known.id, []).append(article)
        world.state.last_id += 1
        number = world.state.last_id
        world.note()
    if told:
        world.platform_event(account, FINISHED, {'PublishEventInfo': _finished(world, article, number)})
    return article


def _finished(world: World, article: Article, number: int) -> dict[str, Any]:
    return {
        'publish_id': number,
        'publish_status': 0,
        'article_id': article.id,
        'article_detail': {'count': 1, 'item': {'idx': 1, 'article_url': _address(world, article)}},
    }


def listed(call: Call) -> dict[str, Any]:
    """The newest first (doubt: no page says so). Counts beyond what is documented are refused (doubt: which code)."""
    offset, count = call.data.get('offset'), call.data.get('count')
    if not isinstance(offset, int) or not isinstance(count, int):
        raise Refusal(47001)
    if offset < 0 or not 1 <= count <= PUBLICATIONS_A_PAGE:
        raise Refusal(40035)
    with call.world.lock:
        articles = list(reversed(call.world.state.articles.get(call.account.id, [])))
    bare = bool(call.data.get('no_content'))
    page = [_item(call.world, article, bare) for article in articles[offset : offset + count]]
    return {'total_count': len(articles), 'item_count': len(page), 'item': page}


def _item(world: World, article: Article, bare: bool) -> dict[str, Any]:
    at = int(article.at.timestamp())
    news = {
        'title': article.title, 'author': '', 'digest': '', 'content_source_url': '', 'thumb_media_id': '',
        'show_cover_pic': 0, 'need_open_comment': 0, 'only_fans_can_comment': 0, 'url': _address(world, article),
        'is_deleted': False,
    }  # fmt: skip
    whole = {} if bare else {'content': f'<p>{article.title}</p>'}
    content = {'news_item': [news | whole], 'create_time': at, 'update_time': at}
    return {'article_id': article.id, 'content': content, 'update_time': at}


def _address(world: World, article: Article) -> str:
    return f'{world.url}/s/{article.id}'


APIS = {'freepublish/batchget': Api('POST', listed, verified)}
