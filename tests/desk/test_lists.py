"""The lists: who waits and since when, whose they are, what they cost, and what they weigh."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.inbox import records
from chalicelib.inbox.records import Conversation
from tests.desk.conftest import FAR, HOME, NEIGHBOUR, OTHER_STREET, STREET, Browser, Writer
from tests.store_faults import Wire

MINUTE = timedelta(minutes=1)
SignIn = Callable[[str], Browser]
MOST_BYTES = 30_000  # HTML and CSS together


def style(browser: Browser) -> int:
    return len(browser.answer('/static/style.css').body)


def crowd(now: datetime, count: int, **more: object) -> None:
    """So many waiting residents of the home community, each with as much to say as a list can carry."""
    with Conversation.batch_write() as batch:
        for number in range(count):
            values: dict[str, object] = {
                'label': f'居民 A{number:02}', 'unit': HOME, 'home_unit': HOME, 'waiting_unit': HOME,
                'waiting_since': now - number * MINUTE, 'due_at': now + (count - number) * MINUTE, 'last_at': now,
                'last_text': '字' * 80, 'remark': '备' * 40, 'failed': 1, 'kept_count': 2, 'follow_up': True, **more,
            }  # fmt: skip
            batch.save(Conversation(f'{HOME}#oCrowd{number:020}', **values))


def test_one_conversation_not_four(clerk: Browser, residents: Writer) -> None:
    residents.write('voice', ago=41 * MINUTE, MediaId='1')
    residents.write('image', ago=41 * MINUTE, MediaId='2')
    residents.write('location', ago=40 * MINUTE, Location_X='36', Location_Y='120', Label='上杭路 7 号')
    residents.write(text='门口堆着泡沫字', ago=40 * MINUTE)
    page = clerk.get('/desk')
    assert len(page.all('li')) == 1
    for part in ('1 位居民，最久 41 分钟', '居民 A01', '语音', '照片', '位置', '泡沫字', '等了 41 分钟'):
        assert part in page.text


def test_the_one_due_first_stands_first(clerk: Browser, residents: Writer) -> None:
    residents.write(text='later', openid='oLater')
    residents.write(text='first', openid='oFirst', ago=90 * MINUTE)
    page = clerk.get('/desk')
    assert page.text.index('first') < page.text.index('later')


def test_an_empty_list_says_so_and_when_the_last_was_answered(clerk: Browser, residents: Writer, now: datetime) -> None:
    assert '没有居民在等' in clerk.get('/desk').text
    residents.write(text='x', ago=20 * MINUTE)
    found = records.conversation(f'{HOME}#oResident000000000000000001')
    assert found
    found.waiting_unit = found.due_at = None
    found.last_from, found.last_at = 'staff', now - 5 * MINUTE
    found.save()
    assert '最近一次答复是今日 22:05，居民 A01' in clerk.get('/desk').text


def test_a_member_without_a_unit_is_told(sign_in: SignIn) -> None:
    assert '还没有被分到单位' in sign_in('nobody').get('/desk').text


def test_another_units_list_is_refused_and_reveals_nothing(clerk: Browser, residents: Writer) -> None:
    residents.write(text='秘密', unit=FAR)
    for path in (f'/desk?unit={FAR}', f'/desk/recent?unit={FAR}', '/desk?unit=nonsense'):
        page = clerk.get(path, 403)
        assert '不归您的单位' in page.text
        assert '秘密' not in page.html
        assert '云霄路' not in page.html


def test_my_other_units_are_counted_and_can_be_chosen(sign_in: SignIn, residents: Writer) -> None:
    member = sign_in('liqiang')
    residents.write(text='邻居来信', unit=NEIGHBOUR)
    page = member.get('/desk')
    assert '如东路社区 1 位在等' in page.text
    street, *more = [values['value'] for values in page.all('option')]
    assert (street, more) == (STREET, [OTHER_STREET, '370202'])
    chosen = member.get(f'/desk?unit={NEIGHBOUR}')
    assert '邻居来信' in chosen.text
    assert '仙游路社区 没有人在等' in chosen.text


@pytest.mark.parametrize('waiting', [0, 3, 120])
def test_the_list_asks_the_store_five_times_at_most(sign_in: SignIn, now: datetime, wire: Wire, waiting: int) -> None:
    member = sign_in('liqiang')
    crowd(now, waiting)
    member.get('/desk')  # who is who is in memory now
    wire.sent.clear()
    member.get('/desk')
    assert 0 < wire.requests() <= 5
    wire.sent.clear()
    member.get('/desk/recent')
    assert 0 < wire.requests() <= 5


def test_two_hundred_rows_come_in_pages_of_thirty_kilobytes(clerk: Browser, now: datetime) -> None:
    crowd(now, 200, last_text='"' * 80, remark='&' * 40)
    page = clerk.get('/desk')
    seen = set(page.links.values())
    assert '超过 27 位居民' in page.text
    for _ in range(10):
        assert len(page.html.encode()) + style(clerk) <= MOST_BYTES
        if '后面的居民' not in page.links:
            break
        page = clerk.get(page.links['后面的居民'])
        seen |= set(page.links.values())
    assert len([path for path in seen if '/desk/c/' in path]) == 200
    assert '回到前面' in page.links


def test_recent_shows_what_came_without_a_clock(clerk: Browser, residents: Writer) -> None:
    residents.write(text='谢谢', waits=False, fresh=True)
    assert '谢谢' not in clerk.get('/desk').text
    page = clerk.get('/desk/recent')
    assert '1 条新的' in page.text
    assert '谢谢 新' in page.text


def test_the_list_loads_itself_again_without_repeating_what_was_done(clerk: Browser) -> None:
    page = clerk.get('/desk?done=moved')
    assert '已转交' in page.text
    refresh = next(values for values in page.all('meta') if values.get('http-equiv') == 'refresh')
    assert refresh['content'] == f'60;url=/desk?unit={HOME}&skip=0'


@pytest.mark.parametrize(
    'query', ['skip=-1', 'skip=x', 'skip=99999999999999999999', 'skip=٣', 'done=<script>', 'unit=']
)
def test_odd_queries_do_no_harm(clerk: Browser, query: str) -> None:
    from urllib.parse import quote

    page = clerk.get(f'/desk?{quote(query, safe="=")}')
    assert '<script>' not in page.html


def test_a_stranger_is_sent_to_the_login_page(clerk: Browser) -> None:
    for path in ('/desk', f'/desk/c/{HOME}.oX', f'/media/{HOME}.oX.1.2', '/desk/system'):
        answer = Browser(clerk.client, '').answer(path)
        assert answer.status_code == 303
        assert answer.headers['Location'].startswith('/login?next=')


def test_the_street_sees_its_own_list_only(sign_in: SignIn, residents: Writer) -> None:
    residents.write(text='社区的事')
    assert '社区的事' not in sign_in('liqiang').get(f'/desk?unit={STREET}').text
