"""The staff of a community and its street, on the fake store, and what reaches them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib import storage
from chalicelib.alliance import actions, alerts, channels, jobs
from chalicelib.alliance.alerts import Matter
from chalicelib.alliance.records import Member, Unit
from chalicelib.deadlines import jobs as deadlines

HOME, STREET, ACCOUNT = '370202013001', '370202013000', '370202013001'
MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Beijing
EVENING = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)  # 22:10
NIGHT = datetime(2026, 11, 23, 14, 31, tzinfo=UTC)  # 22:31, one minute after duty
MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # 08:30


class Staff:
    """The staff of a community and its street, and what reaches them."""

    def __init__(self) -> None:
        self.now = NOON
        self.sent: list[tuple[str, str, str]] = []  # channel, who, text
        self.fails: dict[str, Exception] = {}
        self.closed: set[str] = set()
        self.chats: dict[str, datetime] = {}

    def send(self, channel: str, call: channels.Call) -> None:
        if channel in self.fails:
            raise self.fails[channel]
        to = ','.join(sorted(member.id for member in call.to))
        self.sent.append((channel, to, call.message.text))

    def tell(self, about: str = 'a', level: str = 'first', told: str = HOME, unit: str = HOME) -> None:
        matter = Matter(about, level, unit, self.now - 8 * MINUTE, self.now + 180 * MINUTE)
        storage.commit(lambda tx: alerts.tell(tx, told, matter, self.now))

    def run(self, minutes: float = 1) -> Counter[str]:
        self.now += minutes * MINUTE
        return deadlines.run({'alert': jobs.alert}, self.now, 60, lambda: 0, rounds=deadlines.ROUNDS)

    def change(self, id: str, **values: Any) -> None:
        row = Unit.get(id) if id.isdigit() else Member.get(id)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        actions.forget()

    def is_told(self) -> list[tuple[str, str]]:
        return [(channel, who) for channel, who, _ in self.sent]

    @property
    def texts(self) -> list[str]:
        return [text for _, _, text in self.sent]


def hire(id: str, *roles: str, unit: str = HOME, mobile: str | None = None) -> None:
    Member(
        id, name=id, state='active', units=[unit], roles=list(roles), account=ACCOUNT, openid=id, mobile=mobile
    ).save()
