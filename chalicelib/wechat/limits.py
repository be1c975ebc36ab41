"""What WeChat allows, as data with sources: the product keeps to it, and the local stand-in enforces it.

OD is a page of the official documentation (developers.weixin.qq.com/doc/…), OURS a limit of our own.
Doubt means that no page we could read says so, or that pages differ: expect it to be corrected.
"""

from datetime import timedelta
from typing import NamedTuple

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


# The callback

# OD service/Account_Management/Wechat_Accreditation_Event_Push
ANSWER_WITHIN = timedelta(seconds=5)
# The same page, 「总共重试三次」; doubt: three in all, or one and three more.
DELIVERIES = 3
# OURS: WeChat states none. Compatible mode about triples a message, and 2,048 characters are at most 8 KB.
CALLBACK_BYTES = 256 * KILOBYTE
# OURS: how far the timestamp of a signature may be from our clock, either way.
SIGNATURE_LASTS = timedelta(minutes=5)


# Writing back to a resident


class Allowance(NamedTuple):
    """So many messages may be sent to one resident within this time of what she did."""

    messages: int
    lasts: timedelta
    source: str


_CUSTOM_SEND = 'OD service/api/customer/message/api_sendcustommessage, rule since 2023-06-12'
_REFRESHED = 'doubt: a new one replaces what was left of the old (said of mini programs only, assumed here)'

# A passive answer, the one within the five seconds, takes nothing from these (doubt: follows from the API's scope).
ALLOWANCES = {
    'message': Allowance(5, timedelta(hours=48), f'{_CUSTOM_SEND}; {_REFRESHED}'),
    'click': Allowance(3, timedelta(minutes=1), f'{_CUSTOM_SEND}; a msgmenu tap counts as a click, not as a message'),
    'follow': Allowance(3, timedelta(minutes=1), _CUSTOM_SEND),
    'scan': Allowance(3, timedelta(minutes=1), _CUSTOM_SEND),
}

# Menu events that open 'click'; the same page names only these. VIEW and the photo and place buttons open nothing.
CLICK_EVENTS = frozenset({'CLICK', 'scancode_push', 'scancode_waitmsg'})

# Bytes of UTF-8 in one text we send, passive or not; longer is error 45002. Doubt: from memory, no page read.
TEXT_BYTES = 2048


# Media


class Upload(NamedTuple):
    """What a temporary medium may be: its size, its types and, for sound, its length."""

    bytes: int
    content_types: tuple[str, ...]
    source: str
    lasts: timedelta | None = None


_UPLOAD = 'OD service/api/material/temporary/api_uploadtempmedia'

UPLOADS = {
    'image': Upload(10 * MEGABYTE, ('image/jpeg', 'image/png', 'image/gif'), f'{_UPLOAD}; doubt: it also says 2 MB'),
    'voice': Upload(2 * MEGABYTE, ('audio/amr', 'audio/mpeg'), _UPLOAD, timedelta(seconds=60)),
    'video': Upload(10 * MEGABYTE, ('video/mp4',), _UPLOAD),
    'thumb': Upload(64 * KILOBYTE, ('image/jpeg',), _UPLOAD),
}

# The same page. What residents send is forgotten as soon: after it media/get answers 40007.
MEDIA_KEPT = timedelta(days=3)


# Tokens and quotas

# OD subscription/api/base/api_getstableaccesstoken. In the last TOKEN_OVERLAP a new one is given, and both work.
TOKEN_LASTS = timedelta(seconds=7200)
TOKEN_OVERLAP = timedelta(minutes=5)
FORCED_TOKENS_A_DAY = 20
FORCED_TOKENS_APART = timedelta(seconds=30)


class Quota(NamedTuple):
    """Calls of one API by one account on one Beijing day; one more is error 45009."""

    calls: int
    source: str


_CALL_LIMITS = 'OD service/Message_Management/API_Call_Limits, a new account; test accounts have about a tenth'

# By the path under /cgi-bin/.
DAILY_QUOTAS = {
    'stable_token': Quota(500_000, 'OD subscription/api/base/api_getstableaccesstoken'),
    'message/custom/send': Quota(500_000, _CALL_LIMITS),
    'media/upload': Quota(100_000, _CALL_LIMITS),
    'media/get': Quota(200_000, _CALL_LIMITS),
    'message/template/send': Quota(100_000, 'OD service/en/guide/product/template_message'),
    'message/subscribe/bizsend': Quota(100_000, 'doubt: no page says; assumed as that of templates'),
    'menu/create': Quota(1_000, _CALL_LIMITS),
    'menu/get': Quota(10_000, _CALL_LIMITS),
    'menu/delete': Quota(1_000, _CALL_LIMITS),
    'user/get': Quota(500, _CALL_LIMITS),
    'freepublish/batchget': Quota(100, f'{_CALL_LIMITS}; doubt: it names submit and get with 100, not the list'),
    'user/info': Quota(500_000, f'{_CALL_LIMITS}; doubt: it says 5,000,000, consoles show 500,000'),
}

# OD service/api/usermanage/userinfo/api_getfans: openids in one answer.
FOLLOWERS_A_PAGE = 10_000
# OD service/api/public/api_freepublish_batchget: publications in one answer, `count` is 1 to 20.
PUBLICATIONS_A_PAGE = 20


# Template messages

# Characters in a value of a field by the kind its name begins with; longer is error 47003. Enforced since 2023-05-04;
# doubt: taken from the page on subscription messages, which share the kinds of fields.
TEMPLATE_VALUE_CHARACTERS = {'thing': 20, 'phrase': 5, 'character_string': 32, 'name': 10, 'short_thing': 20}


def template_value(field: str, value: str) -> str:
    """As much of it as fits into this field: thing1, time2."""
    return value[: TEMPLATE_VALUE_CHARACTERS.get(field.rstrip('0123456789'))]


# Group robots of WeCom: developer.work.weixin.qq.com/document/path/91770

ROBOT_MESSAGES_A_MINUTE = 20  # of one robot; one more is error 45009
ROBOT_TEXT_BYTES = 2048


# Menus: OD menu/create; doubt: known at second hand

MENU_BUTTONS = 3
MENU_SUB_BUTTONS = 5
# Characters shown; what is longer is cut off by the client.
MENU_NAME_SHOWN = 4
MENU_SUB_NAME_SHOWN = 8
MENU_KEY_BYTES = 128
MENU_URL_BYTES = 1024
