"""The envelope of a callback: who it is from, whether that is proven, and how the answer is closed again. Pure.

`signature` proves that somebody who knows the token made up this query; it says nothing about the body.
Only `msg_signature` does: what is encrypted is proven, what is plain is not.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.wechat import limits, strict_xml
from chalicelib.wechat.credentials import Credentials

_AES_BLOCK = 16
_BLOCK = 32  # WeChat pads to twice that
_RANDOM = 16  # bytes before the length
_LENGTH = 4


class Refused(Exception):
    """Not from WeChat, as far as anybody can tell; `status` is the HTTP answer, the message is free of contents."""

    loggable = True

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Opened:
    """What was in the envelope. `aes_key` opened it and has to close the answer; None: it came plain."""

    xml: bytes = field(repr=False)
    aes_key: str | None = field(repr=False)
    proven: bool


def check_url(credentials: Credentials, query: Mapping[str, str], now: datetime) -> str:
    """The echostr to answer when WeChat checks the address; it is plain in every mode."""
    _check_signature(credentials, query, now)
    if not query.get('echostr'):
        raise Refused(400, 'echostr is missing')
    return query['echostr']


def open(credentials: Credentials, mode: str, query: Mapping[str, str], body: bytes, now: datetime) -> Opened:
    """Open what was posted to an account in `mode` 'plain', 'compatible' or 'safe'; raises `Refused`.

    A plain body is handed on as it is: whether it can be read is for `message.parse` to say.
    """
    if len(body) > limits.CALLBACK_BYTES:
        raise Refused(413, 'the body is too long')
    _check_signature(credentials, query, now)
    if query.get('encrypt_type') == 'aes':
        return _decrypted(credentials, _proven_cipher(credentials, query, body))
    if mode != 'plain':
        raise Refused(403, 'plain, although the account encrypts')
    return Opened(body, None, proven=False)


def closed(query: Mapping[str, str], body: bytes) -> bytes:
    """The same envelope without what compatible mode writes in the open beside `Encrypt`; plain stays as it is."""
    if query.get('encrypt_type') != 'aes':
        return body
    ciphers = [node.text for node in strict_xml.parse(body).children if node.name == 'Encrypt']
    return f'<xml><Encrypt>{ciphers[0]}</Encrypt></xml>'.encode()


def seal(credentials: Credentials, opened: Opened, reply_xml: str, now: datetime) -> str:
    """Close the answer the way the question came: with the same key, or plain."""
    if opened.aes_key is None:
        return reply_xml
    cipher = _encrypt(opened.aes_key, reply_xml.encode(), credentials.app_id.encode())
    timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
    signature = _signature(credentials.token, timestamp, nonce, cipher)
    return (
        f'<xml><Encrypt><![CDATA[{cipher}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>'
        f'<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>'
    )


def _signature(*parts: str) -> str:
    ordered = b''.join(sorted(part.encode(errors='replace') for part in parts))
    return hashlib.sha1(ordered).hexdigest()  # noqa: S324 (WeChat's choice)


def _is_signed(claimed: str, *parts: str) -> bool:
    return hmac.compare_digest(_signature(*parts).encode(), claimed.encode(errors='replace'))


def _check_signature(credentials: Credentials, query: Mapping[str, str], now: datetime) -> None:
    claimed, timestamp, nonce = (query.get(name, '') for name in ('signature', 'timestamp', 'nonce'))
    if not (timestamp and nonce and _is_signed(claimed, credentials.token, timestamp, nonce)):
        raise Refused(403, 'the signature is missing or wrong')
    if not _is_fresh(timestamp, now):
        raise Refused(403, 'the signature is stale')


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now.timestamp() - int(timestamp)) <= limits.SIGNATURE_LASTS.total_seconds()


def _proven_cipher(credentials: Credentials, query: Mapping[str, str], body: bytes) -> str:
    try:
        outer = strict_xml.parse(body)
    except strict_xml.Malformed as error:
        raise Refused(400, f'the envelope is {error}') from None
    ciphers = [node.text for node in outer.children if node.name == 'Encrypt']
    if outer.name != 'xml' or len(ciphers) != 1 or not ciphers[0]:
        raise Refused(400, 'the envelope has not exactly one Encrypt')
    if not _is_signed(
        query.get('msg_signature', ''), credentials.token, query['timestamp'], query['nonce'], ciphers[0]
    ):
        raise Refused(403, 'msg_signature is missing or wrong')
    return ciphers[0]


def _decrypted(credentials: Credentials, cipher: str) -> Opened:
    for aes_key in credentials.aes_keys:
        found = _decrypt(aes_key, cipher)
        if found is None:
            continue
        xml, app_id = found
        if not hmac.compare_digest(app_id, credentials.app_id.encode()):
            raise Refused(403, 'the message is for another app id')
        return Opened(xml, aes_key, proven=True)
    raise Refused(403, 'none of our keys opens the message')


def _decrypt(aes_key: str, cipher: str) -> tuple[bytes, bytes] | None:
    """Message and app id, or None where this is not the key."""
    try:
        encrypted = base64.b64decode(cipher)
    except ValueError:
        return None
    if not encrypted or len(encrypted) % _AES_BLOCK:
        return None
    padded = _aes(aes_key, encrypted, encrypting=False)
    padding = padded[-1]
    if not 1 <= padding <= _BLOCK or padded[-padding:] != bytes([padding]) * padding:
        return None
    content = padded[_RANDOM:-padding]
    length = int.from_bytes(content[:_LENGTH], 'big')
    xml, app_id = content[_LENGTH : _LENGTH + length], content[_LENGTH + length :]
    return (xml, app_id) if app_id else None  # a length too great leaves no app id


def _encrypt(aes_key: str, xml: bytes, app_id: bytes) -> str:
    content = secrets.token_bytes(_RANDOM) + len(xml).to_bytes(_LENGTH, 'big') + xml + app_id
    padding = _BLOCK - len(content) % _BLOCK
    return base64.b64encode(_aes(aes_key, content + bytes([padding]) * padding, encrypting=True)).decode()


def _aes(aes_key: str, content: bytes, *, encrypting: bool) -> bytes:
    # Loading OpenSSL takes 30 ms; an account in plain mode never needs it.
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = base64.b64decode(aes_key + '=')
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
    work = cipher.encryptor() if encrypting else cipher.decryptor()
    return work.update(content) + work.finalize()
