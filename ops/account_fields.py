"""What an Official Account is made of: how each field must look, and its secrets in the Parameter Store."""

import base64
import json
import secrets
import string
from collections.abc import Mapping
from dataclasses import asdict

from chalicelib import settings
from chalicelib.alliance import actions, credentials
from chalicelib.alliance.records import Account
from chalicelib.wechat.credentials import Credentials
from ops import resources
from ops.secret_values import Unfit

# field: what it must look like, and how that is said
FORMATS = {
    'id': (r'[a-z0-9-]{1,64}', 'small ASCII letters, digits and hyphens: it stands in the callback URL'),
    'name': (r'\S.{0,29}', '1 to 30 characters'),
    'original_id': (r'gh_[0-9a-z]{6,24}', 'gh_ and the letters and digits of 公众号设置 → 原始ID'),
    'app_id': (r'wx[0-9a-f]{16}', 'wx and 16 hexadecimal digits'),
    'secret': (r'[0-9a-f]{32}', '32 hexadecimal digits'),
    'token': (r'[A-Za-z0-9]{3,32}', '3 to 32 letters and digits'),
    'aes_key': (r'[A-Za-z0-9+/]{43}', '43 letters and digits, the EncodingAESKey of the console'),
    'template': (r'[\w-]{20,64}', 'the 模板ID of the console, 43 letters, digits, - and _'),
    'fields': (r'[a-z_]+\d{1,2},[a-z_]+\d{1,2}', 'two fields of the template, as thing1,time2'),
}
SECRETS = ('secret', 'token', 'aes_key')
KINDS = ('subscription', 'service')
MODES = ('plain', 'compatible', 'safe')

_LETTERS = string.ascii_letters + string.digits
_TOKEN_LENGTH, _AES_BYTES, _AES_LENGTH = 32, 32, 43


def known(account_id: str) -> Credentials | None:
    """Its secrets; None where there are none."""
    try:
        return credentials.credentials(account_id)
    except credentials.Unknown:
        return None


def keep(account_id: str, shared: Credentials) -> None:
    values = {name: value for name, value in asdict(shared).items() if value}
    resources.put_secret(settings.account_parameter(account_id), json.dumps(values))
    credentials.forget()


def find(account_id: str) -> Account:
    """The account; what is said where there is none."""
    found = actions.account(account_id)
    if found is None:
        raise Unfit(f'id: there is no account {account_id}; `list` shows all accounts')
    return found


def new_token() -> str:
    return ''.join(secrets.choice(_LETTERS) for _ in range(_TOKEN_LENGTH))


def new_aes_key() -> str:
    """43 characters of Base64, 32 bytes once `=` stands behind them; of letters and digits, as consoles ask."""
    while True:
        key = base64.b64encode(secrets.token_bytes(_AES_BYTES)).decode()[:_AES_LENGTH]
        if key.isalnum():
            return key


def for_the_console(account_id: str, base_url: str, shared: Mapping[str, str], mode: str) -> str:
    """What has to be pasted; the only place where secrets are printed, and only those that were made here."""
    lines = [
        f'{account_id}: in the console (设置与开发 → 基本配置) enter',
        f'    URL             {base_url}/wechat/{account_id}',
    ]
    lines += [
        f'    {name:<15} {shared[key]}'
        for key, name in (('token', 'Token'), ('aes_key', 'EncodingAESKey'))
        if key in shared
    ]
    return '\n'.join([*lines, f'    mode            {mode}'])
