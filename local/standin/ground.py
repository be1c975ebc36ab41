"""What the stand-in's world stands on: its state under one lock, its clock, its media, and what phones show."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from threading import Condition, RLock
from typing import Any

from local.standin import people, shelf
from local.standin.memory import Keeper, State
from local.standin.people import Account, Chat, Faults, Inbox, Line, Person, Template

LINES_KEPT = 300  # per chat


class Ground:
    """One lock guards the state; it is never held while anything is sent."""

    def __init__(
        self, folder: Path | None, now: Callable[[], datetime], move_clock: Callable[[timedelta], None],
        faults: Faults | None = None,
    ) -> None:  # fmt: skip
        self.now, self._move_clock = now, move_clock
        self.url = ''  # set by the server: where pictures can be fetched
        self.run_schedules: Callable[[], None] | None = None  # set by whoever runs the product's schedules
        self.faults = faults or Faults()
        self.lock = RLock()
        self.changed = Condition(self.lock)
        self.shelf = shelf.Shelf(folder / 'media' if folder else None)
        self._keeper = Keeper(folder / 'world.json' if folder else None, self._snapshot)
        self.state = self._keeper.load()
        self.codes: dict[str, Any] = {}  # of OAuth, see there; gone with this run
        self._openids: dict[tuple[str, str], str] = {}
        if self.state.moved:
            move_clock(self.state.moved)  # yesterday's conversations must not lie in the future

    # who there is

    def add_account(
        self, id: str, name: str, app_id: str, secret: str, token: str, aes_key: str, original_id: str,
        mode: str, kind: str, verified: bool, callback_url: str,
    ) -> None:  # fmt: skip
        with self.changed:
            known = self.state.accounts.get(id)
            self.state.accounts[id] = Account(
                id, name, app_id, secret, token, aes_key, original_id, mode, kind, verified, callback_url,
                known.menu if known else None, known.templates if known else [],
            )  # fmt: skip
            self.note()

    def add_template(self, account: str, id: str, title: str, fields: Mapping[str, str]) -> None:
        """A template message this account may send; `fields` says what each field is called on the phone."""
        with self.changed:
            has = self.state.accounts[account]
            has.templates = [each for each in has.templates if each.id != id] + [Template(id, title, dict(fields))]
            self.note()

    def add_robot(self, unit: str, name: str, key: str) -> None:
        """A robot in the group of a unit's staff. What it said under an earlier key stays."""
        with self.changed:
            robot = self.state.robots.setdefault(unit, Inbox(name))
            robot.name, robot.key = name, key
            self.note()

    def open_sms(self, key: str) -> None:
        """From now on this key sends text messages."""
        with self.changed:
            self.state.sms.key = key
            self.note()

    def add_person(
        self, id: str, name: str, role: str = 'resident', follows: Iterable[str] = (), mobile: str = ''
    ) -> None:
        """Somebody with a phone. `follows` are accounts followed long ago: no event is sent, and whom a person
        has unfollowed since stays unfollowed."""
        with self.changed:
            self.state.people[id] = Person(id, name, role, mobile)
            for account in follows:
                state = self.chat_state(id, account)
                if not state.since:
                    state.following, state.since = True, self.now()
            self.note()

    def openid(self, person: str, account: str) -> str:
        openid = people.openid(person, account)
        self._openids[account, openid] = person
        return openid

    def menu_of(self, account: str) -> dict[str, Any] | None:
        """The menu below this account's chats, if it has one."""
        return self.state.accounts[account].menu

    def person_of(self, account: str, openid: str) -> str | None:
        """Whose openid this is, if it is one of this account."""
        if (account, openid) not in self._openids:
            for person in list(self.state.people):
                self.openid(person, account)
        return self._openids.get((account, openid))

    def chat_state(self, person: str, account: str) -> Chat:
        """What the two have with each other; unknown names are a KeyError."""
        names = f'{self.state.people[person].id}@{self.state.accounts[account].id}'
        return self.state.chats.setdefault(names, Chat())

    # what is seen and said

    def chat(self, person: str, account: str) -> list[Line]:
        with self.lock:
            return list(self.chat_state(person, account).lines)

    def wait_for(self, reached: Callable[[], bool], timeout: float) -> None:
        """Come back when `reached`, which is asked again after every change; raises TimeoutError."""
        with self.changed:
            if not self.changed.wait_for(reached, timeout):
                raise TimeoutError('it did not come to pass in the stand-in')

    def move(self, by: timedelta) -> None:
        """Put the clock forward."""
        with self.changed:
            self.state.moved += by
            self.note()
        self._move_clock(by)

    def wait_saved(self, timeout: float) -> None:
        """Come back when the file holds everything; raises TimeoutError."""
        self._keeper.wait_saved(timeout)

    def close(self) -> None:
        """Write what is not yet written."""
        self._keeper.close()

    def note(self) -> None:
        """Something changed; the caller holds the lock."""
        self.changed.notify_all()
        self._keeper.note()

    def put_media(self, account: str, kind: str, content: bytes, content_type: str) -> str:
        media = self.shelf.put(account, kind, content, content_type, self.now())
        with self.changed:
            self.state.media[media.id] = media
            self.note()
        return media.id

    def usable_media(self, account: str, media_id: str) -> people.Media | None:
        """The media if this account may use it and WeChat still has it."""
        media = self.state.media.get(media_id)
        return media if media and media.account == account and not shelf.expired(media, self.now()) else None

    def ticket(self, account: str, scene: str) -> str:
        """The ticket of a QR code: one per account and scene."""
        with self.changed:
            for ticket, owner in self.state.tickets.items():
                if owner == [account, scene]:
                    return ticket
            ticket = 'gQ' + secrets.token_urlsafe(69)
            self.state.tickets[ticket] = [account, scene]
            self.note()
            return ticket

    def show(self, person: str, account: str, who: str, kind: str, text: str = '', media_id: str | None = None,
             fields: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        """Put a line on a phone."""
        with self.changed:
            state = self.chat_state(person, account)
            state.said += 1
            state.lines.append(Line(state.said, self.now(), who, kind, text, media_id, dict(fields or {})))
            del state.lines[:-LINES_KEPT]
            self.note()

    def post(self, inbox: Inbox, who: str, text: str, fields: Mapping[str, Any]) -> None:
        """Put a line into a group or among the text messages."""
        with self.changed:
            inbox.said += 1
            inbox.lines.append(Line(inbox.said, self.now(), who, 'text', text, fields=dict(fields)))
            del inbox.lines[:-LINES_KEPT]
            self.note()

    def owner_of(self, mobile: str) -> Person | None:
        """Whose mobile this is."""
        return next((each for each in list(self.state.people.values()) if mobile and each.mobile == mobile), None)

    def _snapshot(self) -> State:
        with self.lock:
            return self.state.copy()
