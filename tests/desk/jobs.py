"""A company's people at their jobs: who is signed in, what is booked, and the clock they see."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from chalice.test import Client

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import sessions
from chalicelib.alliance.records import Member
from chalicelib.bookings import making, records, serving
from chalicelib.bookings.actions import Booker, Where, Wish, do
from chalicelib.bookings.records import Booking
from chalicelib.services import actions as services
from chalicelib.services.records import Crew
from tests.bookings.shop import FIRST, RESIDENT, SATURDAY, SECOND, furnish
from tests.desk.conftest import Browser
from tests.door import HOME

ME = Booker(RESIDENT, HOME, 'oauth')
HERE = Where('王阿姨', '138 0000 0009', '仙游路 15 号 2 单元 501', '门口有狗')
SECRETS = ('王阿姨', '0000 0009', '仙游路 15 号', '门口有狗')


def wish(at: datetime | None = SATURDAY, item: str = 'cleaning', option: str = 'h2') -> Wish:
    found = services.item(item)
    assert found
    chosen = services.option(found, option)
    assert chosen
    return Wish(item, option, at, making.mark(chosen))


@dataclass
class Town:
    client: Client
    now: datetime
    patch: pytest.MonkeyPatch

    def clock(self, at: datetime) -> None:
        self.now = at.astimezone(UTC)
        self.patch.setattr(clock, '_moved', self.now - datetime.now(UTC))

    def sign_in(self, member: str) -> Browser:
        cookie = sessions.begin(member, self.now, 'iPhone 上的微信', self.now, lambda tx: None)
        assert cookie
        return Browser(self.client, cookie)

    def book(self, at: datetime = SATURDAY, once: str = 'form-1', booker: Booker = ME) -> str:
        wanted = wish(at)
        held = do(lambda: making.hold(wanted, booker, once, self.now))
        return str(do(lambda: making.confirm(held.id, HERE, wanted.mark, booker, self.now)).id)

    def request(self, note: str = '下周三去青岛北的票', once: str = 'form-9') -> str:
        wanted = wish(None, 'tickets', 'one')
        where = HERE._replace(note=note)
        return str(do(lambda: making.request(wanted, ME, where, once, self.now)).id)

    def accepted(self, crew: str = f'{FIRST}-1', at: datetime = SATURDAY, once: str = 'form-1', **who: Booker) -> str:
        number, by = self.book(at, once, **who), self.member('diaodu')
        do(lambda: serving.accept(number, FIRST, crew, by, self.now))
        return number

    def member(self, id: str) -> Member:
        found: Member = Member.get(id)
        return found

    def job(self, number: str) -> Booking:
        found = records.booking(number)
        assert found
        return found


def open_town(client: Client, now: datetime, patch: pytest.MonkeyPatch) -> Town:
    """甲家政 has a dispatcher and two crews with a member each, 乙家政 a dispatcher."""
    furnish(now)
    Crew(
        f'{FIRST}-2', unit=FIRST, name='二组', work='1-7 08:00-18:00', on_holidays=True, buffer_minutes=30,
        members=['xiaosun'],
    ).save()  # fmt: skip
    first = Crew.get(f'{FIRST}-1')
    first.members = ['laozhou']
    first.save()
    for id, name, units, roles in (
        ('diaodu', '丁调度', [FIRST], ['dispatcher']),
        ('laozhou', '老周', [FIRST], ['crew']),
        ('xiaosun', '小孙', [FIRST], ['crew']),
        ('lingdao', '雷经理', [FIRST], ['lead']),
        ('yidiao', '易调度', [SECOND], ['dispatcher']),
    ):
        Member(id, name=name, state='active', units=units, roles=roles).save()
    alliance.forget()
    services.forget()
    return Town(client, now, patch)
