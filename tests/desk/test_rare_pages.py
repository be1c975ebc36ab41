"""Notes, hand-overs, closing, remarks: done once, with a reason, in the sight of colleagues."""

from collections.abc import Callable

import pytest

from chalicelib import aws, storage
from chalicelib.inbox import records
from chalicelib.inbox.records import Message
from tests.desk.conftest import FAR, HOME, NEIGHBOUR, RESIDENT, STREET, Browser, WeChat, Writer
from tests.store_faults import Wire

SignIn = Callable[[str], Browser]
ID = f'{HOME}#{RESIDENT}'


def inside() -> list[Message]:
    return [line for line in Message.query(ID) if line.way == 'inside']


@pytest.fixture
def ref(residents: Writer) -> str:
    return residents.write(text='灯坏了')


def test_a_note_is_for_colleagues_only_and_written_once(clerk: Browser, ref: str, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{ref}')
    for _ in range(2):
        shown = clerk.submit(page, '记下', text='志愿队 22:40 可以到')
    assert '备注已记下' in shown.text
    assert '内部备注 志愿队 22:40 可以到 22:10 王敏' in shown.text
    assert len(inside()) == 1
    assert not wechat.sent
    assert '1 位居民' in clerk.get('/desk').text


def test_a_note_does_not_use_up_the_answer_of_the_same_page(clerk: Browser, ref: str, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{ref}')
    clerk.submit(page, '记下', text='备注')
    clerk.submit(page, '已答复', text='好的')
    assert [message['text']['content'] for message in wechat.sent] == ['好的']


def test_too_long_a_note_comes_back_whole_in_its_open_place(clerk: Browser, ref: str) -> None:
    again = clerk.submit(clerk.get(f'/desk/c/{ref}'), '记下', 422, text='长' * 1001)
    assert '最多写 1000 个字' in again.text
    form = next(form for form in again.forms if '记下' in form.buttons)
    assert form.fields['text'] == '长' * 1001
    assert [values['id'] for values in again.all('details') if 'open' in values] == ['do-note']
    assert not inside()


def test_handing_over_needs_a_unit_and_a_reason(clerk: Browser, ref: str) -> None:
    page = clerk.get(f'/desk/c/{ref}')
    again = clerk.submit(page, '转交', 422, unit=NEIGHBOUR, reason=' ')
    assert '理由' in again.text
    form = next(form for form in again.forms if '转交' in form.buttons)
    assert form.fields['unit'] == NEIGHBOUR
    assert '请选择另一个单位' in clerk.submit(page, '转交', 422, unit='', reason='归他们').text
    assert '请选择另一个单位' in clerk.submit(page, '转交', 422, unit='nonsense', reason='归他们').text
    assert not inside()


def test_what_is_handed_over_is_on_the_others_list_with_the_reason(sign_in: SignIn, clerk: Browser, ref: str) -> None:
    page = clerk.submit(clerk.get(f'/desk/c/{ref}'), '转交', unit=NEIGHBOUR, reason='房子在如东路')
    assert '已转交' in page.text
    assert page.path.startswith('/desk?')
    assert '现在没有居民在等答复' in page.text
    assert '灯坏了' in page.text.partition('转出去，还没有人接手')[2]
    other = sign_in('liqiang')
    assert '灯坏了' in other.get(f'/desk?unit={NEIGHBOUR}').text
    assert '转交如东路社区：房子在如东路' in other.get(f'/desk/c/{ref}').text


def test_a_unit_far_away_is_found_on_its_own_page(sign_in: SignIn, clerk: Browser, ref: str) -> None:
    near = clerk.get(f'/desk/c/{ref}')
    assert FAR not in [values.get('value') for values in near.all('option')]
    far = clerk.get(near.links['找其他单位'])
    assert '云霄路社区（香港中路街道）' in ' '.join(far.words) or FAR in [v.get('value') for v in far.all('option')]
    clerk.submit(far, '转交', unit=FAR, reason='在云霄路')
    assert '灯坏了' in sign_in('zhaofar').get('/desk').text


def test_closing_without_an_answer_needs_a_reason(clerk: Browser, ref: str, wechat: WeChat) -> None:
    page = clerk.get(f'/desk/c/{ref}')
    assert '理由' in clerk.submit(page, '关闭', 422, reason='', other=' ').text
    closed = clerk.submit(page, '关闭', reason='广告或误发', other='第三次')
    assert '已关闭' in closed.text
    assert '不答复关闭：广告或误发，第三次' in closed.text
    assert not wechat.sent
    assert '没有居民在等' in clerk.get('/desk').text


@pytest.mark.parametrize(
    ('button', 'typed'),
    [('关闭', {'reason': '广告或误发'}), ('转交', {'unit': STREET, 'reason': '归街道'})],
)
def test_a_form_sent_twice_is_one_step(clerk: Browser, ref: str, button: str, typed: dict[str, str]) -> None:
    page = clerk.get(f'/desk/c/{ref}')
    path, fields = page.pressed(button, typed)
    assert clerk.post_only(path, **fields).status_code == 303
    clerk.post_only(path, **fields)
    assert len(inside()) == 1


@pytest.mark.parametrize(
    ('button', 'first', 'second', 'opened'),
    [
        ('记下', {'text': '第一条'}, {'text': '第二条，很重要'}, 'do-note'),
        ('关闭', {'reason': '广告或误发'}, {'reason': '居民说不用了', 'other': '第二次'}, 'do-close'),
        ('转交', {'unit': NEIGHBOUR, 'reason': '归他们'}, {'unit': STREET, 'reason': '还是街道'}, 'do-hand-over'),
    ],
)
def test_the_same_form_with_other_words_is_not_called_done(
    sign_in: SignIn, ref: str, button: str, first: dict[str, str], second: dict[str, str], opened: str
) -> None:
    clerk = sign_in('liqiang')  # he may see it wherever it is handed over to
    page = clerk.get(f'/desk/c/{ref}')
    clerk.submit(page, button, **first)
    again = clerk.submit(page, button, 422, **second)
    assert '已经提交过一次' in again.text
    assert [values['id'] for values in again.all('details') if 'open' in values] == [opened]
    form = next(form for form in again.forms if button in form.buttons)
    assert {**form.fields, **form.chosen}.items() >= second.items()
    assert len(inside()) == 1
    clerk.submit(again, button, **second)
    assert len(inside()) == 2


@pytest.mark.parametrize(
    ('button', 'typed'),
    [('关闭', {'reason': '广告或误发', 'other': '也许'}), ('转交', {'unit': STREET, 'reason': '也许'})],
)
def test_a_colleague_who_was_faster_stops_it_and_what_was_typed_stays(
    sign_in: SignIn, clerk: Browser, ref: str, wechat: WeChat, button: str, typed: dict[str, str]
) -> None:
    page, colleague = clerk.get(f'/desk/c/{ref}'), sign_in('liqiang')
    colleague.submit(colleague.get(f'/desk/c/{ref}'), '已答复', text='今晚来修')
    again = clerk.submit(page, button, 409, **typed)
    assert '李强 22:10 已经处理' in again.text.replace('今日 ', '')
    assert '今晚来修' in again.text
    assert '也许' in again.html
    assert not inside()


def test_a_remark_is_shown_beside_the_name(clerk: Browser, ref: str) -> None:
    page = clerk.submit(clerk.get(f'/desk/c/{ref}'), '保存', remark='  3 号楼  王阿姨 ')
    assert '称呼已保存' in page.text
    assert '居民 A01 （3 号楼 王阿姨）' in page.text
    assert '3 号楼 王阿姨' in clerk.get('/desk').text


@pytest.mark.parametrize('does', ['resend', 'confirm', 'withdraw', '', 'drop'])
def test_acting_on_a_line_that_is_not_there_changes_nothing(clerk: Browser, ref: str, does: str) -> None:
    token = clerk.get(f'/desk/c/{ref}').forms[0].fields['csrf']
    before = records.conversation(ID)
    answer = clerk.post_only(f'/desk/c/{ref}/sent/1795443000.nothing.1', csrf=token, do=does)
    assert answer.status_code in (303, 404)
    assert b'Traceback' not in answer.body
    after = records.conversation(ID)
    assert before
    assert after
    assert after.waiting_unit == before.waiting_unit
    assert len(list(Message.query(ID))) == 1


@pytest.mark.parametrize('button', ['记下', '转交', '关闭', '保存'])
@pytest.mark.parametrize('seen', ['1', '9' * 5000])
def test_endless_fields_are_refused_politely(clerk: Browser, ref: str, button: str, seen: str) -> None:
    endless = dict.fromkeys(('text', 'unit', 'reason', 'other', 'remark', 'form'), '9' * 450_000)
    path, fields = clerk.get(f'/desk/c/{ref}').pressed(button, endless)
    answer = clerk.post_only(path, **{**fields, 'seen': seen})
    assert answer.status_code == (303 if button == '保存' else 422)
    assert not inside()


@pytest.mark.parametrize(
    ('method', 'place'),
    [
        ('GET', '/desk/c/{ref}?before={long}'),
        ('GET', '/desk/c/{ref}{long}'),
        ('GET', '/media/{ref}.{long}'),
        ('POST', '/desk/c/{ref}/sent/{long}'),
    ],
)
def test_an_endless_address_never_reaches_the_store(
    wire: Wire, clerk: Browser, ref: str, method: str, place: str
) -> None:
    """DynamoDB refuses keys of more than 1,024 bytes; its emulators do not."""
    sent: list[bytes] = []
    aws.session().register('before-send.dynamodb.*', lambda request, **_: sent.append(request.body))
    storage.forget()
    path = place.format(ref=ref, long='9' * 2000)
    token = clerk.get(f'/desk/c/{ref}').forms[0].fields['csrf']
    answer = clerk.answer(path) if method == 'GET' else clerk.post_only(path, csrf=token, do='resend')
    assert answer.status_code in (200, 404)
    assert sent
    assert not [body for body in sent if b'9' * 1025 in body]
