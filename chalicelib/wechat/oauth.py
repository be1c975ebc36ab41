"""WeChat says who opens a page of ours (网页授权): certified service accounts only, and without asking (snsapi_base).

OD service/api/webdev/access/api_snsaccesstoken; the code is good once, for five minutes.
"""

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from chalicelib import settings
from chalicelib.wechat.errors import OutcomeUnknown

if TYPE_CHECKING:
    from chalicelib.wechat.api import Client

_OPENID = re.compile(r'[\w-]{10,64}', re.ASCII)
_CODE = re.compile(r'[\w-]{1,256}', re.ASCII)


class Opener(NamedTuple):
    """Whoever opens the page. On a 快照页 WeChat makes one up: `openid` is nobody's then."""

    openid: str
    snapshot: bool


def address(app_id: str, back_to: str, state: str) -> str:
    """Where the phone is sent. WeChat wants the fields in this order, and the part behind the #."""
    asked = {'appid': app_id, 'redirect_uri': back_to, 'response_type': 'code', 'scope': 'snsapi_base', 'state': state}
    return f'{settings.wechat_open()}/connect/oauth2/authorize?{urlencode(asked)}#wechat_redirect'


def is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(text))


def opener(client: 'Client', code: str) -> Opener:
    """Raises `errors.Failed`; a code is used up also where no answer came."""
    return _opener(client.exchange(code))


def _opener(answer: dict[str, Any]) -> Opener:
    openid = answer.get('openid')
    if not isinstance(openid, str) or not _OPENID.fullmatch(openid):
        raise OutcomeUnknown('no openid in the answer')
    return Opener(openid, str(answer.get('is_snapshotuser', 0)) != '0')
