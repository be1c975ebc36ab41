"""The history of a conversation: who did what when, who looked, and not a word of hers."""

from collections.abc import Callable
from datetime import timedelta

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Member
from chalicelib.desk import history_view
from chalicelib.inbox.machine import machine_note
from chalicelib.inbox.records import Conversation, Message
from chalicelib.privacy import actions as privacy
from tests.desk.conftest import HOME, NEIGHBOUR, RESIDENT, Browser, WeChat, Writer
from tests.desk.test_lists import MOST_BYTES, style

SignIn = Callable[[str], Browser]
ID = f'{HOME}#{RESIDENT}'
MINUTE = timedelta(minutes=1)


def lead() -> None:
    member = Member.get('wangmin')
    member.roles = ['clerk', 'lead']
    member.save()
    alliance.forget()


def rows(html: str) -> list[str]:
    from re import findall, sub

    return [' '.join(sub('<[^>]+>', ' ', row).split()) for row in findall('<tr><td>.*?</tr>', html)]


def test_every_event_stands_there_in_order_without_her_words(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    ref = residents.write(text='楼上漏水', ago=9 * MINUTE, answer='已收到')
    residents.write('voice', ago=8 * MINUTE, MediaId='1')
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '已接手，我来办')
    clock.move(MINUTE)
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '记下', text='她说楼上没人')
    clock.move(MINUTE)
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '已答复', text='马上来看')
    clock.move(MINUTE)
    residents.write(text='好的', ago=-4 * MINUTE)
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '转交', unit=NEIGHBOUR, reason='楼在他们那边')
    page = clerk.get(f'/desk/c/{ref}/history')
    assert rows(page.html) == [
        '22:14 居民 来信（文字）',
        '22:13 王敏 转交如东路社区：楼在他们那边',
        '22:12 王敏 答复（文字） 已发出',
        '22:11 王敏 写了内部备注',
        '22:10 王敏 仙游路社区已接手',
        '22:02 居民 来信（语音）',
        '22:01 系统 自动答复 当即告诉了居民',
        '22:01 居民 来信（文字）',
    ]
    for words in ('漏水', '没人', '好的', '马上来看', '已收到'):
        assert words not in page.html
    assert '谁看过' not in page.text


def test_what_the_machine_did_says_what(clerk: Browser, residents: Writer) -> None:
    ref = residents.write(text='x')
    machine_note(Conversation.get(ID), '如东路社区没有接手，退回', 'once', residents.now).save()
    assert '系统 如东路社区没有接手，退回' in clerk.get(f'/desk/c/{ref}/history').text


def test_leads_see_who_looked_among_the_rest_and_others_do_not(sign_in: SignIn, residents: Writer) -> None:
    ref = residents.write(text='x', ago=MINUTE)
    sign_in('liqiang').get(f'/desk/c/{ref}')
    assert '查看' not in rows(sign_in('wangmin').get(f'/desk/c/{ref}/history').html).__str__()
    lead()
    page = sign_in('wangmin').get(f'/desk/c/{ref}/history')
    assert set(rows(page.html)) == {
        '22:10 李强 查看 仙游路社区', '22:10 王敏 查看 仙游路社区', '22:09 居民 来信（文字）',
    }  # fmt: skip
    assert '谁看过' in page.text


def test_opening_it_is_a_look_and_refused_to_others(sign_in: SignIn, residents: Writer) -> None:
    ref = residents.write(text='x')
    sign_in('zhaofar').get(f'/desk/c/{ref}/history', 403)
    assert privacy.reads_of(ID, 5) == []
    sign_in('wangmin').get(f'/desk/c/{ref}/history')
    assert [read.member for read in privacy.reads_of(ID, 5)] == ['wangmin']


def test_a_long_history_comes_in_pages_with_nothing_missing_or_twice(sign_in: SignIn, residents: Writer) -> None:
    """Lines and reads run out at different times; some share their second."""
    lead()
    ref = residents.write(text='x', ago=timedelta(days=3))
    for number in range(130):
        at = residents.now - timedelta(minutes=number // 3)
        key = f'{int(at.timestamp())}#{number}'
        Message(ID, key, at=at, way='inside', kind='machine', text=f'n{number:03}').save()
    reader = alliance.member('liqiang')
    assert reader
    for number in range(230):
        privacy.log_read(reader, f'u{number:03}', ID, residents.now - timedelta(minutes=10 * number, seconds=7))
    browser = sign_in('wangmin')
    path, seen, pages = f'/desk/c/{ref}/history', list[str](), 0
    while path:
        page = browser.get(path)
        assert len(page.html.encode()) + style(browser) <= MOST_BYTES
        seen += [word for word in page.text.split() if word[:1] in 'nu' and word[1:].isdigit()]
        path, pages = page.links.get('更早的', ''), pages + 1
        assert pages < 20
    assert sorted(seen) == sorted([*(f'n{number:03}' for number in range(130)), *(f'u{n:03}' for n in range(230))])
    assert pages >= 360 // history_view.ROWS


def test_the_conversation_leads_to_it_and_it_leads_back(clerk: Browser, residents: Writer) -> None:
    ref = residents.write(text='x')
    page = clerk.get(clerk.get(f'/desk/c/{ref}').links['办理记录：谁办过，谁看过'])
    assert page.links['回到对话'] == f'/desk/c/{ref}'
    assert page.silent == page.repeated_ids == []
