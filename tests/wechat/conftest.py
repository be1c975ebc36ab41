"""WeChat's side of the callback, played with wechatpy's crypto: an implementation that is not ours."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.utils import WeChatSigner

from chalicelib.wechat.credentials import Credentials

NONCE = '1514711492'


class Sender:
    """Signs and encrypts as WeChat does, at `now`."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)
        self.old_key, self.key = (
            'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
            'JvJ9Tr5BfNoVpyQq0GmO1bXhW7aLcE3dRkUsYiZnF2w',
        )
        self.credentials = Credentials('wx0123456789abcdef', 'a secret', 'AToken', self.key, self.old_key)

    def crypto(self, key: str | None = None, app_id: str | None = None, token: str | None = None) -> WeChatCrypto:
        ours = self.credentials
        return WeChatCrypto(token or ours.token, key or ours.aes_key, app_id or ours.app_id)

    def signature(self, *parts: str, token: str | None = None) -> str:
        signer = WeChatSigner()
        signer.add_data(token or self.credentials.token, *parts)
        return signer.signature

    def query(self, age: int = 0, token: str | None = None, **more: str) -> dict[str, str]:
        """A signed query of `age` seconds ago, with `more` in it."""
        timestamp = str(int(self.now.timestamp()) - age)
        signature = self.signature(timestamp, NONCE, token=token)
        return {'signature': signature, 'timestamp': timestamp, 'nonce': NONCE, 'openid': 'o-not-to-be-trusted', **more}

    def encrypted(self, xml: str, plain: str = '', age: int = 0, **crypto: str) -> tuple[dict[str, str], bytes]:
        """Query and body of an encrypted post; `plain` fields beside the cipher make it compatible mode's."""
        query = self.query(age)
        outer = self.crypto(**crypto).encrypt_message(xml, NONCE, query['timestamp'])
        cipher = outer.split('<Encrypt><![CDATA[')[1].split(']]>')[0]
        query |= {'encrypt_type': 'aes', 'msg_signature': self.signature(query['timestamp'], NONCE, cipher)}
        to = '' if plain else '<ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>'
        return query, f'<xml>{to}{plain}<Encrypt><![CDATA[{cipher}]]></Encrypt></xml>'.encode()

    def crypto_bytes(self, padded: bytes) -> str:
        """These very bytes encrypted with the account's key: for what no honest sender would encrypt."""
        return b64encode(PrpCrypto(self.crypto().key).cipher.encrypt(padded)).decode()

    def message(self, **changes: str | None) -> bytes:
        """A resident's text message with some fields changed (XML as it stands) or, where None, left out."""
        usual = {
            'ToUserName': '<![CDATA[gh_0123456789ab]]>',
            'FromUserName': '<![CDATA[oA37_-resident]]>',
            'CreateTime': '1795443000',
            'MsgType': '<![CDATA[text]]>',
            'Content': '<![CDATA[楼道的灯坏了]]>',
            'MsgId': '24681357902468135',
        }
        sent = {name: value for name, value in (usual | changes).items() if value is not None}
        return f'<xml>{"".join(f"<{name}>{value}</{name}>" for name, value in sent.items())}</xml>'.encode()

    def event(self, event: str, more: str = '', **changes: str | None) -> bytes:
        """An event of the same resident, with the XML of its own fields."""
        named = {'MsgType': '<![CDATA[event]]>', 'Event': f'<![CDATA[{event}]]>', 'Content': None, 'MsgId': None}
        return self.message(**(named | changes)).replace(b'</xml>', more.encode() + b'</xml>')


@pytest.fixture(scope='session')
def sender() -> Sender:
    return Sender()
