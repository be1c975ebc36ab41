"""What residents send in the load test: a real mix, many residents of several accounts, each thing with its own key."""

import hashlib
import random
import threading
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle, islice
from typing import Any

from chalicelib.alliance import actions, credentials, records
from chalicelib.wechat.client import client_for
from local.standin import samples, sounds
from local.standin.people import Account, openid

# Of a hundred deliveries; the five that are missing repeat another one.
MIX = {'text': 70, 'image': 10, 'voice': 5, 'location': 5, 'event': 5}
REPEATED = 5

TEXTS = (
    '门口的装修垃圾堆了三天了，老人出门不方便，麻烦看看什么时候能清走？',
    '你好，请问居住证在哪里办',
    '12 号楼 2 单元的声控灯又坏了',
    '楼上半夜一直有敲击的声音，已经连续一周，孩子没法睡觉。和物业说过两次，他们说只能协调。想问问社区能不能帮忙上门看一下，谢谢',
    '在吗',
    '谢谢🙏',
    '2',
    '菜单',
    '路灯 & 井盖 <都> 坏了 ]]> \u200ftest',
    '医保断缴两个月，补缴在社区还是街道办？要带什么材料？' * 6,
)
EVENTS = ('subscribe', 'CLICK', 'CLICK', 'SCAN')
BUTTONS = ('menu:say', 'menu:progress', 'menu:contact')


@dataclass(frozen=True)
class Delivery:
    """One try to bring a letter: `status` None means that no answer came in time."""

    began: float  # seconds of the monotonic clock
    seconds: float
    status: int | None
    body: bytes = field(default=b'', repr=False)


@dataclass
class Letter:
    """One message or event, and what became of every delivery of it."""

    account: Account
    openid: str
    kind: str
    message: dict[str, Any]
    key: str
    again: str = ''  # delivered once more, as if the answer had been lost: 'after' the first, or 'together' with it
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def conversation(self) -> str:
        return f'{self.account.id}#{self.openid}'

    @property
    def answered(self) -> list[Delivery]:
        return [delivery for delivery in self.deliveries if delivery.status == 200]

    @property
    def failures(self) -> int:
        return len(self.deliveries) - len(self.answered)


class Desk:
    """Writes letters for senders in several threads. The same seed gives the same letters."""

    def __init__(self, accounts: int, residents: int, only: str | None, seed: int) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._numbers = iter(range(24_000_000_000_000_001, 25_000_000_000_000_000))
        self._events: set[str] = set()
        self._kinds, self._weights = ([only], [1]) if only else (list(MIX), list(MIX.values()))
        chosen = _safe_accounts(accounts)
        self._media = {account.id: _put_media(account) for account in chosen}
        self._people = [
            (account, openid(f'bench-{number}', account.id))
            for number, account in zip(range(residents), cycle(chosen), strict=False)
        ]
        self.accounts = chosen

    def letter(self, now: datetime) -> Letter:
        with self._lock:
            kind = self._random.choices(self._kinds, self._weights)[0]
            letter = self._write(kind, int(now.timestamp()))
            if self._random.random() < REPEATED / sum(MIX.values()):
                letter.again = self._random.choice(('after', 'together'))
            return letter

    def first_letters(self, now: datetime) -> list[Letter]:
        """One text to every account, which fills the product's caches."""
        seconds = int(now.timestamp())
        return [self._text(account, openid('bench-first', account.id), seconds) for account in self.accounts]

    def _text(self, account: Account, person: str, seconds: int) -> Letter:
        return self._letter(account, person, 'text', {'Content': TEXTS[0]}, seconds)

    def _write(self, kind: str, seconds: int) -> Letter:
        while True:
            account, person = self._random.choice(self._people)
            letter = self._letter(account, person, kind, self._fields(kind, account), seconds)
            if kind != 'event' or letter.key not in self._events:  # the same tap twice in one second is one event
                self._events.add(letter.key)
                return letter

    def _letter(self, account: Account, person: str, kind: str, fields: dict[str, Any], seconds: int) -> Letter:
        head = {'ToUserName': account.original_id, 'FromUserName': person, 'CreateTime': seconds, 'MsgType': kind}
        number = {} if kind == 'event' else {'MsgId': next(self._numbers)}
        message = head | fields | number
        return Letter(account, person, kind, message, key(message))

    def _fields(self, kind: str, account: Account) -> dict[str, Any]:
        match kind:
            case 'text':
                return {'Content': self._random.choice(TEXTS)}
            case 'image':
                return {'PicUrl': 'http://127.0.0.1/picture', 'MediaId': self._media[account.id][kind]}
            case 'voice':
                return {'MediaId': self._media[account.id][kind], 'Format': 'amr'}
            case 'location':
                label, lat, lng = self._random.choice(samples.PLACES)
                return {'Location_X': f'{lat:.6f}', 'Location_Y': f'{lng:.6f}', 'Scale': 16, 'Label': label}
        return self._event(account)

    def _event(self, account: Account) -> dict[str, Any]:
        match self._random.choice(EVENTS):
            case 'subscribe':
                return {'Event': 'subscribe', 'EventKey': f'qrscene_sq:{account.id}', 'Ticket': 'gQ'}
            case 'SCAN':
                return {'Event': 'SCAN', 'EventKey': f'sq:{account.id}', 'Ticket': 'gQ'}
        return {'Event': 'CLICK', 'EventKey': self._random.choice(BUTTONS)}


def key(message: dict[str, Any]) -> str:
    """The once-only key as WeChat's documentation tells it, worked out here again."""
    created = str(message['CreateTime'])
    if 'MsgId' in message:
        return f'{created}#{message["MsgId"]}'
    told_apart = '|'.join([message['FromUserName'], created, message['Event'], message['EventKey']])
    return f'{created}#{hashlib.sha256(told_apart.encode()).hexdigest()[:24]}'


def _safe_accounts(count: int) -> list[Account]:
    """Accounts in safe mode, with the secrets that WeChat shares with them."""
    safe = (account for account in actions.accounts() if account.mode == 'safe' and account.verified)
    return [_shared(account) for account in islice(safe, count)]


def _shared(account: records.Account) -> Account:
    shared = credentials.credentials(account.id)
    return Account(
        account.id, account.name, shared.app_id, shared.secret, shared.token, shared.aes_key,
        account.original_id or '', account.mode, account.kind, account.verified, callback_url='',
    )  # fmt: skip


def _put_media(account: Account) -> dict[str, str]:
    """A photo and a voice that WeChat's stand-in really has, so that the media worker works too."""
    client = client_for(credentials.credentials(account.id))
    photo, photo_type = samples.picture()
    voice, _ = sounds.voice()
    return {
        'image': client.upload('image', 'photo.jpg', photo, photo_type),
        'voice': client.upload('voice', 'voice.amr', voice, 'audio/amr'),
    }
