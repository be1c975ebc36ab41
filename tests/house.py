"""The product and the stand-in WeChat in this process, on the fake store: for tests of what is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from chalicelib import clock
from chalicelib.deadlines import jobs as deadlines
from chalicelib.inbox import actions, forms, replying
from chalicelib.inbox.records import Conversation, Message
from local.gateway import Gateway
from local.ports import HOST
from local.standin.people import Line
from local.standin.server import serve
from local.standin.world import World
from tests.door import ACCOUNT, HOME, ORIGINAL_ID, SECRETS


class House:
    """A resident with a phone, and what staff do."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def now(self) -> datetime:
        return clock.now()

    @property
    def id(self) -> str:
        return f'{ACCOUNT}#{self.world.openid("lin", ACCOUNT)}'

    def says(self, text: str, person: str = 'lin') -> str:
        """She writes; what she is answered in the same five seconds."""
        before = len(self.reads(person))
        self.world.send_text(person, ACCOUNT, text)
        self.world.wait_idle(20)
        return '\n'.join(line.text for line in self.reads(person)[before:])

    def reads(self, person: str = 'lin') -> list[Line]:
        return [line for line in self.world.chat(person, ACCOUNT) if line.who == 'account']

    def later(self, by: timedelta) -> None:
        clock.move(by)

    @property
    def conversation(self) -> Conversation:
        found = actions.conversation(self.id)
        assert found
        return found

    def reply(
        self,
        text: str = '',
        photo: str | None = None,
        form: str = '',
        seen: int | None = None,
        follow_up_at: datetime | None = None,
        by: str = 'wangmin',
    ) -> list[Message]:
        """A clerk answers on a page made this second."""
        from chalicelib.alliance import actions as alliance

        member, found = alliance.member(by), self.conversation
        assert member
        shown = int(found.version or 0) if seen is None else seen
        form = form or forms.new(self.now)
        written = replying.Written(text, photo, shown, form, follow_up_at)
        return replying.reply(found, member, written, self.now)

    def sweep(self) -> None:
        """The schedule of every minute."""
        import app

        deadlines.run(app.DEADLINES, self.now, 60, rounds=deadlines.ROUNDS)

    @property
    def waits(self) -> bool:
        return any(row.id == self.id for row in actions.waiting(HOME))


@contextmanager
def open_house(monkeypatch: pytest.MonkeyPatch, now: datetime, verified: bool = True) -> Iterator[House]:
    """Everything but the local AWS, on free ports."""
    import app

    # Real time runs on within a test; the second after `now` keeps what is told by the second apart from it.
    monkeypatch.setattr(clock, '_moved', now - datetime.now(now.tzinfo))
    gateway = Gateway(app.app, 0)
    world = World(None, clock.now, clock.move)
    phones = serve(world, HOST, 0)
    monkeypatch.setenv('WEILIN_WECHAT_API', phones.url)
    monkeypatch.setenv('WEILIN_WECHAT_OPEN', phones.url)
    monkeypatch.setenv('WEILIN_BASE_URL', gateway.url)
    world.add_account(
        ACCOUNT, '仙游路社区', **SECRETS, original_id=ORIGINAL_ID, mode='safe', kind='subscription',
        verified=verified, callback_url=f'{gateway.url}/wechat/{ACCOUNT}',
    )  # fmt: skip
    world.add_person('lin', '小林', 'resident', (ACCOUNT,))
    gateway.start()
    try:
        yield House(world)
    finally:
        world.close()
        phones.stop()
        gateway.stop()
