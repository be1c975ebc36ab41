"""A resident's side of the door: signed, encrypted XML in, the words she reads out."""

from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from itertools import count
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from chalice.test import Client
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

ACCOUNT, HOME = '370202013001', '370202013001'
SECRETS = {
    'app_id': 'wx1234567890abcdef',
    'secret': 's' * 32,
    'token': 'weilintoken',
    'aes_key': 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
}
ORIGINAL_ID = 'gh_000000000001'
CLERK = 'oClerk00000000000000000001'
RESIDENT = 'oResident000000000000000001'


def _crypto(secrets: dict[str, str]) -> WeChatCrypto:
    return WeChatCrypto(secrets['token'], secrets['aes_key'], secrets['app_id'])


@dataclass
class Door:
    """Posts to the callback as WeChat does in safe mode."""

    client: Client
    now: datetime
    account: str = ACCOUNT
    numbers: Any = field(default_factory=lambda: count(24000000000000001))

    def xml(self, kind: str, *, openid: str = RESIDENT, **fields: str) -> str:
        head = {'ToUserName': ORIGINAL_ID, 'FromUserName': openid, 'CreateTime': str(self.seconds), 'MsgType': kind}
        number = {} if kind == 'event' else {'MsgId': str(next(self.numbers))}
        parts = [f'<{name}>{escape(value)}</{name}>' for name, value in {**head, **number, **fields}.items()]
        return f'<xml>{"".join(parts)}</xml>'

    def post(self, xml: str, secrets: dict[str, str] = SECRETS) -> Any:
        timestamp, nonce = str(self.seconds), '123456'
        sealed = ElementTree.fromstring(_crypto(secrets).encrypt_message(xml, nonce, timestamp))
        signer = WeChatSigner()
        signer.add_data(secrets['token'], timestamp, nonce)
        query = urlencode(
            {
                'signature': signer.signature,
                'timestamp': timestamp,
                'nonce': nonce,
                'encrypt_type': 'aes',
                'msg_signature': sealed.findtext('MsgSignature'),
            }
        )
        body = f'<xml><ToUserName>{ORIGINAL_ID}</ToUserName><Encrypt>{sealed.findtext("Encrypt")}</Encrypt></xml>'
        url = f'/wechat/{self.account}?{query}'
        return self.client.http.post(url, body=body.encode(), headers={'Content-Type': 'text/xml'})

    def words(self, response: Any) -> str:
        """What the resident reads; '' for success."""
        assert response.status_code == 200, response.status_code
        text = response.body.decode()
        if text == 'success':
            return ''
        sealed = ElementTree.fromstring(text)
        proof = [sealed.findtext(name) for name in ('MsgSignature', 'TimeStamp', 'Nonce')]
        return ElementTree.fromstring(_crypto(SECRETS).decrypt_message(text, *proof)).findtext('Content') or ''

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())

    def send(self, kind: str, **fields: Any) -> str:
        return self.words(self.post(self.xml(kind, **fields)))

    def say(self, text: str, **more: Any) -> str:
        return self.send('text', Content=text, **more)

    def event(self, event: str, key: str = '', **more: Any) -> str:
        return self.send('event', Event=event, EventKey=key, **more)
