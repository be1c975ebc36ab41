"""A group robot of WeCom: whoever has its key may write into the group, twenty times a minute."""

import json
import logging
from collections.abc import Sequence

from chalicelib import settings
from chalicelib.wechat import strict_xml
from chalicelib.wechat.errors import OutcomeUnknown, Refused
from chalicelib.wechat.posting import post

log = logging.getLogger('weilin')

# developer.work.weixin.qq.com/document/path/91770 and /90313; codes are WeCom's own, not those of `errors`.
_MEANINGS = {45009: 'more than 20 messages in a minute', 93000: 'no robot has this key'}


def send(key: str, words: str, mobiles: Sequence[str] = ()) -> None:
    """Write into the robot's group and mention the members with these mobile numbers.

    Raises `Refused`, `NotSent` or `OutcomeUnknown` of `errors`; the key is in none of their texts.
    """
    text = {'content': strict_xml.carriable(words), 'mentioned_mobile_list': list(mobiles)}
    answer = post(f'{settings.wecom_api()}/cgi-bin/webhook/send', {'msgtype': 'text', 'text': text}, {'key': key})
    code = _code(answer)
    if code:
        log.warning('a robot refused code=%s meaning=%s', code, _MEANINGS.get(code, 'undocumented'))
        raise Refused(code, None)


def _code(answer: bytes) -> int:
    try:
        return int(json.loads(answer.decode(errors='replace'), strict=False)['errcode'])
    except (ValueError, TypeError, KeyError):
        raise OutcomeUnknown('the answer is not what WeCom answers') from None
