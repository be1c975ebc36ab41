"""The client against a real HTTP server that plays WeChat: what goes out, how it ends, and how often it is tried."""

import json
import logging
import socket
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.wechat import api, client, oauth
from chalicelib.wechat.api import Client
from chalicelib.wechat.client import Download, client_for
from chalicelib.wechat.credentials import Credentials
from chalicelib.wechat.errors import Action, Failed, NotSent, OutcomeUnknown, Refused, TooLarge

CREDENTIALS = Credentials('wx01', 'the secret', 'token', 'k' * 43)
SEND, UPLOAD, GET, MENU, TOKEN = 'message/custom/send', 'media/upload', 'media/get', 'menu/create', 'stable_token'
OK = {'errcode': 0, 'errmsg': 'ok'}


def refusal(code):
    return {'errcode': code, 'errmsg': f'said in English, touser o-secret rid: 6543-ab{code}'}


class Raw(NamedTuple):
    """An answer that is not JSON."""

    body: bytes
    headers: dict = {}  # noqa: RUF012 (never changed)
    status: int = 200
    length: int | None = None  # claimed, where it is not the body's


class Call(NamedTuple):
    query: dict
    headers: dict
    body: bytes
    port: int


class WeChat(ThreadingHTTPServer):
    """Answers each path with what the test put into `answers`, in this order; what is left unsaid is fine."""

    daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Handler)
        self.answers, self.calls = defaultdict(list), defaultdict(list)
        self.expires_in, self.tokens = 7200, 0
        self.over = threading.Event()
        self.address = f'http://127.0.0.1:{self.server_port}'

    def answer(self, path, call):
        self.calls[path].append(call)
        if self.answers[path]:
            said = self.answers[path].pop(0)
            return said(call) if callable(said) else said
        if path == TOKEN:
            self.tokens += 1
            return {'access_token': f'token-{self.tokens}', 'expires_in': self.expires_in}
        return OK

    def hang(self, call):
        self.over.wait(30)

    def only_newest(self, call):
        return OK if call.query['access_token'] == f'token-{self.tokens}' else refusal(42001)


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    wbufsize = -1  # head and body in one packet, else each answer takes 40 ms

    def do_POST(self):
        url = urlsplit(self.path)
        query = {name: value for name, (value,) in parse_qs(url.query).items()}
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        call = Call(query, dict(self.headers), body, self.client_address[1])
        answer = self.server.answer(url.path.removeprefix('/cgi-bin/'), call)
        if answer is None:
            self.close_connection = True  # without a word
            return
        if not isinstance(answer, Raw):
            answer = Raw(json.dumps(answer).encode(), {'Content-Type': 'application/json; encoding=utf-8'})
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(answer.length or len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = answer.length is not None

    do_GET = do_POST  # noqa: N815 (http.server's name)

    def log_message(self, *_):
        pass


@pytest.fixture
def wechat(monkeypatch):
    server = WeChat()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv('WEILIN_WECHAT_API', server.address)
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def out(wechat):
    return Client(CREDENTIALS, timeouts=(1, 5), pauses=(0, 0))


@pytest.fixture
def hasty(wechat):
    return Client(CREDENTIALS, timeouts=(1.0, 1.0), pauses=(0, 0))


# What goes out


def test_a_text_goes_out_as_typed(wechat, out):
    out.send_text('oA', '楼道的灯已修好 👍 "引号" \\u4e00\n第二行')
    (call,) = wechat.calls[SEND]
    assert call.query == {'access_token': 'token-1'}
    words = '楼道的灯已修好 👍 \\"引号\\" \\\\u4e00\\n第二行'
    assert call.body.decode() == f'{{"touser": "oA", "msgtype": "text", "text": {{"content": "{words}"}}}}'


def test_a_template_goes_out_with_its_fields_and_a_link(wechat, out):
    values = {'thing1': '3 位居民在等答复', 'time2': '2026年11月24日 14:00'}
    out.send_template('oA', 't-1', 'https://weilin/desk', values)
    (call,) = wechat.calls['message/template/send']
    data = {field: {'value': value} for field, value in values.items()}
    assert json.loads(call.body) == {'touser': 'oA', 'template_id': 't-1', 'url': 'https://weilin/desk', 'data': data}


def test_control_characters_would_be_escapes_and_are_left_out(wechat, out):
    out.send_text('oA', 'a\x00b\x08c\x1fd\ud800e\tf')
    (call,) = wechat.calls[SEND]
    assert b'\\u' not in call.body
    assert json.loads(call.body)['text'] == {'content': 'abcde\tf'}


@pytest.mark.parametrize('kind', ('image', 'voice'))
def test_a_picture_and_a_voice_go_out_by_their_media_id(wechat, out, kind):
    getattr(out, f'send_{kind}')('oA', 'm-1')
    (call,) = wechat.calls[SEND]
    assert json.loads(call.body) == {'touser': 'oA', 'msgtype': kind, kind: {'media_id': 'm-1'}}


def test_a_menu_goes_out_as_given(wechat, out):
    menu = {'button': [{'type': 'click', 'name': '办事指南', 'key': 'guide'}]}
    out.create_menu(menu)
    (call,) = wechat.calls[MENU]
    assert json.loads(call.body) == menu
    assert '办事指南' in call.body.decode()


def uploaded(call):
    """Name, type and content of the file in an upload."""
    whole = b'Content-Type: ' + call.headers['Content-Type'].encode() + b'\r\n\r\n' + call.body
    (part,) = message_from_bytes(whole).get_payload()
    return part.get_filename(), part.get_content_type(), part.get_payload(decode=True)


PHOTO = bytes(range(256)) * 400


def test_an_upload_carries_name_type_and_content(wechat, out):
    wechat.answers[UPLOAD] = [{'type': 'image', 'media_id': 'm-1', 'created_at': 1795443000}]
    assert out.upload('image', 'photo.jpg', PHOTO, 'image/jpeg') == 'm-1'
    (call,) = wechat.calls[UPLOAD]
    assert call.query == {'access_token': 'token-1', 'type': 'image'}
    assert uploaded(call) == ('photo.jpg', 'image/jpeg', PHOTO)


def test_upload_is_sent_again_whole(wechat, out):
    wechat.answers[UPLOAD] = [refusal(42001), refusal(-1), {'type': 'image', 'media_id': 'm-1'}]
    assert out.upload('image', 'photo.jpg', PHOTO, 'image/jpeg') == 'm-1'
    assert [uploaded(call)[2] for call in wechat.calls[UPLOAD]] == [PHOTO] * 3
    assert [call.query['access_token'] for call in wechat.calls[UPLOAD]] == ['token-1', 'token-2', 'token-2']


def test_a_thumb_is_answered_under_another_name(wechat, out):
    wechat.answers[UPLOAD] = [{'type': 'thumb', 'thumb_media_id': 't-1'}]
    assert out.upload('thumb', 't.jpg', PHOTO, 'image/jpeg') == 't-1'


def test_an_upload_without_a_media_id_has_no_known_outcome(wechat, out):
    with pytest.raises(OutcomeUnknown):
        out.upload('image', 'photo.jpg', PHOTO, 'image/jpeg')


# Downloads


def test_a_download_tells_content_type_and_name(wechat, out):
    headers = {'Content-Type': 'audio/AMR; x=1', 'Content-Disposition': 'attachment; filename="m-1.amr"'}
    wechat.answers[GET] = [Raw(PHOTO, headers)]
    assert out.download('m-1', len(PHOTO)) == Download(PHOTO, 'audio/amr', 'm-1.amr')
    (call,) = wechat.calls[GET]
    assert call.query == {'access_token': 'token-1', 'media_id': 'm-1'}


def test_download_that_says_nothing_of_itself(wechat, out):
    wechat.answers[GET] = [Raw(b'{ looks like JSON but is not said to be text')]
    assert out.download('m-1', 100) == Download(b'{ looks like JSON but is not said to be text', '', None)


def test_download_of_plain_text_that_is_no_error(wechat, out):
    wechat.answers[GET] = [Raw(b'words', {'Content-Type': 'text/plain'})]
    assert out.download('m-1', 100).content == b'words'


def test_download_over_the_cap(wechat, out):
    wechat.answers[GET] = [Raw(PHOTO)]
    with pytest.raises(TooLarge):
        out.download('m-1', len(PHOTO) - 1)


def test_download_over_the_cap_is_not_read_to_its_end(wechat, out):
    wechat.answers[GET] = [Raw(PHOTO, length=10**9)]
    with pytest.raises(TooLarge):
        out.download('m-1', 1000)


@pytest.mark.parametrize('content_type', ('text/plain', 'application/json; encoding=utf-8'))
def test_download_refused_in_text(wechat, out, content_type):
    wechat.answers[GET] = [Raw(json.dumps(refusal(40007)).encode(), {'Content-Type': content_type})]
    with pytest.raises(Refused) as caught:
        out.download('m-1', 10_000)
    assert (caught.value.code, caught.value.rid) == (40007, '6543-ab40007')


def test_download_with_an_old_token(wechat, out):
    wechat.answers[GET] = [
        Raw(json.dumps(refusal(42001)).encode(), {'Content-Type': 'text/plain'}), refusal(-1), Raw(PHOTO),
    ]  # fmt: skip
    assert out.download('m-1', len(PHOTO)).content == PHOTO
    assert [call.query['access_token'] for call in wechat.calls[GET]] == ['token-1', 'token-2', 'token-2']


def test_a_video_is_fetched_from_the_address_in_the_answer(wechat, out):
    wechat.answers[GET] = [{'video_url': f'{wechat.address}/video?id=7'}]
    wechat.answers['/video'] = [Raw(PHOTO, {'Content-Type': 'video/mp4'})]
    assert out.download('m-1', len(PHOTO)) == Download(PHOTO, 'video/mp4', None)
    assert wechat.calls['/video'][0].query == {'id': '7'}, 'our token stays with WeChat'


def test_video_over_the_cap(wechat, out):
    wechat.answers[GET] = [{'video_url': f'{wechat.address}/video'}]
    wechat.answers['/video'] = [Raw(PHOTO)]
    with pytest.raises(TooLarge):
        out.download('m-1', 1000)


@pytest.mark.parametrize('address', ('file:///etc/passwd', 'not an address', 7, None))
def test_video_at_no_address(wechat, out, address):
    wechat.answers[GET] = [{'video_url': address}]
    with pytest.raises(OutcomeUnknown):
        out.download('m-1', 10_000)


@pytest.mark.parametrize('broken', (Raw(PHOTO, length=len(PHOTO) + 1), Raw(b'', status=502), WeChat.hang, None))
def test_download_broken_off(wechat, hasty, broken):
    wechat.answers[GET] = [(lambda call: wechat.hang(call)) if broken is WeChat.hang else broken]
    with pytest.raises(OutcomeUnknown):
        hasty.download('m-1', 10**6)


# Tokens


def test_one_token_for_many_calls(wechat, out):
    for _ in range(3):
        out.send_text('oA', '好')
    assert len(wechat.calls[TOKEN]) == 1
    (call,) = wechat.calls[TOKEN]
    assert json.loads(call.body) == {'grant_type': 'client_credential', 'appid': 'wx01', 'secret': 'the secret'}
    assert call.query == {}


def test_token_is_not_used_in_its_last_minute(wechat, out):
    wechat.expires_in = 60
    for _ in range(2):
        out.send_text('oA', '好')
    assert [call.query['access_token'] for call in wechat.calls[SEND]] == ['token-1', 'token-2']


@pytest.mark.parametrize('code', (40001, 40014, 42001))
def test_a_token_refused_once_is_renewed(wechat, out, code):
    wechat.answers[SEND] = [refusal(code)]
    out.send_text('oA', '好')
    assert [call.query['access_token'] for call in wechat.calls[SEND]] == ['token-1', 'token-2']


@pytest.mark.parametrize('code', (40001, 40014, 42001))
def test_a_token_refused_for_good_is_not_renewed_without_end(wechat, out, code):
    wechat.answers[SEND] = [refusal(code)] * 9
    with pytest.raises(Refused) as caught:
        out.send_text('oA', '好')
    assert caught.value.code == code
    assert (len(wechat.calls[SEND]), len(wechat.calls[TOKEN])) == (2, 2)


@pytest.mark.parametrize('code', (40001, 40125, 40164))
def test_no_token_means_not_sent(wechat, out, code):
    wechat.answers[TOKEN] = [refusal(code)] * 9
    with pytest.raises(Refused) as caught:
        out.send_text('oA', '好')
    assert caught.value.code == code
    assert (len(wechat.calls[TOKEN]), len(wechat.calls[SEND])) == (1, 0)


@pytest.mark.parametrize(
    'said', (Raw(b'<html>'), Raw(b'', status=502), {}, {'access_token': 'a', 'expires_in': None}, 'hang', None)
)
def test_no_clear_token_means_not_sent(wechat, hasty, said):
    wechat.answers[TOKEN] = [wechat.hang if said == 'hang' else said]
    with pytest.raises(NotSent):
        hasty.send_text('oA', '好')
    assert wechat.calls[SEND] == []


def test_busy_at_the_token(wechat, out):
    wechat.answers[TOKEN] = [refusal(-1), refusal(-1)]
    out.send_text('oA', '好')
    assert (len(wechat.calls[TOKEN]), len(wechat.calls[SEND])) == (3, 1)


def test_check_always_asks(wechat, out):
    for _ in range(2):
        out.check()
    assert len(wechat.calls[TOKEN]) == 2
    wechat.answers[TOKEN] = [refusal(40164)]
    with pytest.raises(Refused) as caught:
        out.check()
    assert caught.value.reaction.action is Action.STOP


def test_two_threads_at_the_start_share_a_token(wechat, out):
    both = threading.Barrier(2)

    def send(_):
        both.wait()
        out.send_text('oA', '好')

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send, range(2)))
    assert len(wechat.calls[TOKEN]) == 1
    assert [call.query['access_token'] for call in wechat.calls[SEND]] == ['token-1'] * 2


