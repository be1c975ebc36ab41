"""The whole product in this process, but for the local AWS: what `make run` serves and end-to-end tests use."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from chalicelib import clock
from local import outages
from local.cloud import Cloud
from local.ports import HOST, listen
from local.standin.people import Faults

if TYPE_CHECKING:
    from chalice.app import Chalice

    from local.gateway import Gateway


class InUse(Exception):
    """Another run works with the same data folder."""


class Product:
    """Port 0 takes a free one; `data` keeps everything between runs. Once started it has `url`, `phones_url`, `world`,
    and `invitation`, the code of whoever is invited and not a member yet. `faults` can be switched at any time."""

    def __init__(self, data: Path, port: int = 0, phones_port: int = 0, aws_port: int = 0) -> None:
        self._data, self._port, self._phones_port = data.resolve(), port, phones_port
        self._running = ExitStack()
        self.cloud = Cloud(self._data / 'aws', aws_port)
        self.faults = Faults()

    def start(self) -> None:
        with ExitStack() as running:  # what was started ends again, last first, also where a later step fails
            running.enter_context(_sole_user(self._data))
            running.enter_context(_environment())
            from app import app  # not before: it is to see this environment

            gateway = self._open_doors(running, app)
            self._start_aws(running)
            self._start_wechat(running, gateway.url)
            gateway.start()
            self._start_pumps(running, app)
            self._running = running.pop_all()

    def _open_doors(self, running: ExitStack, app: 'Chalice') -> 'Gateway':
        """Everybody has to know the product's address before it can answer there. A port in use is found out first."""
        from local.gateway import Gateway

        gateway = Gateway(app, self._port)
        running.callback(gateway.stop)
        listen(self._phones_port, '--phones-port').close()
        self.url = os.environ['WEILIN_BASE_URL'] = gateway.url
        return gateway

    def _start_aws(self, running: ExitStack) -> None:
        from chalicelib import aws
        from ops import resources, tables

        running.enter_context(self.cloud)
        os.environ['WEILIN_AWS_ENDPOINT'] = self.cloud.url
        running.enter_context(_fresh_memory())
        outages.install(aws.session(), self.faults)  # before any client is made
        tables.create_all()
        os.environ |= resources.create_all()

    def _start_wechat(self, running: ExitStack, base_url: str) -> None:
        from local import alliance
        from local.standin.server import serve
        from local.standin.world import World

        move_clock = running.enter_context(_movable_clock())
        self.world = World(self._data / 'wechat', clock.now, move_clock, self.faults)
        running.callback(self.world.close)
        phones = serve(self.world, HOST, self._phones_port)
        running.callback(phones.stop)
        self.phones_url = phones.url
        os.environ |= dict.fromkeys(('WEILIN_WECHAT_API', 'WEILIN_WECHAT_OPEN', 'WEILIN_WECOM_API'), phones.url)
        alliance.settle(self.world, base_url, clock.now())
        alliance.set_menus(self.world)
        self.invitation = alliance.invitation(self._data, clock.now())

    def _start_pumps(self, running: ExitStack, app: 'Chalice') -> None:
        from local import queues, schedules

        bell = schedules.Bell()
        self.world.run_schedules = bell.ring
        pumps = [*queues.pumps(app), *schedules.pumps(app, bell)]
        for pump in pumps:
            running.callback(pump.join)
            pump.start()
        for pump in pumps:  # called first: all are told to stop before one is waited for
            running.callback(pump.tell_to_stop)

    def stop(self) -> None:
        self._running.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@contextmanager
def _sole_user(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / 'lock').open('w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f'Another run is using {folder}. End it, or choose another folder with --data.') from None
        yield


@contextmanager
def _environment() -> Iterator[None]:
    """Settings for the local product; a real AWS account in the user's environment is out of reach meanwhile."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith('AWS_')]:
        del os.environ[name]
    os.environ |= {
        'AWS_ACCESS_KEY_ID': 'test',
        'AWS_SECRET_ACCESS_KEY': 'test',
        'AWS_REGION': 'cn-north-1',
        'AWS_CONFIG_FILE': os.devnull,
        'AWS_SHARED_CREDENTIALS_FILE': os.devnull,
        'AWS_EC2_METADATA_DISABLED': 'true',
        'NO_PROXY': ','.join(filter(None, [os.environ.get('NO_PROXY') or os.environ.get('no_proxy'), HOST])),
        'WEILIN_STAGE': 'local',
        'WEILIN_MEDIA_BUCKET': 'weilin-local-media',
    }
    os.environ.pop('no_proxy', None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


@contextmanager
def _fresh_memory() -> Iterator[None]:
    """This process may have known another AWS before, and may know another one later."""
    from chalicelib import address, aws, storage
    from chalicelib.alliance import actions, credentials, parameters
    from chalicelib.wechat import client

    def forget() -> None:
        for memory in (address, aws, storage, actions, credentials, parameters, client):
            memory.forget()

    forget()
    yield
    forget()


@contextmanager
def _movable_clock() -> Iterator[Callable[[timedelta], None]]:
    """The stand-in moves the product's clock, and remembers by how much; here it is put back in the end."""
    moved = timedelta()

    def move(by: timedelta) -> None:
        nonlocal moved
        moved += by
        clock.move(by)

    yield move
    clock.move(-moved)
