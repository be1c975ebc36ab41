"""A small unit whose staff are told, on the store in memory: processes that stop between any two requests and calls."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib import storage
from chalicelib.alliance import alerts, jobs
from chalicelib.alliance.alerts import Matter
from chalicelib.alliance.parameters import Provider
from chalicelib.alliance.records import Account, Member, Unit
from chalicelib.deadlines import jobs as deadlines
from chalicelib.deadlines.records import Deadline
from chalicelib.storage import Record
from chalicelib.wechat.errors import NotSent, OutcomeUnknown
from tests.deadlines.processes import Happened, Killed, Processes, silence
from tests.memory_store import Memory

HOME, ACCOUNT = '370202013001', '370202013001'
MINUTE = timedelta(minutes=1)
STAFF = ('wangmin', 'liqiang')


class Told(NamedTuple):
    member: str
    text: str

    @property
    def again(self) -> bool:
        return self.text.startswith('【再次提醒】')


class World(Processes):
    """Each matter is some other unit's turn, so that a message says which matters are in it."""

    def __init__(self, memory: Memory, now: datetime) -> None:
        super().__init__()
        self.memory, self.now = memory, now
        self.told: list[Told] = []
        self.meets: dict[str, str] = {}  # what a channel does now: '' | not sent | arrives without a word
        self.closed: set[str] = set()
        self.matters: list[str] = []
        self.kept: set[str] = set()  # those of them that are certainly stored

    def furnish(self) -> None:
        rows: list[Record] = [
            Unit(HOME, name='仙游路社区', kind='community', channels=['wechat', 'sms'], work='1-7 00:00-24:00'),
            Account(ACCOUNT, name='仙游路社区', kind='subscription', verified=True, unit=HOME),
        ]
        for id in STAFF:
            rows.append(
                Member(id, name=id, state='active', units=[HOME], roles=['clerk'], account=ACCOUNT, openid=f'o-{id}',
                       mobile=f'm-{id}')
            )  # fmt: skip
        storage.commit(lambda tx: [tx.save(row) for row in rows] and None)

    def happened(self, happened: Happened) -> None:
        """No model of the store is kept here: what counts is what people read."""

    # The world outside

    def by_chat(self, member: Member, text: str, once: str, now: datetime) -> None:
        self._call('wechat', member.id, text)

    def by_sms(self, url: str, body: dict[str, str], headers: dict[str, str]) -> bytes:
        self._call('sms', body['mobile'].removeprefix('m-'), body['text'])
        return b''

    def _call(self, channel: str, member: str, text: str) -> None:
        self._halt()
        if self.meets.get(channel) == 'not sent':
            raise NotSent('down')
        self.told.append(Told(member, text))
        if self.meets.get(channel) == 'arrives without a word':
            self.tally['unknown'] += 1
            raise OutcomeUnknown('silence')
        self._halt()

    # What happens

    def tell(self, level: str = 'first') -> str:
        about = f'u{len(self.matters)}'
        self.matters.append(about)
        matter = Matter(about, level, about, self.now, self.now + 60 * MINUTE)
        now = self.now
        storage.commit(lambda tx: alerts.tell(tx, HOME, matter, now))
        self.kept.add(about)
        return about

    def run(self) -> None:
        now = self.now
        self.tally.update(deadlines.run({'alert': jobs.alert}, now, 60, lambda: 0, rounds=deadlines.ROUNDS))

    def still_open(self, about: str, level: str) -> bool:
        return about not in self.closed

    def end(self) -> None:
        """Everybody is killed, everything works again, and time goes on until nothing is left to do."""
        self.kill_all()
        self.meets.clear()
        for _ in range(200):
            if not self.memory.rows(Deadline):
                return
            self.now += MINUTE
            self.run()
        raise AssertionError('deadlines without end')

    def read(self, about: str, member: str) -> list[Told]:
        return [told for told in self.told if told.member == member and f'【{about}】' in told.text]


def wire(patch: Callable[..., None], world: World) -> None:
    """The world's ways in the place of the real ones."""
    from chalicelib.alliance import parameters
    from chalicelib.wechat import posting

    patch(alerts.WAYS, 'by_chat', world.by_chat)
    patch(alerts.WAYS, 'chat_open_until', lambda member, now: now + 60 * MINUTE)
    patch(alerts.WAYS, 'still_open', world.still_open)
    patch(parameters, 'robot_key', lambda unit_id: None)
    patch(parameters, 'sms_provider', lambda: Provider('http://sms', 'key'))
    patch(posting, 'post', world.by_sms)


def wander(world: World, chance: random.Random, steps: int) -> None:
    """A random history."""
    for _ in range(steps):
        what = chance.choices(
            ('tell', 'run', 'go on', 'kill', 'silence', 'clock', 'channel', 'close'), (4, 6, 16, 1, 1, 3, 2, 1)
        )[0]
        process = chance.choice(world.processes) if world.processes else None
        if what == 'tell' and len(world.matters) < 4:
            world.begin(world.tell)
        elif what == 'run' and len(world.processes) < 3:
            world.begin(world.run)
        elif what in ('kill', 'silence') and process:
            world.tally[what] += 1
            world.step(process, Killed() if what == 'kill' else silence())
        elif what == 'clock':
            world.now += chance.choice((1, 1, 2, 5)) * MINUTE
        elif what == 'channel':
            channel, does = chance.choice(('wechat', 'sms')), ('', 'not sent', 'arrives without a word')
            world.meets[channel] = chance.choice(does)
        elif what == 'close' and world.matters:
            world.closed.add(chance.choice(world.matters))
        for _ in range(chance.choice((0, 1, 3, 8, 100)) if process else 0):
            if process not in world.processes:
                break
            world.step(process)


def tally(worlds: list[World]) -> Counter[str]:
    return sum((world.tally for world in worlds), Counter())
