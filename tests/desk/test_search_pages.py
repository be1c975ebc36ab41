"""The search page: what it finds for whom, that the words stand nowhere, and what it costs and weighs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest

from chalicelib.alliance.records import Unit
from chalicelib.desk import search_view
from chalicelib.desk.search_view import Person
from chalicelib.inbox import searching
from chalicelib.inbox.records import Conversation, Message
from chalicelib.privacy import actions as privacy
from chalicelib.privacy.records import Read
from tests.conftest import NOW
from tests.desk.conftest import FAR, HOME, RESIDENT, STREET, Browser, WeChat, Writer
from tests.desk.reading import Page
from tests.desk.test_lists import MOST_BYTES, style
from tests.store_faults import Wire, throttled

SignIn = Callable[[str], Browser]
DAY = timedelta(days=1)
ID = f'{HOME}#{RESIDENT}'


class Searcher:
    """A browser that keeps the cookie of a search, as the page's own path has it."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.session = browser, browser.cookie
        self.attributes: dict[str, str] = {}

    def search(self, words: str, unit: str = HOME) -> Page:
        empty = self.browser.get(f'/desk/search?unit={unit}')
        path, fields = empty.pressed('查找', {'words': words, 'unit': unit})
        answer = self.browser.post_only(path, **fields)
        assert answer.status_code == 303, answer.body.decode()
        assert answer.headers['Location'] == '/desk/search#main'
        ((name, morsel),) = SimpleCookie(answer.headers['Set-Cookie'][0]).items()
        self.attributes = {key: value for key, value in morsel.items() if value}
        self.browser.cookie = f'{self.session}; {name}={morsel.value}'
        return self.again()

    def again(self, path: str = '/desk/search') -> Page:
        return self.browser.get(path)


@pytest.fixture
def searcher(clerk: Browser) -> Searcher:
    return Searcher(clerk)


def marked(page: Page) -> list[str]:
    return [part.partition('</mark>')[0] for part in page.html.split('<mark>')[1:]]


def test_a_line_is_found_with_who_when_and_whose_and_the_find_is_marked(searcher: Searcher, residents: Writer) -> None:
    residents.write(text='楼上又漏水了', ago=40 * DAY)
    residents.write(text='路灯不亮', ago=DAY)
    page = searcher.search('漏水')
    assert marked(page) == ['漏水']
    for part in ('居民 A01', '楼上又 漏水 了', '10月14日 22:10', '仙游路社区', '近 90 天（8月25日以来）'):
        assert part in page.text
    assert '路灯' not in page.text
    href = next(href for href in page.links.values() if '/desk/c/' in href)
    opened = searcher.again(href)
    assert '楼上又漏水了' in opened.text
    assert privacy.reads_of(ID, 5)[0].member == 'wangmin'


def test_answers_and_notes_are_found_and_say_whose_they_are(
    searcher: Searcher, residents: Writer, wechat: WeChat
) -> None:
    ref = residents.write(text='x')
    clerk = searcher.browser
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '已答复', text='清运公司明天来')
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '记下', text='清运公司电话已打')
    page = searcher.search('清运')
    assert '答复，王敏： 清运 公司明天来' in page.text
    assert '备注，王敏： 清运 公司电话已打' in page.text


def test_what_the_system_and_she_say_about_signing_in_and_reasons_are_not_found(
    searcher: Searcher, residents: Writer, now: datetime
) -> None:
    ref = residents.write(text='秘密一', private=True)
    residents.write('event', event='CLICK', text='秘密二')
    clerk = searcher.browser
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '关闭', other='秘密三')
    assert '没有找到「 秘密 」' in searcher.search('秘密').text
    assert [line.said for line in Message.query(ID) if line.said] == []


def test_an_empty_result_says_what_was_searched(searcher: Searcher, residents: Writer) -> None:
    page = searcher.search('漏水 <b>')
    assert '没有找到「 漏水 <b> 」' in page.text
    assert '找过仙游路社区近 90 天的来信、答复、备注和居民称呼' in page.text


def test_residents_are_found_by_what_clerks_call_them(searcher: Searcher, residents: Writer) -> None:
    ref = residents.write(text='灯不亮')
    searcher.browser.post(f'/desk/c/{ref}/remark', remark='3 号楼王阿姨', csrf=csrf(searcher.browser))
    page = searcher.search('王阿姨')
    assert marked(page) == ['王阿姨']
    assert '居民 A01 （3 号楼 王阿姨 ）' in page.text
    assert '灯不亮' in page.text


def csrf(browser: Browser) -> str:
    return next(form.fields['csrf'] for form in browser.get('/desk/search').forms if 'csrf' in form.fields)