def test_two_threads_with_an_old_token_renew_it_once(wechat, out):
    out.check()
    both = threading.Barrier(2)

    def refuse_both(call):
        both.wait()  # neither is answered before both have sent the old token
        return refusal(42001)

    wechat.answers[SEND] = [refuse_both, refuse_both, wechat.only_newest, wechat.only_newest]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: out.send_text('oA', '好'), range(2)))
    assert len(wechat.calls[TOKEN]) == 2
    used = [call.query['access_token'] for call in wechat.calls[SEND]]
    assert used == ['token-1', 'token-1', 'token-2', 'token-2']


# How a call ends


def test_busy_twice_is_tried_a_third_time(wechat, out):
    wechat.answers[SEND] = [refusal(-1), refusal(-1)]
    out.send_text('oA', '好')
    assert len(wechat.calls[SEND]) == 3


def test_busy_for_good_is_refused_after_three(wechat, out):
    wechat.answers[SEND] = [refusal(-1)] * 9
    with pytest.raises(Refused) as caught:
        out.send_text('oA', '好')
    assert (caught.value.code, len(wechat.calls[SEND])) == (-1, 3)


@pytest.mark.parametrize('code', (45015, 45047, 43004, 45009, 48001, 99999))
def test_a_refusal_is_not_tried_again(wechat, out, code):
    wechat.answers[SEND] = [refusal(code)]
    with pytest.raises(Refused) as caught:
        out.send_text('oA', '好')
    assert (caught.value.code, caught.value.rid) == (code, f'6543-ab{code}')
    assert len(wechat.calls[SEND]) == 1


