"""What WeChat puts on the wire towards an account, and how it reads the answer. Crypto is wechatpy's, not ours."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from chalicelib.wechat.limits import TEXT_BYTES
from local.standin.people import Account


class BadAnswer(Exception):
    """The account's answer is not what WeChat accepts."""


@dataclass(frozen=True)
class Answer:
    """A passive reply as the phone shows it."""

    kind: str
    text: str = ''
    media_id: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)


def cdata(text: str) -> str:
    """Any text in CDATA. Control characters go out as they are: that is what WeChat does."""
    return '<![CDATA[' + text.replace(']]>', ']]]]><![CDATA[>') + ']]>'


def element(name: str, value: Any) -> str:
    """One XML element; a dict nests, a list repeats its name, numbers are bare, anything else is CDATA."""
    if isinstance(value, list):
        return ''.join(element(name, item) for item in value)
    if isinstance(value, Mapping):
        return f'<{name}>{"".join(element(*item) for item in value.items())}</{name}>'
    return f'<{name}>{value if isinstance(value, int | float) else cdata(str(value))}</{name}>'


def sign(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    signature: str = signer.signature
    return signature


def _crypto(account: Account) -> WeChatCrypto:
    return WeChatCrypto(account.token, account.aes_key, account.app_id)


def post(account: Account, openid: str, message: Mapping[str, Any], now: datetime) -> tuple[dict[str, str], bytes]:
    """Query and body of one delivery in the account's mode."""
    timestamp, nonce = str(int(now.timestamp())), str(secrets.randbelow(10**10))
    signature = sign(account.token, timestamp, nonce)
    query = {'signature': signature, 'timestamp': timestamp, 'nonce': nonce, 'openid': openid}
    inner = ''.join(element(*item) for item in message.items())
    if account.mode == 'plain':
        return query, f'<xml>{inner}</xml>'.encode()
    sealed = fromstring(_crypto(account).encrypt_message(f'<xml>{inner}</xml>', nonce, timestamp))
    encrypt = sealed.findtext('Encrypt')
    query |= {'encrypt_type': 'aes', 'msg_signature': sealed.findtext('MsgSignature')}
    shown = inner if account.mode == 'compatible' else element('ToUserName', account.original_id)
    return query, f'<xml>{shown}{element("Encrypt", encrypt)}</xml>'.encode()


def read(account: Account, openid: str, body: bytes) -> Answer | None:
    """The passive reply in an HTTP answer; None for `success` or nothing; raises `BadAnswer`."""
    if body in (b'', b'success'):
        return None
    try:
        root = fromstring(_opened(account, body.decode()))
    except (ParseError, DefusedXmlException, WeChatException, ValueError, KeyError, TypeError, IndexError) as error:
        raise BadAnswer(f'unreadable: {type(error).__name__}') from error
    names = root.findtext('ToUserName'), root.findtext('FromUserName')
    if root.tag != 'xml' or names != (openid, account.original_id):
        raise BadAnswer('wrong root, ToUserName or FromUserName')
    if not (root.findtext('CreateTime') or '').isdigit():
        raise BadAnswer('CreateTime is missing')
    return _answer(root)


def _opened(account: Account, text: str) -> str:
    outer = fromstring(text)
    if account.mode == 'plain' or (account.mode == 'compatible' and outer.find('Encrypt') is None):
        return text
    sealed = {child.tag: child.text for child in outer}
    opened: str = _crypto(account).decrypt_message(sealed, sealed['MsgSignature'], sealed['TimeStamp'], sealed['Nonce'])
    return opened


def _answer(root: Element) -> Answer:
    kind = root.findtext('MsgType') or ''
    if kind == 'text':
        text = root.findtext('Content') or ''
        if not text or len(text.encode()) > TEXT_BYTES:
            raise BadAnswer('Content is missing or too long')
        return Answer(kind, text)
    if kind in ('image', 'voice', 'video'):
        media_id = root.findtext(f'{kind.capitalize()}/MediaId')
        if not media_id:
            raise BadAnswer('MediaId is missing')
        return Answer(kind, root.findtext('Video/Title') or '', media_id)
    if kind == 'news':
        articles = [{child.tag: child.text or '' for child in item} for item in root.findall('Articles/item')]
        if not articles:
            raise BadAnswer('Articles are missing')
        return Answer(kind, articles[0].get('Title', ''), fields={'articles': articles})
    if kind in ('music', 'transfer_customer_service'):
        return Answer(kind, root.findtext('Music/Title') or '')
    raise BadAnswer(f'MsgType {kind!r}')
