"""A group robot against a real HTTP server: what goes out, and how it ends."""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib.wechat import posting, robot
from chalicelib.wechat.errors import Failed, NotSent, OutcomeUnknown, Refused

KEY = 'the-secret-key'


class WeCom(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(('127.0.0.1', 0), Handler)
        self.calls: list[tuple[str, Any]] = []
        self.answer: tuple[int, bytes] | None = (200, b'{"errcode":0,"errmsg":"ok"}')
        self.url = f'http://127.0.0.1:{self.server_port}'


class Handler(BaseHTTPRequestHandler):
    server: WeCom

    def do_POST(self) -> None:
        self.server.calls.append((self.path, json.loads(self.rfile.read(int(self.headers['Content-Length'])))))
        if self.server.answer is None:
            return  # hangs up without a word
        status, body = self.server.answer
        self.send_response(status)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def wecom(monkeypatch: pytest.MonkeyPatch) -> Iterator[WeCom]:
    server = WeCom()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv('WEILIN_WECOM_API', server.url)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_text_goes_into_the_group_and_mentions_members(wecom: WeCom) -> None:
    robot.send(KEY, '【仙游路社区】3 位居民在等答复\x08', ['13800000001'])
    ((path, body),) = wecom.calls
    assert path == f'/cgi-bin/webhook/send?key={KEY}'
    text = {'content': '【仙游路社区】3 位居民在等答复', 'mentioned_mobile_list': ['13800000001']}
    assert body == {'msgtype': 'text', 'text': text}


@pytest.mark.parametrize(
    ('answer', 'ends'),
    [
        ((200, b'{"errcode":45009,"errmsg":"api freq out of limit"}'), Refused),
        ((200, b'{"errcode":93000,"errmsg":"invalid webhook url"}'), Refused),
        ((404, b''), NotSent),
        ((429, b''), NotSent),
        ((503, b''), NotSent),
        ((302, b''), OutcomeUnknown),
        ((500, b''), OutcomeUnknown),
        ((200, b'<html>'), OutcomeUnknown),
        ((200, b'[]'), OutcomeUnknown),
        (None, OutcomeUnknown),
    ],
)
def test_what_each_answer_means(
    wecom: WeCom, answer: tuple[int, bytes] | None, ends: type[Failed], caplog: pytest.LogCaptureFixture
) -> None:
    wecom.answer = answer
    with caplog.at_level(logging.DEBUG, 'weilin'), pytest.raises(Failed) as failure:
        robot.send(KEY, '有人在等')
    assert type(failure.value) is ends
    assert KEY not in f'{failure.value} {failure.value.__cause__} {caplog.text}'


def test_where_nobody_listens_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as bound:  # and nobody listens
        bound.bind(('127.0.0.1', 0))
        monkeypatch.setenv('WEILIN_WECOM_API', f'http://127.0.0.1:{bound.getsockname()[1]}')
        with pytest.raises(NotSent):
            robot.send(KEY, '有人在等')


def test_an_address_that_is_none_sends_nothing() -> None:
    with pytest.raises(NotSent):
        posting.post('sms.example', {})
