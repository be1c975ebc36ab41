"""What WeChat tells us: one message of a resident or one event, read strictly. Pure."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from chalicelib import clock
from chalicelib.wechat import limits, strict_xml

Value: TypeAlias = 'str | list[Value] | dict[str, Value]'

_ID = re.compile(r'[A-Za-z0-9_-]{1,64}')
_SECONDS = re.compile(r'[1-9][0-9]{8,9}')
_MSG_ID = re.compile(r'[0-9]{1,20}')
_TYPE = re.compile(r'[a-z][a-z0-9_]{0,31}')
_EVENT = re.compile(r'[A-Za-z][A-Za-z0-9_]{0,63}')
_DEGREES = re.compile(r'-?[0-9]{1,3}(\.[0-9]{1,20})?')
_SOMETHING = re.compile(r'.+', re.DOTALL)
_ANYTHING = re.compile(r'.*', re.DOTALL)

# What a message must carry to be of any use, by MsgType; another MsgType is 'unsupported'.
_NEEDED = {
    'text': {'Content': _ANYTHING},
    'image': {'MediaId': _SOMETHING},
    'voice': {'MediaId': _SOMETHING},
    'video': {'MediaId': _SOMETHING},
    'shortvideo': {'MediaId': _SOMETHING},
    'location': {'Location_X': _DEGREES, 'Location_Y': _DEGREES},
    'link': {'Url': _SOMETHING},
}
# The field that says in words what she said. Recognition is mostly empty since WeChat gave it up in 2023.
_WORDS = {'text': 'Content', 'voice': 'Recognition'}
# Events of the platform about a resident it names in OpenID; FromUserName is the platform itself.
_ABOUT_OPENID = frozenset({'user_info_modified', 'user_authorization_revoke', 'user_authorization_cancellation'})

# Events that open an allowance beside the clicks.
_OPENING = {'subscribe': 'follow', 'SCAN': 'scan'}

_LISTS = frozenset({'PicList', 'ResultList'})  # lists of their <item>; WeChat sometimes sends several, one item each
_REPEATED = frozenset({'item', 'List'})  # a list also where there is one
# Two platform events of one sender in one second are told apart by these.
_TOLD_APART_BY = (
    ('MsgID',),
    ('OpenID',),
    ('RevokeInfo',),
    ('PublishEventInfo', 'publish_id'),
    ('SubscribeMsgSentEvent', 'List', 'MsgID'),
)


class Unreadable(Exception):
    """Nothing that WeChat is known to send; the message says why, without contents."""


@dataclass(frozen=True)
class Inbound:
    """One message or event. `text` is what the resident said in words, exactly as sent; '' if nothing."""

    kind: str  # a MsgType of `_NEEDED`, 'event' or 'unsupported'
    to: str  # the account's gh_…
    openid: str
    at: datetime
    key: str  # the same for every delivery of the same thing
    text: str = field(default='', repr=False)
    event: str = ''
    event_key: str = field(default='', repr=False)
    fields: dict[str, Value] = field(default_factory=dict, repr=False)  # everything else, by WeChat's names

    def text_at(self, *path: str) -> str:
        """The text at `path` in `fields`, the first one where there are several, '' where there is none."""
        return next(_texts(self.fields, path), '')

    @property
    def scene(self) -> str | None:
        """The scene of the QR code that was scanned, by a follower or in order to follow."""
        if self.event == 'SCAN':
            return self.event_key
        if self.event == 'subscribe' and self.event_key.startswith('qrscene_'):
            return self.event_key.removeprefix('qrscene_')
        return None

    @property
    def opens(self) -> str | None:
        """Which of `limits.ALLOWANCES` this opens for writing back, if any."""
        if self.kind == 'event':
            return 'click' if self.event in limits.CLICK_EVENTS else _OPENING.get(self.event)
        return 'click' if 'bizmsgmenuid' in self.fields else 'message'


def parse(xml: bytes) -> Inbound:
    """Read the XML of a message or an event; raises `Unreadable`."""
    try:
        return _read(strict_xml.parse(xml))
    except strict_xml.Malformed as error:
        raise Unreadable(str(error)) from None
    except ValueError as error:  # its own words may quote a resident's
        raise Unreadable(f'a value that cannot be read ({type(error).__name__})') from None


def _read(root: strict_xml.Node) -> Inbound:
    if root.name != 'xml':
        raise Unreadable('the root is not xml')
    fields = _fields(root)
    kind = _take(fields, 'MsgType', _TYPE)
    return _event(fields) if kind == 'event' else _message(kind, fields)


def _message(kind: str, fields: dict[str, Value]) -> Inbound:
    to, openid, created = _from_whom(fields)
    key = f'{created}#{_take(fields, "MsgId", _MSG_ID)}'
    for name, form in _NEEDED.get(kind, {}).items():
        _checked(fields, name, form)
    words = _WORDS.get(kind, '')
    text = _take(fields, words, _ANYTHING) if words in fields else ''
    if kind not in _NEEDED:
        fields['MsgType'], kind = kind, 'unsupported'
    return Inbound(kind, to, openid, _at(created), key, text, fields=fields)


def _event(fields: dict[str, Value]) -> Inbound:
    to, sender, created = _from_whom(fields)
    event = _take(fields, 'Event', _EVENT)
    event_key = _take(fields, 'EventKey', _ANYTHING) if 'EventKey' in fields else ''
    if event == 'subscribe_msg_change_event' and 'SubscribeMsgPopupEvent' in fields:
        # The documentation's example is wrapped like this, its text says SubscribeMsgChangeEvent.
        fields['SubscribeMsgChangeEvent'] = fields.pop('SubscribeMsgPopupEvent')
    openid = _checked(fields, 'OpenID', _ID) if event in _ABOUT_OPENID else sender
    told_apart = [text for path in _TOLD_APART_BY for text in _texts(fields, path)]
    digest = hashlib.sha256('|'.join([sender, created, event, event_key, *told_apart]).encode()).hexdigest()
    return Inbound('event', to, openid, _at(created), f'{created}#{digest[:24]}', '', event, event_key, fields)


def _from_whom(fields: dict[str, Value]) -> tuple[str, str, str]:
    to, sender = _take(fields, 'ToUserName', _ID), _take(fields, 'FromUserName', _ID)
    return to, sender, _take(fields, 'CreateTime', _SECONDS)


def _at(created: str) -> datetime:
    return clock.from_epoch(int(created))


def _checked(fields: dict[str, Value], name: str, form: re.Pattern[str]) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise Unreadable(f'{name} is missing or not as WeChat writes it')
    return value


def _take(fields: dict[str, Value], name: str, form: re.Pattern[str]) -> str:
    value = _checked(fields, name, form)
    del fields[name]
    return value


def _fields(root: strict_xml.Node) -> dict[str, Value]:
    names = [child.name for child in root.children]
    if len(names) != len(set(names)):
        raise Unreadable('a field is repeated')
    return _grouped(root.children)


def _grouped(nodes: Iterable[strict_xml.Node]) -> dict[str, Value]:
    same: dict[str, list[strict_xml.Node]] = {}
    for node in nodes:
        same.setdefault(node.name, []).append(node)
    return {name: _value(name, found) for name, found in same.items()}


def _value(name: str, nodes: list[strict_xml.Node]) -> Value:
    if name in _LISTS:
        return [_single(item) for node in nodes for item in node.children]
    if name in _REPEATED or len(nodes) > 1:
        return [_single(node) for node in nodes]
    return _single(nodes[0])


def _single(node: strict_xml.Node) -> Value:
    return _grouped(node.children) if node.children else node.text


def _texts(value: Value, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _texts(one, path)
    elif isinstance(value, dict) and path and path[0] in value:
        yield from _texts(value[path[0]], path[1:])
    elif isinstance(value, str) and not path:
        yield value
