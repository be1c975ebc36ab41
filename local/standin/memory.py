"""What the stand-in remembers, as one JSON file that is replaced whole soon after every change."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition, Thread
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from local.standin.people import Account, Article, Chat, Inbox, Media, Person

PAUSE_SECONDS = 0.3  # changes within this time are one write


@dataclass
class Token:
    account: str
    kind: str  # 'stable' or 'plain'
    expires_at: datetime
    dead: bool = False


@dataclass
class State:
    """Everything that outlives a run. Chats are keyed 'person@account'."""

    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    tickets: dict[str, list[str]] = field(default_factory=dict)  # ticket -> [account, scene]
    calls: dict[str, int] = field(default_factory=dict)  # 'account|day or month|what' -> how often
    robots: dict[str, Inbox] = field(default_factory=dict)  # unit -> the group its robot speaks in
    articles: dict[str, list[Article]] = field(default_factory=dict)  # account -> what it has published, oldest first
    sms: Inbox = field(default_factory=lambda: Inbox('短信'))
    moved: timedelta = timedelta()  # how far the clock was put forward
    last_id: int = 0

    def copy(self) -> 'State':
        """A copy that nobody changes any more; quick, since it is made while everybody waits."""
        chats = {
            key: replace(chat, grants=list(chat.grants), lines=list(chat.lines), agreed=dict(chat.agreed))
            for key, chat in self.chats.items()
        }
        tokens = {key: replace(token) for key, token in self.tokens.items()}
        accounts = {
            key: replace(account, templates=list(account.templates), notifications=list(account.notifications))
            for key, account in self.accounts.items()
        }
        robots = {key: replace(robot, lines=list(robot.lines)) for key, robot in self.robots.items()}
        return replace(
            self, accounts=accounts, people=dict(self.people), chats=chats, media=dict(self.media),
            tokens=tokens, tickets=dict(self.tickets), calls=dict(self.calls), robots=robots,
            sms=replace(self.sms, lines=list(self.sms.lines)),
            articles={account: list(articles) for account, articles in self.articles.items()},
        )  # fmt: skip


def to_plain(value: Any) -> Any:
    """Dataclasses, moments and spans as JSON can hold them."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(type(value))


def from_plain(kind: Any, value: Any) -> Any:
    """The value of type `kind` that `to_plain` wrote."""
    if value is None or kind is Any:
        return value
    if kind is datetime:
        return datetime.fromtimestamp(value, UTC)
    if kind is timedelta:
        return timedelta(seconds=value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        known = {each.name for each in fields(kind)}
        return kind(**{name: from_plain(hints[name], item) for name, item in value.items() if name in known})
    inner = [each for each in get_args(kind) if each is not NoneType]
    if get_origin(kind) is list:
        return [from_plain(inner[0], item) for item in value]
    if get_origin(kind) is dict:
        return {name: from_plain(inner[1], item) for name, item in value.items()}
    return from_plain(inner[0], value) if inner else value


class Keeper:
    """Writes the state to its file in a thread of its own, so that nobody waits for the disk."""

    def __init__(self, file: Path | None, snapshot: Callable[[], State]) -> None:
        self._file, self._snapshot = file, snapshot
        self._changed, self._dirty, self._writing, self._closing = Condition(), False, False, False
        self._thread = Thread(target=self._work, name='standin-keeper', daemon=True)
        if file:
            self._thread.start()

    def load(self) -> State:
        if not self._file or not self._file.exists():
            return State()
        loaded: State = from_plain(State, json.loads(self._file.read_text('utf-8')))
        return loaded

    def note(self) -> None:
        """Something changed."""
        with self._changed:
            self._dirty = True
            self._changed.notify_all()

    def wait_saved(self, timeout: float) -> None:
        """Come back when the file holds everything; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: not (self._file and (self._dirty or self._writing)), timeout):
                raise TimeoutError('the state is not yet in its file')

    def close(self) -> None:
        """Write what is not yet written, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._file:
            self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._dirty or self._closing)
                self._changed.wait_for(lambda: self._closing, PAUSE_SECONDS)
                self._writing, self._dirty = self._dirty, False
            if self._writing:
                self._write()
            with self._changed:
                self._writing = False
                self._changed.notify_all()
                if self._closing and not self._dirty:
                    return

    def _write(self) -> None:
        assert self._file
        half = self._file.with_suffix('.half')
        half.write_text(json.dumps(asdict(self._snapshot()), default=to_plain, ensure_ascii=False), 'utf-8')
        half.replace(self._file)
