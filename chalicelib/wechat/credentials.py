"""The secret values of one Official Account, as they lie in the Parameter Store."""

import json
import re
from dataclasses import dataclass, field

_AES_KEY = re.compile(r'[A-Za-z0-9+/]{43}')


@dataclass(frozen=True)
class Credentials:
    """What WeChat and we share; printing it shows the app id only."""

    app_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    previous_aes_key: str | None = field(default=None, repr=False)

    @property
    def aes_keys(self) -> tuple[str, ...]:
        """The keys a message may be encrypted with, the current one first."""
        return (self.aes_key, self.previous_aes_key) if self.previous_aes_key else (self.aes_key,)


def parse(json_text: str) -> Credentials:
    """Read the parameter; ValueError names the field that is missing or unfit and never its value."""
    try:
        values = json.loads(json_text)
    except ValueError:
        raise ValueError('the credentials are not JSON') from None  # the original error carries the text
    if not isinstance(values, dict):
        raise ValueError('the credentials are not a JSON object')
    return Credentials(
        app_id=_text(values, 'app_id'),
        secret=_text(values, 'secret'),
        token=_text(values, 'token'),
        aes_key=_aes_key(values, 'aes_key'),
        previous_aes_key=_aes_key(values, 'previous_aes_key') if values.get('previous_aes_key') else None,
    )


def _text(values: dict[str, object], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f'{name} is missing')
    return value


def _aes_key(values: dict[str, object], name: str) -> str:
    value = _text(values, name)
    if not _AES_KEY.fullmatch(value):
        raise ValueError(f'{name} is not an EncodingAESKey of 43 characters')
    return value
