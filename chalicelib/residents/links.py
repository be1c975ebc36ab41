"""The link to a resident's own page: whose it is and until when, sealed. Nothing is stored for it.

Sealed with a key made of the account's own secrets, which only our functions know: AES-GCM both hides her openid and
proves that we wrote it. Whoever changes the account's secrets ends all links that are out.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_bytes

from chalicelib import clock
from chalicelib.alliance import credentials

LASTS = timedelta(hours=2)  # OURS: time to find one's glasses; whoever has the link sees what it shows
SPOKEN = '两小时'
_NONCE = 12  # bytes, as AES-GCM wants it
_LONGEST = 400


def make(conversation_id: str, now: datetime) -> str:
    """The last part of the link's address."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    account, _, openid = conversation_id.partition('#')
    nonce, said = token_bytes(_NONCE), f'{int((now + LASTS).timestamp())}#{openid}'
    sealed = AESGCM(_key(account)).encrypt(nonce, said.encode(), account.encode())
    return f'{account}.{urlsafe_b64encode(nonce + sealed).decode().rstrip("=")}'


def read(token: str, now: datetime) -> str | None:
    """The conversation it stands for; None where it is over, or not ours."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    account, _, sealed = token.partition('.')
    try:
        content = urlsafe_b64decode(sealed + '=' * (-len(sealed) % 4)) if len(sealed) <= _LONGEST else b''
        key = _key(account)
        said = AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], account.encode()).decode()
    except (ValueError, InvalidTag, credentials.Unknown):
        return None
    until, _, openid = said.partition('#')
    return f'{account}#{openid}' if now < clock.from_epoch(int(until)) else None


def _key(account: str) -> bytes:
    keys = credentials.credentials(account)
    return sha256(f'weilin resident link#{keys.token}#{keys.secret}'.encode()).digest()
