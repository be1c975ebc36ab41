"""Somebody signed in for one community, at the pages of another's residents."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import HTTPResponse

from chalicelib.alliance import proofs, sessions
from chalicelib.alliance.records import Member, Token
from chalicelib.inbox import forms
from chalicelib.inbox.records import Conversation, Message
from tests.door import ACCOUNT, RESIDENT, Door

FORM = {'Content-Type': 'application/x-www-form-urlencoded'}


class Visitor:
    """A clerk of one unit, at the pages of a resident of the community."""

    secret = '楼道灯不亮'

    def __init__(self, door: Door, unit: str, openid: str = RESIDENT) -> None:
        self.client, self.now, self.resident = door.client, door.now, openid
        door.say(self.secret, openid=openid)
        door.send('image', MediaId='m1', PicUrl='http://pic', openid=openid)
        Member('zhaoyuan', name='赵远', state='active', units=[unit], roles=['clerk', 'lead']).save()
        cookie = sessions.begin('zhaoyuan', door.now, 'Chrome', door.now, lambda tx: None)
        assert cookie
        self.cookie = cookie
        self.line = next(row for row in Message.query(f'{ACCOUNT}#{openid}') if row.kind == 'image')

    def visit(self, method: str, path: str) -> HTTPResponse:
        """Ask for a page as its form would, with a right CSRF token and all fields any form has."""
        conversation = f'{ACCOUNT}.{self.resident}'
        parts = {'line': self.line.key.replace('#', '.'), 'photo': 'a' * 16}
        parts |= {'member': 'wangmin', 'item': 'baojie', 'crew': 'a-1', 'number': 'K7M2Q9XA'}
        parts['ref'] = self.line.ref if path.startswith('/media') else conversation
        url = re.sub(r'{(\w+)}', lambda name: parts[name[1]], path)
        fields = {
            'csrf': proofs.csrf(self.cookie), 'form': forms.new(self.now), 'seen': '99', 'text': '我来看看',
            'how': 'answered', 'reason': '理由', 'unit': '370202', 'remark': '称呼', 'do': 'again', 'canned': '1',
        }  # fmt: skip
        body = urlencode(fields).encode() if method == 'POST' else b''
        headers = {'Cookie': f'weilin_session={self.cookie}', **(FORM if body else {})}
        return self.client.http.request(method, url, headers=headers, body=body)

    def everything(self) -> list[Any]:
        rows = [*Conversation.scan(), *Message.scan(), *Token.scan(Token.kind != 'session')]
        return sorted(str(row.to_simple_dict()) for row in rows)


@pytest.fixture
def visitor(door: Door) -> Callable[..., Visitor]:
    return lambda unit, openid=RESIDENT: Visitor(door, unit, openid)