def test_refused_without_a_rid(wechat, out):
    wechat.answers[SEND] = [{'errcode': '45015'}]
    with pytest.raises(Refused) as caught:
        out.send_text('oA', '好')
    assert (caught.value.code, caught.value.rid) == (45015, None)


@pytest.mark.parametrize(
    'said',
    (
        'hang',
        None,
        Raw(b''),
        Raw(b'<html>busy</html>'),
        Raw(b'[]'),
        Raw(b'"ok"'),
        Raw(b'{"errcode": null}'),
        Raw(b'{"errcode": "what"}'),
        Raw(b'{"errcode": 0', length=100),
        Raw(b'{"errcode": 0}', status=502),
        Raw(b'', {'Location': '/elsewhere'}, 302),
    ),
)
def test_outcome_unknown_is_never_sent_again(wechat, hasty, said):
    hasty.check()
    wechat.answers[SEND] = [wechat.hang if said == 'hang' else said]
    with pytest.raises(OutcomeUnknown):
        hasty.send_text('oA', '好')
    assert len(wechat.calls[SEND]) == 1
    assert '/elsewhere' not in wechat.calls


@pytest.mark.parametrize('status', (429, 503))
def test_not_taken_is_not_sent(wechat, out, status):
    wechat.answers[SEND] = [Raw(b'<html>', status=status)]
    with pytest.raises(NotSent, match=str(status)):
        out.send_text('oA', '好')
    assert len(wechat.calls[SEND]) == 1, 'trying again is for the clerk'


