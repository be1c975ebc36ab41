"""The page of one conversation: what it shows, to whom, and that nothing anybody wrote becomes markup."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Account
from chalicelib.inbox import records
from chalicelib.inbox.records import Media, Message
from tests.desk.conftest import FAR, HOME, NEIGHBOUR, RESIDENT, Browser, Writer
from tests.desk.test_lists import MOST_BYTES, style
from tests.store_faults import Wire

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SignIn = Callable[[str], Browser]
ID = f'{HOME}#{RESIDENT}'
HOSTILE = '</textarea></p><script>alert(1)</script>"\'><img src=x onerror=alert(1)>&lt;{{ 7*7 }}\u202eevil\x08\x00]]>'


def stored(kind: str, **media: object) -> None:
    for line in Message.query(ID):
        if line.kind == kind:
            line.media = Media(state='stored', object_key=f'in/{kind}', content_type='image/jpeg', **media)
            line.save()


def test_every_kind_is_shown(clerk: Browser, residents: Writer) -> None:
    ref = residents.write('voice', MediaId='1')
    for kind in ('image', 'video', 'shortvideo'):
        residents.write(kind, MediaId='1')
    residents.write('location', Location_X='36.06', Location_Y='120.38', Label='上杭路 7 号')
    residents.write('link', Url='https://mp.weixin.qq.com/s/x', Title='一篇文章', Description='说明')
    residents.write('unsupported', MsgType='miniprogrampage')
    residents.write(text='第一行\n第二行', answer='已收到。仙游路社区今晚 22:30 前给您回话。')
    stored('voice', playable_key='p', playable_type='audio/mpeg', seconds=12)
    stored('image')
    page = clerk.get(f'/desk/c/{ref}')
    assert page.all('audio')[0]['preload'] == 'none'
    assert '下载原录音' in page.links
    photo = page.all('img')[0]
    assert (photo['loading'], photo['width'], photo['height']) == ('lazy', '220', '165')
    assert page.links['上杭路 7 号（地图）'].startswith('https://uri.amap.com/marker?position=120.38,36.06')
    assert page.links['一篇文章'] == 'https://mp.weixin.qq.com/s/x'
    for words in ('不能显示的消息', '视频：正在取回', '第一行\n第二行', '自动答复'):
        assert words in ' '.join(page.words)


def test_a_voice_no_browser_plays_is_offered_for_download(clerk: Browser, residents: Writer) -> None:
    ref = residents.write('voice', MediaId='1')
    stored('voice')
    page = clerk.get(f'/desk/c/{ref}')
    assert not page.all('audio')
    assert '请下载后用手机播放' in page.text
    assert page.links['下载原录音'].endswith('.original')


def test_a_dialogue_about_signing_in_is_named_and_not_shown(clerk: Browser, residents: Writer) -> None:
    ref = residents.write(text='登录', answer='点这里登录：https://weilin/login/link/secret', private=True)
    page = clerk.get(f'/desk/c/{ref}')
    assert '与系统的对话，内容不在这里显示' in page.text
    assert '/login/link/' not in page.html
    assert '自动答复' not in page.text


@pytest.mark.parametrize('path', ['/desk', '/desk/recent', '/desk/c/{ref}', '/desk/c/{ref}/hand-over'])
def test_nothing_a_resident_sends_becomes_markup(clerk: Browser, residents: Writer, path: str) -> None:
    ref = residents.write(text=HOSTILE, answer=HOSTILE)
    residents.write('location', Location_X='36', Location_Y='120', Label=HOSTILE)
    residents.write('link', Url=f'javascript:{HOSTILE}', Title=HOSTILE, Description=HOSTILE)
    clerk.post(f'/desk/c/{ref}/remark', csrf=csrf(clerk, ref), remark=HOSTILE)
    note = clerk.get(f'/desk/c/{ref}')
    clerk.submit(note, '记下', text=HOSTILE)
    page = clerk.get(path.format(ref=ref))
    assert not page.all('script')
    assert not [values for values in page.all('img') if values.get('src') == 'x']
    assert not [values for _, values in page.tags if any(name.startswith('on') for name in values)]
    assert '49' not in [word.strip() for word in page.words]
    assert not [href for href in page.links.values() if href.startswith('javascript:')]


def csrf(browser: Browser, ref: str) -> str:
    return browser.get(f'/desk/c/{ref}').forms[0].fields['csrf']


def test_what_is_typed_comes_back_as_typed(clerk: Browser, residents: Writer) -> None:
    ref = residents.write(text='x')
    page = clerk.submit(clerk.get(f'/desk/c/{ref}'), '插入', text=HOSTILE.replace('\x00', ''), canned='')
    reply = next(form for form in page.forms if '已答复' in form.buttons)
    assert reply.fields['text'] == HOSTILE.replace('\x00', '')


def test_another_units_conversation_is_refused_and_reveals_nothing(sign_in: SignIn, residents: Writer) -> None:
    ref = residents.write(text='秘密')
    far = sign_in('zhaofar')
    token = csrf(far, residents.write(text='自己的', unit=FAR, openid='oOwn'))
    for path in (
        f'/desk/c/{ref}',
        f'/desk/c/{ref}/hand-over',
        f'/desk/c/{ref}/photo',
        f'/desk/c/{ref}/photo/{"a" * 32}',
    ):
        page = far.get(path, 403)
        assert '不归您的单位' in page.text
        assert '秘密' not in page.html
        assert '居民 A01' not in page.html
    for does in ('reply', 'canned', 'photo', 'no-photo', 'note', 'hand-over', 'close', 'remark', 'sent/1.2.1'):
        far.post(f'/desk/c/{ref}/{does}', 403, csrf=token, text='x')
    kinds = [line.kind for line in Message.query(ID)]
    assert kinds == ['text']


def test_who_handed_it_over_still_sees_it_and_others_of_the_street_do_not(
    sign_in: SignIn, clerk: Browser, residents: Writer
) -> None:
    ref = residents.write(text='x', unit=NEIGHBOUR, openid='oN')
    clerk.get(f'/desk/c/{ref}', 403)
    sign_in('liqiang').get(f'/desk/c/{ref}')


@pytest.mark.parametrize('ref', ['x', 'a.b', 'a.b.c', '..', 'a%2Fb.c', f'{HOME}.oNobody', "'.'", '%E5%AD%97.x'])
def test_an_address_without_a_conversation_is_not_found(clerk: Browser, ref: str) -> None:
    assert '没有找到' in clerk.get(f'/desk/c/{ref}', 404).text


@pytest.mark.parametrize(
    'does', ['reply', 'canned', 'photo', 'no-photo', 'note', 'hand-over', 'close', 'remark', 'sent/1.2.1']
)
@pytest.mark.parametrize('token', [None, '', 'x' * 64])
def test_no_form_is_taken_without_its_token(clerk: Browser, residents: Writer, does: str, token: str | None) -> None:
    ref = residents.write(text='x')
    found = records.conversation(ID)
    fields = {} if token is None else {'csrf': token}
    page = clerk.post(f'/desk/c/{ref}/{does}', 403, text='我写的话', unit=NEIGHBOUR, reason='因为', **fields)
    assert '我写的话' in page.text
    again = records.conversation(ID)
    assert found
    assert again
    assert again.version == found.version
    assert len(list(Message.query(ID))) == 1


def test_sixty_long_messages_come_in_pages_of_thirty_kilobytes(
    clerk: Browser, residents: Writer, now: datetime
) -> None:
    for number in range(60):
        ref = residents.write(text=f'{number:02}' + '&' * 2046, ago=DAY + (60 - number) * MINUTE, waits=False)
    page, seen = clerk.get(f'/desk/c/{ref}'), set()
    for _ in range(60):
        assert len(page.html.encode()) + style(clerk) <= MOST_BYTES
        seen |= {number for number in range(60) if f'{number:02}&&&' in page.text}
        if '看更早的' not in page.links:
            break
        page = clerk.get(page.links['看更早的'])
    assert seen == set(range(60))


def test_an_ordinary_talk_of_sixty_lines_is_seen_whole_by_going_back(clerk: Browser, residents: Writer) -> None:
    for number in range(60):
        ref = residents.write(text=f'第{number:02}句', ago=(60 - number) * MINUTE, answer='已收到')
    page, seen, pages = clerk.get(f'/desk/c/{ref}'), set(), 0
    while True:
        seen |= {number for number in range(60) if f'第{number:02}句' in page.text}
        pages += 1
        if '看更早的' not in page.links:
            break
        page = clerk.get(page.links['看更早的'])
        assert '已答复' not in [button for form in page.forms for button in form.buttons]
        assert page.links['回到最近的对话并答复'] == f'/desk/c/{ref}'
    assert seen == set(range(60))
    assert pages <= 4


def test_the_window_that_closed_is_explained(clerk: Browser, residents: Writer) -> None:
    ref = residents.write(text='x', ago=3 * DAY)
    assert '48 小时已过' in clerk.get(f'/desk/c/{ref}').text


def test_an_unverified_account_is_explained(clerk: Browser, residents: Writer) -> None:
    ref = residents.write(text='x')
    Account(HOME, name='仙游路社区', kind='subscription', verified=False, mode='safe', unit=HOME).save()
    alliance.forget()
    assert '本号未认证' in clerk.get(f'/desk/c/{ref}').text


def test_where_she_wrote_to_is_said_when_it_is_not_this_unit(sign_in: SignIn, residents: Writer) -> None:
    ref = residents.write(text='x', unit=FAR)
    found = records.conversation(f'{FAR}#{RESIDENT}')
    assert found
    found.unit = found.waiting_unit = NEIGHBOUR
    found.save()
    page = sign_in('liqiang').get(f'/desk/c/{ref}')
    assert '写给云霄路社区' in page.text
    assert '已转交如东路社区' in page.text


def test_the_conversation_page_costs_a_handful_of_requests(clerk: Browser, residents: Writer, wire: Wire) -> None:
    ref = residents.write(text='x')
    clerk.get(f'/desk/c/{ref}')
    wire.sent.clear()
    clerk.get(f'/desk/c/{ref}')
    assert 0 < wire.requests() <= 6  # one of them for what she has booked