def test_a_room_that_knows_more_of_residents_is_asked_too(
    searcher: Searcher, residents: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    residents.write(text='灯不亮')
    residents.write(text='别处的', unit=FAR, openid='oFar')
    told = {HOME: [Person(ID, '王秀英 3 号楼 13800001234'), Person(f'{FAR}#oFar', '王远 13800009999')]}
    monkeypatch.setattr(search_view, 'KNOWN_BY', (lambda unit, now: told.get(unit, ()),))
    page = searcher.search('1380000')
    assert '王秀英 3 号楼 1380000 1234' in page.text
    assert '王远' not in page.text


def test_nobody_finds_what_is_another_units(sign_in: SignIn, residents: Writer) -> None:
    residents.write(text='楼上漏水')
    page = Searcher(sign_in('zhaofar')).search('漏水', FAR)
    assert '没有找到' in page.text
    refused = sign_in('zhaofar')
    assert '这里不归您的单位' in refused.post('/desk/search', 403, words='漏水', unit=HOME, csrf=csrf(refused)).text


def test_what_was_handed_away_and_cannot_be_opened_is_not_found_either(searcher: Searcher, residents: Writer) -> None:
    residents.write(text='楼上漏水')
    found = Conversation.get(ID)
    found.unit = found.home_unit = found.waiting_unit = FAR
    found.save()
    assert '没有找到' in searcher.search('漏水').text


@pytest.mark.parametrize('going', [{'followed': False}, {'forget_asked_at': NOW}])
def test_one_who_is_going_is_found_only_while_she_is_worked_for(
    searcher: Searcher, residents: Writer, going: dict[str, Any]
) -> None:
    residents.write(text='楼上漏水')
    found = Conversation.get(ID)
    for name, value in going.items():
        setattr(found, name, value)
    found.save()
    assert marked(searcher.search('漏水')) == ['漏水']
    found.waiting_unit = found.due_at = None
    found.save()
    assert '没有找到' in searcher.search('漏水').text


def test_a_street_finds_what_its_communities_were_told(sign_in: SignIn, residents: Writer) -> None:
    residents.write(text='楼上漏水')
    residents.write(text='我家漏水', unit=FAR, openid='oFar')
    member = sign_in('liqiang')
    page = Searcher(member).search('漏水', STREET)
    assert '楼上 漏水' in page.text
    assert '我家' not in page.text
    assert '金湖路街道和所属社区' in page.html


def test_the_unit_one_comes_from_is_chosen_though_it_is_far_below(sign_in: SignIn) -> None:
    """A district's clerk on a community's list: the box must not quietly search the district instead."""
    page = sign_in('liqiang').get(f'/desk/search?unit={FAR}')
    assert page.forms[-1].fields['unit'] == FAR
    offered = [values['value'] for values in page.all('option')]
    assert len(offered) == len(set(offered))
    assert [values['value'] for values in page.all('option') if 'selected' in values] == [FAR]


def test_the_words_stand_in_no_address_and_the_audit_row_does_not_hold_them(
    searcher: Searcher, residents: Writer, now: datetime
) -> None:
    residents.write(text='王秀英家漏水')
    searcher.search('王秀英')
    (row,) = privacy.searches_of('wangmin', 5)
    assert (row.member_name, row.unit_name, row.results) == ('王敏', '仙游路社区', 1)
    assert abs(row.at - now) < timedelta(minutes=1)
    assert '王秀英' not in str(row.to_simple_dict())
    assert [read for read in Read.scan() if not read.resident.startswith('search#')] == []
    assert searcher.attributes == {
        'path': '/desk/search', 'max-age': '1800', 'httponly': True, 'samesite': 'Lax',
    }  # fmt: skip


def test_reload_and_the_way_back_show_the_finds_again(searcher: Searcher, residents: Writer) -> None:
    residents.write(text='楼上漏水')
    searcher.search('漏水')
    again = searcher.again()
    assert marked(again) == ['漏水']
    assert again.forms[-1].fields['words'] == '漏水'
    assert marked(searcher.again(f'/desk/search?unit={HOME}')) == []


def test_whoever_signs_in_next_does_not_see_what_was_looked_for(
    searcher: Searcher, sign_in: SignIn, residents: Writer
) -> None:
    residents.write(text='楼上漏水')
    searcher.search('漏水')
    other = sign_in('liqiang')
    other.cookie += searcher.browser.cookie.removeprefix(searcher.session)
    page = other.get('/desk/search')
    assert '漏水' not in page.html


@pytest.mark.parametrize('cookie', ['x', '.', 'a.b.c', f'{"0" * 16}.e30'])
def test_a_foreign_cookie_is_an_empty_box(clerk: Browser, cookie: str) -> None:
    clerk.cookie += f'; weilin_search={cookie}'
    assert '查找' in clerk.get('/desk/search').text


@pytest.mark.parametrize(
    ('words', 'says'), [('', '请写要找的字'), ('漏' * 41, '最多写 40 个字'), ('a b c d e f', '5 个词')]
)
def test_what_cannot_be_searched_for_is_said(clerk: Browser, words: str, says: str) -> None:
    page = clerk.post('/desk/search', 422, words=words, unit=HOME, csrf=csrf(clerk))
    assert says in page.text
    assert page.forms[-1].fields['words'] == words


def test_finds_that_cannot_be_written_down_are_not_shown(searcher: Searcher, residents: Writer, wire: Wire) -> None:
    residents.write(text='楼上漏水')
    searcher.search('x')
    wire.meet('PutItem', *[throttled] * 10)
    path, fields = searcher.again(f'/desk/search?unit={HOME}').pressed('查找', {'words': '漏水'})
    answer = searcher.browser.post_only(path, **fields)
    morsel = SimpleCookie(answer.headers['Set-Cookie'][0])['weilin_search']
    searcher.browser.cookie = f'{searcher.session}; weilin_search={morsel.value}'
    page = searcher.browser.get('/desk/search', 500)
    assert '楼上' not in page.text


def test_more_than_a_page_goes_on_with_older_ones(searcher: Searcher, residents: Writer) -> None:
    for number in range(20):
        residents.write(text=f'漏水 {number}', ago=(number + 1) * timedelta(hours=1), openid=f'o{number}')
    page = searcher.search('漏水')
    assert len(marked(page)) == searching.FINDS
    assert '漏水' not in page.links['继续找更早的']
    older = searcher.again(page.links['继续找更早的'])
    assert len(marked(older)) == 20 - searching.FINDS
    assert '近 90 天的都找过了' in older.text
    assert len(privacy.searches_of('wangmin', 5)) == 2


def test_a_search_asks_little(searcher: Searcher, residents: Writer, wire: Wire) -> None:
    residents.write(text='楼上漏水')
    searcher.search('x')
    wire.sent.clear()
    searcher.again()
    assert wire.sent['Query'] == 6  # four months, the list of residents, and what they have told
    searcher.search('漏水')
    wire.sent.clear()
    searcher.again()
    assert wire.requests() <= 9


def test_a_full_page_of_the_heaviest_finds_weighs_thirty_kilobytes_with_its_styles(
    sign_in: SignIn, residents: Writer, now: datetime
) -> None:
    for number in range(40):
        unit = f'37020201{number:02}00'
        Unit(unit, name='香港中路第一二三街道', kind='street', parent='370202').save()
    for number in range(20):
        openid = f'oResident{number:019}'
        residents.write(text='"' * 40 + 'a' + '"' * 40, openid=openid, ago=timedelta(minutes=number))
        found = Conversation.get(f'{HOME}#{openid}')
        found.remark = '&' * 19 + 'a' + '&' * 19
        found.save()
    page = Searcher(sign_in('liqiang')).search('a')
    assert len(page.all('li')) == 2 * searching.FINDS
    assert len(page.html.encode()) + style(sign_in('liqiang')) <= MOST_BYTES


def test_a_list_that_does_not_load_itself_again_has_a_box(clerk: Browser, residents: Writer) -> None:
    page = clerk.get('/desk/recent')
    assert not [values for values in page.all('meta') if values.get('http-equiv') == 'refresh']
    path, fields = page.pressed('查找', {'words': '漏水'})
    assert (path, fields['unit']) == ('/desk/search', HOME)
    assert page.silent == []
    assert clerk.get('/desk').links['查找'] == f'/desk/search?unit={HOME}'


def test_the_page_can_be_listened_to(searcher: Searcher, residents: Writer) -> None:
    residents.write(text='楼上漏水')
    for page in (searcher.search('漏水'), searcher.search('没有的')):
        assert page.silent == []
        assert page.repeated_ids == []
        assert len(page.all('h1')) == 1


@pytest.mark.parametrize('text', ['', '0', '1', 'x', '9' * 30, '1764000000.123456', '٣', '1.x', '-1'])
def test_any_address_gives_a_moment_that_has_been(now: datetime, text: str) -> None:
    found = search_view.moment(text, now)
    assert found is None if text == '0' else found is not None and found <= now


def test_moments_survive_the_address(now: datetime) -> None:
    at = now - timedelta(microseconds=1)
    assert search_view.moment(search_view._moment(at), now) == at
