"""The guarded way to media, and the operator's page."""

import json
from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from chalicelib import aws, settings
from chalicelib.inbox.records import Media, Message
from chalicelib.platform import actions as account_events
from chalicelib.platform.records import AccountEvent
from chalicelib.wechat.message import Inbound
from tests.desk.conftest import FAR, HOME, RESIDENT, Browser, Writer

SignIn = Callable[[str], Browser]
ID = f'{HOME}#{RESIDENT}'


def line_with(residents: Writer, **media: object) -> Message:
    residents.write('voice', MediaId='m1')
    line = next(iter(Message.query(ID)))
    line.media = Media(wechat_id='m1', **media)
    line.save()
    return line


def test_media_lead_to_a_fresh_link_of_five_minutes(clerk: Browser, residents: Writer) -> None:
    line = line_with(
        residents, state='stored', object_key='in/v.amr', content_type='audio/amr', playable_key='in/v.mp3',
        playable_type='audio/mpeg',
    )  # fmt: skip
    answer = clerk.answer(f'/media/{line.ref}')
    link = urlsplit(answer.headers['Location'])
    query = parse_qs(link.query)
    assert answer.status_code == 302
    assert answer.headers['Cache-Control'] == 'no-store'
    assert link.path.endswith('in/v.mp3')
    assert query['X-Amz-Expires'] == ['300']
    assert query['response-content-type'] == ['audio/mpeg']
    original = urlsplit(clerk.answer(f'/media/{line.ref}.original').headers['Location'])
    assert original.path.endswith('in/v.amr')
    assert '语音 2026-11-23 22.10.amr' in unquote(parse_qs(original.query)['response-content-disposition'][0])


def test_media_of_another_unit_are_refused(sign_in: SignIn, residents: Writer) -> None:
    line = line_with(residents, state='stored', object_key='in/v.amr')
    for path in (f'/media/{line.ref}', f'/media/{line.ref}.original'):
        answer = sign_in('zhaofar').answer(path)
        assert answer.status_code == 403
        assert 'Location' not in answer.headers


def test_media_on_their_way_are_asked_for_again(clerk: Browser, residents: Writer) -> None:
    line = line_with(residents, state='pending')
    page = clerk.get(f'/media/{line.ref}')
    assert '正在取回' in page.text
    assert page.links['回到对话'] == f'/desk/c/{HOME}.{RESIDENT}'
    jobs = aws.client('sqs').receive_message(QueueUrl=settings.queue_url('media'))['Messages']
    assert json.loads(jobs[0]['Body'])['key'] == line.key


@pytest.mark.parametrize('state', ['expired', 'refused'])
def test_media_that_never_come_say_so(clerk: Browser, residents: Writer, state: str) -> None:
    page = clerk.get(f'/media/{line_with(residents, state=state).ref}', 404)
    assert '可以请居民再发一次' in page.text


@pytest.mark.parametrize(
    'ref', ['x', 'a.b', 'a.b.c.d', f'{HOME}.{RESIDENT}', f'{HOME}.{RESIDENT}.1.2.original', '.....']
)
def test_media_that_do_not_exist_are_not_found(clerk: Browser, residents: Writer, ref: str) -> None:
    residents.write(text='x')
    assert '没有找到' in clerk.get(f'/media/{ref}', 404).text


def test_a_text_has_no_media(clerk: Browser, residents: Writer) -> None:
    residents.write(text='x')
    clerk.get(f'/media/{next(iter(Message.query(ID))).ref}', 404)


def event(now: datetime, name: str, **fields: object) -> Inbound:
    return Inbound('event', 'gh_1', 'oPlatform', now, f'{name}#1', event=name, fields=dict(fields))  # type: ignore[arg-type]


def test_the_operator_sees_what_could_not_be_read_and_what_wechat_says(
    sign_in: SignIn, alliance: None, now: datetime
) -> None:
    operator = sign_in('liqiang')
    assert '都读懂了' in operator.get('/desk/system').text
    account_events.keep_unreadable(HOME, b'<xml><script>alert(1)</script>\x00\xff', now)
    account_events.keep(FAR, event(now, 'MASSSENDJOBFINISH', SentCount='11000'), now)
    page = operator.get('/desk/system')
    assert '今日 22:10 云霄路社区 群发结束' in page.text
    assert '11000' in operator.get(page.links['群发结束']).text
    unread = operator.get(page.links['读不懂的来信'])
    assert '<script>alert(1)</script>' in unread.text
    assert not unread.all('script')


def test_the_operators_page_stays_light(sign_in: SignIn, alliance: None, now: datetime) -> None:
    operator = sign_in('liqiang')
    with AccountEvent.batch_write() as batch:
        for number in range(60):
            for kind in (account_events.UNREADABLE, account_events.PLATFORM):
                batch.save(AccountEvent(HOME, f'{kind}{number}', at=now, kind=kind, raw='&' * 200_000, event='x' * 64))
    page = operator.get(operator.get('/desk/system').links['读不懂的来信'])
    assert '一共 200000 个字' in page.text
    assert len(page.html.encode()) + len(operator.answer('/static/style.css').body) <= 30_000


def test_only_operators_see_it(clerk: Browser) -> None:
    clerk.get('/desk/system', 403)
    assert '系统' not in clerk.get('/desk').links
