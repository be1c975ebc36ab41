"""Answering: once, honestly, beside colleagues, with a photo, and nothing typed is ever lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from chalicelib import clock
from chalicelib.inbox import objects, records
from chalicelib.inbox import rules as inbox_rules
from chalicelib.inbox.records import Message
from tests.desk.conftest import HOME, RESIDENT, Browser, WeChat, Writer
from tests.desk.reading import Page

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SignIn = Callable[[str], Browser]
ID = f'{HOME}#{RESIDENT}'
PHOTO = Path(__file__).parent.parent / 'fixtures' / 'media' / 'photo.jpg'


def conversation() -> records.Conversation:
    found = records.conversation(ID)
    assert found
    return found


def out() -> list[Message]:
    return [line for line in Message.query(ID) if line.way == 'out']


def words(wechat: WeChat) -> list[str]:
    return [message['text']['content'] for message in wechat.sent if message['msgtype'] == 'text']


def field(page: Page, name: str) -> str:
    return next(form for form in page.forms if name in form.fields).fields[name]


def typed(page: Page) -> str:
    return next(form for form in page.forms if '插入' in form.buttons).fields['text']


def test_an_answer_goes_out_and_the_conversation_leaves_the_list(
    clerk: Browser, residents: Writer, wechat: WeChat
) -> None:
    residents.write(text='另一位', openid='oOther')
    ref = residents.write(text='灯坏了', ago=41 * MINUTE)
    page = clerk.submit(clerk.get(f'/desk/c/{ref}'), '已答复', text='好的，马上来')
    assert '已发出，这位居民不再等' in page.text
    assert page.links['下一位：居民 A01（明日 14:00 前）'] == f'/desk/c/{HOME}.oOther'
    assert words(wechat) == ['好的，马上来']
    assert '灯坏了' not in clerk.get('/desk').text


def test_a_form_sent_twice_is_one_answer(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    for _ in range(2):
        assert '已发出' in clerk.submit(page, '已答复', text='好的').text
    assert words(wechat) == ['好的']
    assert len(out()) == 1


def test_a_page_brought_back_by_the_browser_does_not_swallow_a_new_answer(
    clerk: Browser, residents: Writer, wechat: WeChat
) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    clerk.submit(page, '已答复', text='好的')
    again = clerk.submit(page, '已答复', 422, text='还有一句')
    assert '还没有发出' in again.text
    assert typed(again) == '还有一句'
    assert '已发出' in clerk.submit(again, '已答复', text=typed(again)).text
    assert words(wechat) == ['好的', '还有一句']


def test_nor_where_the_new_words_only_begin_like_the_old(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    clerk.submit(page, '已答复', text='今晚来修，请留门')
    again = clerk.submit(page, '已答复', 422, text='今晚')
    assert '还没有发出' in again.text
    assert typed(again) == '今晚'
    assert words(wechat) == ['今晚来修，请留门']


def test_nor_a_promise_that_the_first_answer_did_not_make(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    clerk.submit(page, '已答复', text='已登记')
    again = clerk.submit(page, '先回复，继续跟进到', 422, text='已登记', until='2026-11-24T11:50')
    assert '还没有发出' in again.text
    assert field(again, 'until') == '2026-11-24T11:50'
    assert words(wechat) == ['已登记']


@pytest.mark.parametrize(
    ('button', 'until'), [('已答复', '2026-11-24T11:50'), ('先回复，继续跟进到', '2026-11-24T17:30')]
)
def test_nor_another_time_or_none_after_a_promise(
    clerk: Browser, residents: Writer, wechat: WeChat, button: str, until: str
) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    promised = {'text': '已登记', 'until': '2026-11-24T11:50'}
    for _ in range(2):  # the very same form once more is the same answer
        assert '已发出' in clerk.submit(page, '先回复，继续跟进到', **promised).text
    assert '还没有发出' in clerk.submit(page, button, 422, text='已登记', until=until).text
    assert len(words(wechat)) == 1


def test_nor_the_words_without_the_photo_that_went_with_them(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    clerk.submit(page, '已答复', text='好的', photo='a' * 32)
    assert '还没有发出' in clerk.submit(page, '已答复', 422, text='好的', photo='').text
    assert [line.kind for line in out()] == ['text', 'image']


def test_an_answer_cut_off_before_its_outcome_is_not_called_sent(
    clerk: Browser, residents: Writer, wechat: WeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    clerk.submit(page, '已答复', text='马上来')
    (line,) = out()
    line.state = inbox_rules.PENDING  # as it stands when the process ends before WeChat has answered
    line.save()
    again = clerk.submit(page, '已答复', text='马上来')
    assert '已发出' not in again.text
    assert again.all('p', 'warn')
    assert '正在发送' in again.text
    monkeypatch.setattr(clock, '_moved', clock._moved + 5 * MINUTE)
    later = clerk.submit(page, '已答复', text='马上来')
    assert '没有等到微信的回音' in later.text
    assert '已发出' not in later.text
    assert words(wechat) == ['马上来']


def test_an_answer_taken_back_meanwhile_is_not_called_sent(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了", ago=3 * DAY)}')
    clerk.submit(clerk.submit(page, '已答复', text='好的'), '撤回')
    again = clerk.submit(page, '已答复', text='好的')
    assert '已发出' not in again.text
    assert again.all('p', 'warn')


def test_nor_does_it_swallow_a_photo(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    clerk.submit(page, '已答复', text='好的')
    clerk.submit(page, '已答复', 422, text='', photo='a' * 32)
    assert len(out()) == 1


def test_a_follow_up_is_told_and_stays_on_the_list(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    shown = clerk.submit(page, '先回复，继续跟进到', text='已报修', until='2026-11-24T11:50', until_typed='')
    assert '说好跟进到 明日 11:50 前' in shown.text
    assert '已报修' in words(wechat)[0]
    assert '11月24日（周二）11:50 前' in words(wechat)[0]
    row = clerk.get('/desk').text
    assert '已先回复，跟进中' in row
    assert '明日 11:50 前' in row


def test_a_follow_up_without_a_sensible_time_sends_nothing(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    again = clerk.submit(page, '先回复，继续跟进到', 422, text='已报修', until_typed='2020-01-01T00:00')
    assert '请选一个以后的时间' in again.text
    assert typed(again) == '已报修'
    assert not wechat.sent


def test_an_empty_answer_is_not_sent(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    assert clerk.submit(page, '已答复', 422, text='  \r\n ').all('p', 'warn')
    assert not wechat.sent


def test_too_long_an_answer_comes_back_whole(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    again = clerk.submit(page, '已答复', 422, text='长' * 1000)
    assert typed(again) == '长' * 1000
    assert not wechat.sent


def test_a_colleague_who_was_faster_is_named_before_a_second_answer_goes_out(
    sign_in: SignIn, clerk: Browser, residents: Writer, wechat: WeChat
) -> None:
    ref = residents.write(text='灯坏了')
    mine = clerk.get(f'/desk/c/{ref}')
    colleague = sign_in('liqiang')
    colleague.submit(colleague.get(f'/desk/c/{ref}'), '已答复', text='今晚来修')
    again = clerk.submit(mine, '已答复', 409, text='我来看看')
    alert = again.text[again.text.index('您在写的时候') :]
    assert '李强 22:10 已经处理了' in alert
    assert '今晚来修' in alert
    assert typed(again) == '我来看看'
    assert again.links['不发了'] == f'/desk/c/{ref}'
    assert words(wechat) == ['今晚来修']
    clerk.submit(again, '仍然发出', text=typed(again))
    assert words(wechat) == ['今晚来修', '我来看看']


def test_inserting_a_canned_sentence_does_not_hide_a_colleagues_answer(
    sign_in: SignIn, clerk: Browser, residents: Writer, wechat: WeChat
) -> None:
    ref = residents.write(text='灯坏了')
    mine, colleague = clerk.get(f'/desk/c/{ref}'), sign_in('liqiang')
    colleague.submit(colleague.get(f'/desk/c/{ref}'), '已答复', text='今晚来修')
    inserted = clerk.submit(mine, '插入', text='您好', canned='fixed')
    assert clerk.submit(inserted, '已答复', 409).all('div', 'warn')
    assert words(wechat) == ['今晚来修']


def test_what_she_wrote_after_the_page_was_opened_still_waits(
    clerk: Browser, residents: Writer, wechat: WeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    monkeypatch.setattr(clock, '_moved', clock._moved + 2 * MINUTE)
    residents.now += MINUTE
    residents.write(text='还有水管')
    clerk.submit(page, '已答复', text='好的')
    assert '等了' in clerk.get('/desk').text


def test_a_canned_sentence_is_put_below_what_is_typed(clerk: Browser, residents: Writer) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    again = clerk.submit(page, '插入', text='您好', canned='fixed')
    assert typed(again).startswith('您好\n您好，您反映的问题已经处理好了')
    unknown = clerk.submit(again, '插入', text=typed(again), canned='nonsense')
    assert typed(unknown) == typed(again)


def test_a_refused_message_is_shown_with_what_to_do(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    ref = residents.write(text='灯坏了')
    wechat.code = 50002
    page = clerk.submit(clerk.get(f'/desk/c/{ref}'), '已答复', text='好的')
    assert '没有发出去' in page.text
    assert '1 条没有发成' in clerk.get('/desk').text
    wechat.code = 0
    again = clerk.submit(page, '再发一次')
    assert '已再次发出' in again.text
    assert words(wechat) == ['好的']
    assert '没有发成' not in clerk.get('/desk').text


def test_a_send_without_an_outcome_says_so_and_is_not_repeated_by_itself(
    clerk: Browser, residents: Writer, wechat: WeChat
) -> None:
    ref = residents.write(text='灯坏了')
    wechat.hangs_up = True
    page = clerk.submit(clerk.get(f'/desk/c/{ref}'), '已答复', text='好的')
    assert '结果未知' in page.text
    assert len(wechat.sent) == 1
    assert '再发一次' in [button for form in page.forms for button in form.buttons]


def test_an_answer_outside_the_window_waits_for_her_and_can_be_taken_back(
    clerk: Browser, residents: Writer, wechat: WeChat
) -> None:
    ref = residents.write(text='灯坏了', ago=3 * DAY)
    page = clerk.submit(clerk.get(f'/desk/c/{ref}'), '已答复', text='好的')
    assert '已存好，等居民下次来信时发出' in page.text
    assert not wechat.sent
    assert '仍然有效' not in [button for form in page.forms for button in form.buttons]
    back = clerk.submit(page, '撤回')
    assert '已撤回，没有发给居民' in back.text
    assert conversation().kept_count == 0


def test_what_is_kept_too_long_can_be_confirmed(
    clerk: Browser, residents: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = residents.write(text='灯坏了', ago=3 * DAY)
    clerk.submit(clerk.get(f'/desk/c/{ref}'), '已答复', text='好的')
    found = conversation()
    found.kept[0].confirmed_at -= 8 * DAY
    found.save()
    page = clerk.get(f'/desk/c/{ref}')
    assert '请确认还要不要发' in page.text
    assert '请确认还要不要发' not in clerk.submit(page, '仍然有效').text


def test_a_photo_is_fetched_beside_the_text_and_both_go_out(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    ref = residents.write(text='灯坏了')
    form = clerk.submit(clerk.get(f'/desk/c/{ref}'), '加照片', text='修好了，请看', until_typed='2026-11-25T09:00')
    upload = form.forms[-1]
    assert upload.action.startswith('https://weilin-test-media.s3.')
    assert upload.fields['key'].startswith(objects.folder('out', ID))
    back = returned(clerk, upload.fields, PHOTO.read_bytes())
    assert typed(back) == '修好了，请看'
    assert field(back, 'until_typed') == '2026-11-25T09:00'
    preview = next(values['src'] for values in back.all('img'))
    assert clerk.answer(preview).headers['Location'].startswith('https://weilin-test-media.s3.')
    clerk.submit(back, '已答复', text=typed(back))
    assert [message['msgtype'] for message in wechat.sent] == ['text', 'image']


def returned(clerk: Browser, fields: dict[str, str], content: bytes, status: int = 200) -> Page:
    """What the bucket does with the form: keep the file, send the browser back with its name."""
    objects.put(fields['key'], content, 'image/jpeg')
    back = urlsplit(fields['success_action_redirect'])
    return clerk.get(f'{back.path}?{back.query}&bucket=b&key={quote(fields["key"], safe="")}&etag=x', status)


def test_a_photo_can_be_left_out_again(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    ref = residents.write(text='灯坏了')
    form = clerk.submit(clerk.get(f'/desk/c/{ref}'), '加照片', text='修好了')
    back = returned(clerk, form.forms[-1].fields, PHOTO.read_bytes())
    without = clerk.submit(back, '去掉照片', text=typed(back))
    assert not without.all('img')
    clerk.submit(without, '已答复', text=typed(without))
    assert [message['msgtype'] for message in wechat.sent] == ['text']


def test_a_file_that_is_no_photo_is_named_at_once_and_the_text_stays(clerk: Browser, residents: Writer) -> None:
    ref = residents.write(text='灯坏了')
    form = clerk.submit(clerk.get(f'/desk/c/{ref}'), '加照片', text='修好了')
    back = returned(clerk, form.forms[-1].fields, b'%PDF-1.4 no photo', 422)
    assert '不是可以接收的照片' in back.text
    assert typed(back) == '修好了'
    assert not back.all('img')


def test_who_goes_back_without_a_photo_finds_the_text(clerk: Browser, residents: Writer) -> None:
    ref = residents.write(text='灯坏了')
    form = clerk.submit(clerk.get(f'/desk/c/{ref}'), '加照片', text='修好了')
    back = clerk.get(form.links['不加了'])
    assert typed(back) == '修好了'
    assert not back.all('img')


def test_a_draft_is_its_clerks_and_its_conversations(
    sign_in: SignIn, clerk: Browser, residents: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, other = residents.write(text='灯坏了'), residents.write(text='x', openid='oOther')
    form = clerk.submit(clerk.get(f'/desk/c/{ref}'), '加照片', text='只有我看')
    draft = parse_qs(urlsplit(form.path).query)['draft'][0]
    assert '只有我看' in clerk.get(f'/desk/c/{ref}?draft={draft}').html
    for browser, address in ((sign_in('liqiang'), ref), (clerk, other)):
        assert '只有我看' not in browser.get(f'/desk/c/{address}?draft={draft}').html
    monkeypatch.setattr(clock, '_moved', clock._moved + timedelta(hours=11, minutes=59))
    assert '只有我看' in clerk.get(f'/desk/c/{ref}?draft={draft}').html


def test_a_photo_of_another_resident_cannot_be_named(clerk: Browser, residents: Writer, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    clerk.submit(page, '已答复', text='好的', photo='../../in/other/photo')
    assert [line.kind for line in out()] == ['text']


def test_a_page_left_open_overnight_does_not_send_but_keeps_the_text(
    sign_in: SignIn, clerk: Browser, residents: Writer, wechat: WeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = residents.write(text='灯坏了')
    page = clerk.get(f'/desk/c/{ref}')
    path, fields = page.pressed('已答复', {'text': '早上好'})
    fields['form'] = f'{int(residents.now.timestamp()) - 13 * 3600}-{"a" * 16}'
    again = clerk.post(path, 422, **fields)
    assert '打开得太久' in again.text
    assert typed(again) == '早上好'
    assert not wechat.sent
    clerk.submit(again, '已答复', text=typed(again))
    assert words(wechat) == ['早上好']


@pytest.mark.parametrize('seen', ['', 'x', '-1', '٣', '9' * 13, '9' * 5000])
def test_a_tampered_count_never_sends(clerk: Browser, residents: Writer, wechat: WeChat, seen: str) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    clerk.submit(page, '已答复', 409, text='好的', seen=seen)
    assert not wechat.sent


def test_the_time_shown_on_the_list_is_the_one_told_to_her(
    clerk: Browser, residents: Writer, wechat: WeChat, now: datetime
) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    clerk.submit(page, '先回复，继续跟进到', text='在办', until_typed='2026-11-23T23:00')
    assert '23:00' in words(wechat)[0]
    assert '还剩 49 分钟' in clerk.get('/desk').text or '还剩 50 分钟' in clerk.get('/desk').text


@pytest.mark.parametrize('button', ['已答复', '插入', '加照片'])
def test_an_endless_text_comes_back_whole_and_is_refused_politely(
    clerk: Browser, residents: Writer, wechat: WeChat, button: str
) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    again = clerk.submit(page, button, 200 if button == '插入' else 422, text='x' * 450_000)
    assert typed(again) == 'x' * 450_000
    assert bool(again.all('p', 'warn')) == (button != '插入')
    assert not wechat.sent


@pytest.mark.parametrize('name', ['form', 'seen', 'until', 'until_typed', 'photo'])
def test_an_endless_field_that_nobody_types_does_not_keep_the_text_from_being_laid_aside(
    clerk: Browser, residents: Writer, name: str
) -> None:
    page = clerk.get(f'/desk/c/{residents.write(text="灯坏了")}')
    path, fields = page.pressed('加照片', {'text': '修好了'})
    photo_page = clerk.post(path, **{**fields, name: '9' * 450_000})
    assert typed(clerk.get(photo_page.links['不加了'])) == '修好了'
