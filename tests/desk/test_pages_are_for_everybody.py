"""What helps those who listen to a page, use keys only, or read big type; on every page of the desk."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.inbox.records import Media, Message
from chalicelib.platform import actions as account_events
from tests.desk.conftest import HOME, NEIGHBOUR, RESIDENT, Browser, WeChat, Writer
from tests.desk.reading import Page

SignIn = Callable[[str], Browser]


@pytest.fixture
def pages(sign_in: SignIn, residents: Writer, wechat: WeChat) -> dict[str, Page]:
    """One of each kind of page, in its fullest state."""
    browser = sign_in('liqiang')
    account_events.keep_unreadable(HOME, b'<xml/>', residents.now)
    residents.write(text='谢谢', openid='oOther', fresh=True, waits=False)
    ref = residents.write('voice', MediaId='1')
    residents.write('image', MediaId='1')
    for line in Message.query(f'{HOME}#{RESIDENT}'):
        line.media = Media(state='stored', object_key='x', playable_key='y')
        line.save()
    residents.write('location', Location_X='36', Location_Y='120', Label='门口')
    wechat.code = 50002
    failed = browser.submit(browser.get(f'/desk/c/{ref}'), '已答复', text='好的')
    old = residents.write(text='x', ago=timedelta(days=3), openid='oOld')
    kept = browser.submit(browser.get(f'/desk/c/{old}'), '先回复，继续跟进到', text='好的')
    overtaken = browser.submit(browser.get(f'/desk/c/{ref}'), '已答复', 409, text='好', seen='0')
    return {
        'waiting': browser.get('/desk'),
        'recent': browser.get('/desk/recent'),
        'empty': browser.get(f'/desk?unit={NEIGHBOUR}'),
        'failed': failed,
        'kept': kept,
        'overtaken': overtaken,
        'not handed over': browser.submit(browser.get(f'/desk/c/{ref}'), '转交', 422),
        'all units': browser.get(f'/desk/c/{ref}/hand-over'),
        'photo': browser.submit(browser.get(f'/desk/c/{ref}'), '加照片', text='x'),
        'accounts': browser.get(f'/desk/accounts?tick={HOME}'),
        'system': browser.get('/desk/system'),
        'not found': browser.get('/desk/c/a.b', 404),
    }


def test_every_page_can_be_listened_to_and_walked_through(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        assert page.all('html')[0]['lang'] == 'zh-CN', name
        assert len(page.all('h1')) == 1, name
        assert len(page.all('main')) == 1, name
        assert len(page.all('title')) == 1, name
        assert page.repeated_ids == [], name
        assert page.silent == [], name
        assert page.links['跳到正文'] == '#main', name
        assert all('alt' in values for values in page.all('img')), name
        assert all(text for text in page.links), name


def test_no_page_needs_a_script_or_another_site(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        assert not page.all('script'), name
        assert not [values for _, values in page.tags if 'style' in values], name
        loaded = [
            values.get('src') or values.get('href') for tag in ('link', 'img', 'audio') for values in page.all(tag)
        ]
        assert all(address.startswith(('/', 'data:')) for address in loaded if address), name


def test_no_page_speaks_english_to_a_clerk(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        if name != 'system':  # it shows what WeChat sent
            assert [word for word in page.text.split() if word.isascii() and word.isalpha() and len(word) > 3] == [], (
                name
            )


def test_the_page_one_is_on_is_marked(pages: dict[str, Page]) -> None:
    assert [values['href'] for values in pages['waiting'].all('a') if 'aria-current' in values] == ['/desk']


def test_big_type_is_a_class_and_can_be_left_again(clerk: Browser) -> None:
    clerk.big = True
    page = clerk.get('/desk')
    assert 'big' in page.all('html')[0]['class']
    assert '标准字' in page.links


def test_the_way_to_big_type_never_leads_to_a_forms_address(pages: dict[str, Page]) -> None:
    for name in ('overtaken', 'not handed over'):
        assert pages[name].links['大字'].endswith(f'?to=/desk/c/{HOME}.{RESIDENT}')