def test_connection_refused(wechat, out, monkeypatch):
    out.check()
    with socket.socket() as nobody:
        nobody.bind(('127.0.0.1', 0))  # bound and not listening
        monkeypatch.setenv('WEILIN_WECHAT_API', f'http://127.0.0.1:{nobody.getsockname()[1]}')
        with pytest.raises(NotSent):
            out.send_text('oA', '好')


def test_connection_never_made(wechat, hasty, monkeypatch):
    hasty.check()
    with socket.socket() as full:
        full.bind(('127.0.0.1', 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # more than the queue of connections holds
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        monkeypatch.setenv('WEILIN_WECHAT_API', f'http://127.0.0.1:{full.getsockname()[1]}')
        with pytest.raises(NotSent, match='ConnectTimeout'):
            hasty.send_text('oA', '好')
        for one in waiting:
            one.close()


def test_errors_and_log_hold_no_secrets(wechat, hasty, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    wechat.answers[SEND] = [refusal(45015), wechat.hang]
    caught = []
    for address in (wechat.address, wechat.address, 'http://127.0.0.1:1'):
        monkeypatch.setenv('WEILIN_WECHAT_API', address)
        with pytest.raises(Failed) as failed:
            hasty.send_text('o-secret', '私房话')
        assert failed.value.__cause__ is None
        assert failed.value.__suppress_context__ or failed.value.__context__ is None
        caught.append(str(failed.value))
    ours = [record.getMessage() for record in caplog.records if record.name == 'weilin']
    refused = 'path=message/custom/send code=45015 meaning=outside the 48 hours, or not following rid=6543-ab45015'
    assert ours == [f'WeChat refused a call {refused}']
    for said in (*caught, *ours):
        assert not any(secret in said for secret in ('token-1', 'the secret', 'o-secret', '私房话'))


# The way there


def test_address_is_read_at_every_call(wechat, out, monkeypatch):
    monkeypatch.setenv('WEILIN_WECHAT_API', 'http://127.0.0.1:1')
    with pytest.raises(NotSent):
        out.check()
    monkeypatch.setenv('WEILIN_WECHAT_API', wechat.address)
    out.check()


def test_a_relay_stands_behind_a_path_of_its_own(wechat, out, monkeypatch):
    """A server with a fixed address that hands on to WeChat: its path is a secret, and no error names it."""
    monkeypatch.setenv('WEILIN_WECHAT_API', f'{wechat.address}/relay-s3cret/')
    behind = '/relay-s3cret/cgi-bin/{}'.format
    wechat.answers[behind(TOKEN)] = [{'access_token': 'token-1', 'expires_in': 7200}]
    wechat.answers[behind(UPLOAD)] = [{'media_id': 'm-1'}]
    wechat.answers[behind(GET)] = [Raw(PHOTO, {'Content-Type': 'image/jpeg'})]
    out.send_text('oA', '好')
    out.create_menu({'button': []})
    assert out.upload('image', 'a.jpg', PHOTO, 'image/jpeg') == 'm-1'
    assert out.download('m-1', len(PHOTO)).content == PHOTO
    assert set(wechat.calls) == {behind(path) for path in (TOKEN, SEND, MENU, UPLOAD, GET)}
    wechat.answers[behind(SEND)] = [Raw(b'', status=502)]
    with pytest.raises(OutcomeUnknown) as failed:
        out.send_text('oA', '好')
    assert str(failed.value) == 'HTTP 502'


def test_a_relay_that_does_not_know_us_has_sent_nothing(wechat, out, monkeypatch):
    monkeypatch.setenv('WEILIN_WECHAT_API', f'{wechat.address}/guessed')
    wechat.answers[f'/guessed/cgi-bin/{TOKEN}'] = [Raw(b'', status=404)]
    with pytest.raises(NotSent):
        out.send_text('oA', '好')
    assert list(wechat.calls) == [f'/guessed/cgi-bin/{TOKEN}']


WHO = '/sns/oauth2/access_token'


def test_who_opens_a_page_is_asked_without_a_token(wechat, out):
    wechat.answers[WHO] = [refusal(-1), {'openid': 'oA1234567890', 'scope': 'snsapi_base', 'access_token': 'x'}]
    assert oauth.opener(out, 'the-code') == oauth.Opener('oA1234567890', snapshot=False)
    asked = {'appid': 'wx01', 'secret': 'the secret', 'code': 'the-code', 'grant_type': 'authorization_code'}
    assert [call.query for call in wechat.calls[WHO]] == [asked, asked]
    assert wechat.calls[TOKEN] == []


@pytest.mark.parametrize(('said', 'snapshot'), [(1, True), ('1', True), (0, False), ('0', False)])
def test_a_made_up_opener_is_told_apart(wechat, out, said, snapshot):
    wechat.answers[WHO] = [{'openid': 'oA1234567890', 'is_snapshotuser': said}]
    assert oauth.opener(out, 'c').snapshot is snapshot


@pytest.mark.parametrize('answer', [{}, {'openid': None}, {'openid': 'o#A1234567890'}, {'openid': 7}, Raw(b'[]')])
def test_who_is_not_said_is_nobody(wechat, out, answer):
    wechat.answers[WHO] = [answer]
    with pytest.raises(OutcomeUnknown):
        oauth.opener(out, 'c')
    assert len(wechat.calls[WHO]) == 1  # the code may be used up


@pytest.mark.parametrize('code', [40029, 40163, 42003])
def test_a_code_that_is_no_good_is_to_be_asked_for_again(wechat, out, code):
    wechat.answers[WHO] = [refusal(code)]
    with pytest.raises(Refused) as refused:
        oauth.opener(out, 'c')
    assert refused.value.reaction.action is Action.AUTHORISE_AGAIN


def test_errors_about_openers_hold_no_code_and_no_secret(wechat, hasty, caplog):
    wechat.answers[WHO] = [refusal(40029), wechat.hang]
    for _ in range(2):
        with caplog.at_level(logging.INFO), pytest.raises(Failed) as failed:
            oauth.opener(hasty, 'the-code')
        assert 'the-code' not in f'{failed.value!r}{failed.value.__cause__}'
    for secret in ('the-code', 'the secret'):
        assert secret not in caplog.text


def test_proxies_of_the_environment_are_not_asked(wechat, out, monkeypatch):
    monkeypatch.setenv('http_proxy', 'http://127.0.0.1:1')
    out.send_text('oA', '好')


def test_connection_is_kept_for_the_next_call_but_not_for_long(wechat, out, monkeypatch):
    out.send_text('oA', '好')
    out.send_text('oA', '好')
    monkeypatch.setattr(api, '_KEPT_ALIVE', -1)
    out.send_text('oA', '好')
    first, second, late = (call.port for call in wechat.calls[SEND])
    assert first == second != late


def test_one_client_for_each_account_and_secret():
    client.forget()
    rotated = Credentials('wx01', 'another secret', 'token', 'k' * 43)
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(client_for, [CREDENTIALS, CREDENTIALS, rotated, rotated]))
    assert len(made) == 2
    assert client_for(CREDENTIALS).secret == 'the secret'
    client.forget()
    assert client_for(CREDENTIALS) not in made
