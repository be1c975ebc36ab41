"""A resident with a phone, on a subscription account or a service account with its templates."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from chalicelib import storage
from chalicelib.alliance.actions import forget as forget_alliance
from chalicelib.alliance.records import Account
from chalicelib.outreach import actions, records
from chalicelib.outreach.records import Telling
from tests.door import ACCOUNT, HOME
from tests.house import House, open_house

TEMPLATE, NOTIFICATION = 'template-of-bookings-0001', 'notification-of-bookings-1'
FIELDS = {'what': 'thing1', 'when': 'time2'}
SHOWN = {'thing1': '事项', 'time2': '时间'}
ABOUT, WORDS = 'booking#K7M2Q9XA', '您约的日常保洁已确认：周六 9:00，青岛某家政。'


class Office:
    """What the office tells her, and how that fares."""

    def __init__(self, house: House) -> None:
        self.house = house

    def tells(
        self, what: str = 'confirmed', words: str = WORDS, lasts: timedelta = timedelta(days=5), at_once: bool = False
    ) -> str:
        now = self.house.now
        values = {'what': '日常保洁 2 小时，请提前把易碎物品收好并留人在家', 'when': now + timedelta(days=4)}
        ids: list[str] = []

        def write(tx: storage.Transaction) -> None:
            ids.append(
                actions.tell(
                    tx, self.house.id, ABOUT, what, words, HOME, now + lasts, now, values, 'https://example.org/b/1'
                )
            )

        storage.commit(write)
        if at_once:
            actions.deliver(ids, now)
        return ids[0]

    def row(self, id: str) -> Telling:
        found = records.telling(id)
        assert found
        return found

    def state(self, id: str) -> tuple[str, str | None]:
        row = self.row(id)
        return row.state, row.channel

    def is_untold(self, id: str) -> bool:
        return bool(actions.untold([self.row(id)], self.house.now))

    def reads(self, words: str = WORDS) -> int:
        """How often her phone shows it in a chat message."""
        return sum(words in line.text for line in self.house.reads() if line.kind == 'text')

    def notified(self) -> list[list[list[str]]]:
        return [line.fields['values'] for line in self.house.reads() if line.kind == 'template']

    def run(self, by: timedelta = timedelta()) -> None:
        self.house.later(by)
        self.house.sweep()


@pytest.fixture
def office(alliance: None, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[Office]:
    with open_house(monkeypatch, now) as house:
        yield Office(house)


@pytest.fixture
def service(alliance: None, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[Office]:
    """The community has a service account, with a template and a notification for bookings."""
    account = Account.get(ACCOUNT)
    account.kind = 'service'
    account.templates = {'booking': {'id': TEMPLATE, 'fields': FIELDS}}
    account.notifications = {'booking': {'id': NOTIFICATION, 'fields': FIELDS}}
    account.save()
    forget_alliance()
    with open_house(monkeypatch, now) as house:
        house.world.state.accounts[ACCOUNT].kind = 'service'
        house.world.add_template(ACCOUNT, TEMPLATE, '预约提醒', SHOWN)
        house.world.add_notification(ACCOUNT, NOTIFICATION, '预约通知', SHOWN)
        yield Office(house)
