"""What only our functions can have written about a resident of an account, and only they can read. Stores nothing.

Sealed with a key made of the account's own secrets: AES-GCM both hides what is said and proves that we wrote it.
Whoever changes the account's secrets ends all that is out.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from secrets import token_bytes

from chalicelib.alliance import actions as alliance
from chalicelib.alliance import credentials

_NONCE = 12  # bytes, as AES-GCM wants it
_LONGEST = 400


def seal(account: str, purpose: str, said: str) -> str:
    """For a path or a cookie. `purpose` is part of what is proven: a seal for one opens no other's door."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = token_bytes(_NONCE)
    sealed = AESGCM(_key(account)).encrypt(nonce, said.encode(), _bound(account, purpose))
    return f'{account}.{_text(nonce + sealed)}'


def opened(token: str, purpose: str) -> tuple[str, str] | None:
    """The account and what was said; None where it is not ours, or for another purpose."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    account, _, sealed = token.partition('.')
    if len(sealed) > _LONGEST or alliance.account(account) is None:
        return None
    try:
        content = urlsafe_b64decode(sealed + '=' * (-len(sealed) % 4))
        if _text(content) != sealed:  # base64 has many spellings of the same; each token has one name
            return None
        key = _key(account)
        said = AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], _bound(account, purpose)).decode()
    except (ValueError, InvalidTag, credentials.Unknown):
        return None
    return account, said


def proof(account: str, *parts: str) -> str:
    """A keyed hash: whoever shows it with these parts has them from us. Parts hold no line break."""
    return hmac.new(_key(account), '\n'.join(parts).encode(), sha256).hexdigest()


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip('=')


def _bound(account: str, purpose: str) -> bytes:
    """No account's id holds a #."""
    return f'{account}#{purpose}'.encode() if purpose else account.encode()


def _key(account: str) -> bytes:
    keys = credentials.credentials(account)
    return sha256(f'weilin resident link#{keys.token}#{keys.secret}'.encode()).digest()
