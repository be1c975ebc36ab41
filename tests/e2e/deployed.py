"""The product as a deployed stack: functions from the zip behind the API Gateway of a local AWS that enforces IAM.

What is not as on AWS: the gateway's address, which WeChat's stand-in and browsers can only reach on this machine. The
parameter that says where the product is gets that address after the deployment.
"""

import os
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from urllib.request import urlopen

from chalicelib import clock
from local import alliance, services
from local.cloud import STACK_SERVICES, Cloud
from local.ports import HOST
from local.product import _environment, _fresh_memory
from local.standin.people import Faults
from local.standin.server import serve
from local.standin.world import World
from ops import aws_clients, deploy
from tests import packed

STAGE = 'test'


class Deployed:
    """Once started it has `url`, `phones_url` and `world`, as local.product.Product has."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._running = ExitStack()
        self.cloud = Cloud(None, 0, STACK_SERVICES, guarded=True)

    def __enter__(self) -> Self:
        with ExitStack() as running:
            running.enter_context(_environment())
            running.enter_context(self.cloud)
            os.environ |= {'WEILIN_AWS_ENDPOINT': self.cloud.url, 'WEILIN_STAGE': STAGE}
            running.enter_context(_fresh_memory())
            self._start_wechat(running)
            self.deploy('--architecture', packed.CPU)
            self._settle()
            self._running = running.pop_all()
        return self

    def _start_wechat(self, running: ExitStack) -> None:
        self.world = World(self._data / 'wechat', clock.now, lambda _: None, Faults())
        running.callback(self.world.close)
        phones = serve(self.world, HOST, 0)
        running.callback(phones.stop)
        self.phones_url = phones.url
        os.environ |= dict.fromkeys(('WEILIN_WECHAT_API', 'WEILIN_WECOM_API'), phones.url)

    def deploy(self, *options: str) -> None:
        """By the operator's command."""
        wechat = ('--egress', 'relay', '--relay', self.phones_url, '--wecom-api', self.phones_url)
        assert deploy.main(['--stage', STAGE, *wechat, '--yes', *options]) == 0

    @property
    def outputs(self) -> dict[str, str]:
        return deploy.stack(STAGE).outputs()

    def client(self, service: str) -> Any:
        return aws_clients.client(service)

    def _settle(self) -> None:
        self.url = f'{self.cloud.url}/restapis/{self.outputs["RestAPIId"]}/api/_user_request_'
        os.environ['WEILIN_BASE_URL'] = self.url
        self.client('ssm').put_parameter(
            Name=f'/weilin/{STAGE}/base-url', Value=self.url, Type='String', Overwrite=True
        )
        os.environ['WEILIN_MEDIA_BUCKET'] = self.outputs['MediaBucket']
        alliance.settle(self.world, self.url, clock.now())
        services.settle(self.world, clock.now())
        # On a busy machine ministack takes longer to start the first worker than WeChat waits.
        with urlopen(f'{self.url}/login', timeout=60) as page:
            assert page.status == HTTPStatus.OK
        alliance.set_menus(self.world)

    def __exit__(self, *_: object) -> None:
        self._running.close()
