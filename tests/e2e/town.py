"""The whole product with its clock in a test's hand: what residents write and read, what groups of staff are told."""

import threading
from collections.abc import Callable
from datetime import datetime

from chalice.app import ScheduledEventConfig

from chalicelib import clock
from chalicelib.inbox.records import Conversation
from local.functions import functions
from local.product import Product
from local.schedules import event


class Town:
    """Begins at a moment of its own, ahead of the machine's."""

    def __init__(self, product: Product, begins: datetime) -> None:
        self.product, self.world = product, product.world
        self.world.move(begins - clock.now())

    def at(self, moment: datetime) -> None:
        self.world.move(moment - clock.now())
        self.sweep()
        self.sweep()

    def sweep(self) -> None:
        import app

        (call,) = [call for source, call in functions(app.app, ScheduledEventConfig) if source.name == 'sweep']
        call(event(clock.now()))

    def soon(self, reached: Callable[[], object]) -> None:
        """Until what a run of the product's own pump has begun is done: it may have been quicker than ours."""
        for _ in range(100):
            if reached():
                return
            threading.Event().wait(0.1)

    def says(self, person: str, account: str, text: str) -> str:
        before = len(self.reads(person, account))
        self.world.send_text(person, account, text)
        self.world.wait_idle(30)
        return '\n'.join(self.reads(person, account)[before:])

    def is_at(self, person: str, account: str, label: str, latitude: float, longitude: float) -> str:
        before = len(self.reads(person, account))
        self.world.send_location(person, account, latitude, longitude, label)
        self.world.wait_idle(30)
        return '\n'.join(self.reads(person, account)[before:])

    def reads(self, person: str, account: str) -> list[str]:
        return [line.text for line in self.world.chat(person, account) if line.who == 'account']

    def told(self, unit: str) -> list[str]:
        return [line.text for line in self.world.state.robots[unit].lines]

    def conversation(self, person: str, account: str) -> Conversation:
        from chalicelib.inbox import actions

        found = actions.conversation(f'{account}#{self.world.openid(person, account)}')
        assert found
        return found
