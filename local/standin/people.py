"""Who and what lives in the stand-in: accounts, people, their chats, and what can go wrong on request."""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from local.standin.allowance import Grant


@dataclass(frozen=True)
class Template:
    """A template message as it was applied for in WeChat's console: its fields, and what each is called."""

    id: str
    title: str
    fields: dict[str, str]


@dataclass
class Account:
    """One Official Account as its administrator configured it."""

    id: str
    name: str
    app_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    original_id: str
    mode: str
    kind: str
    verified: bool
    callback_url: str
    menu: dict[str, Any] | None = None
    templates: list[Template] = field(default_factory=list)


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    role: str = 'resident'
    mobile: str = ''


@dataclass(frozen=True)
class Line:
    """One thing a phone shows. `who` is 'me', 'account', 'system', 'robot' or 'sms'; `number` counts up within
    its chat."""

    number: int
    at: datetime
    who: str
    kind: str
    text: str = ''
    media_id: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class Chat:
    """What one person and one account have with each other."""

    following: bool = False
    since: datetime | None = None
    scene: str | None = None
    grants: list[Grant] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    said: int = 0
    last_sign_at: datetime | None = None
    typing_until: datetime | None = None


@dataclass
class Inbox:
    """Where lines arrive that nobody answers: the group of a robot, the text messages of all mobiles."""

    name: str
    key: str = field(default='', repr=False)
    lines: list[Line] = field(default_factory=list)
    said: int = 0


@dataclass(frozen=True)
class Media:
    """A photo, voice or video as WeChat holds it; the bytes lie in the shelf."""

    id: str
    account: str
    kind: str
    content_type: str
    at: datetime


@dataclass(frozen=True)
class Article:
    """Something an account has published."""

    id: str
    title: str
    at: datetime


@dataclass
class Faults:
    """Switches for what goes wrong now and then. Set them at any time."""

    busy_share: float = 0.0  # share of API calls answered with -1
    api_down: bool = False  # every API call is answered with 503
    slow_seconds: float = 0.0  # before an API call is dealt with
    always: dict[str, int] = field(default_factory=dict)  # API path -> the error it gives
    lose_answers: bool = False  # an API call is carried out, but the connection breaks before the answer
    snapshot: bool = False  # pages open as 快照: WeChat makes somebody up (is_snapshotuser)
    lose_callback_share: float = 0.0  # share of good callback answers lost on the way: WeChat delivers again
    repeat_bad: bool = True  # UNVERIFIED: whether WeChat repeats after a 5xx or garbage, or only after silence
    store_down: bool = False  # no call of the product reaches DynamoDB
    queue_down: bool = False  # nor SQS
    kill_in: str = ''  # 'schedule' or 'queue': the next run of such a function that gets so far is killed, once
    kill_at: int = 1  # … at this write to DynamoDB
    kill_after: bool = False  # … when the write has reached the store, instead of before
    killed_at: datetime | None = None  # the last time that it struck

    def active(self) -> bool:
        """Whether anything was switched."""
        return replace(self, kill_at=1, kill_after=False, killed_at=None) != Faults()  # these alone do nothing


class NotFollowing(Exception):
    """A person can write only to an account which they follow."""


def openid(person: str, account: str) -> str:
    """A person's name towards one account: stable, and different for every account."""
    digest = hashlib.sha256(f'{person}|{account}'.encode()).digest()
    return 'o' + base64.urlsafe_b64encode(digest).decode()[:27]
