"""The same suite on the fake store in this process and on the local AWS in its own."""

import uuid
from collections.abc import Iterator

import pytest

from local.cloud import Cloud
from tests import conftest as shared


@pytest.fixture(scope='session')
def cloud() -> Iterator[Cloud]:
    running = Cloud(None, 0)
    running.start()
    yield running
    running.stop()


@pytest.fixture(params=['moto', 'ministack'])
def store(request: pytest.FixtureRequest, environment: pytest.MonkeyPatch) -> Iterator[None]:
    if request.param == 'moto':
        yield from shared.moto_store(environment)
    else:
        yield from cloud_store(environment, request.getfixturevalue('cloud'))


@pytest.fixture
def real_store(environment: pytest.MonkeyPatch, cloud: Cloud) -> Iterator[None]:
    yield from cloud_store(environment, cloud)


def cloud_store(environment: pytest.MonkeyPatch, cloud: Cloud) -> Iterator[None]:
    """Tables of its own for every test: the stage's name is new."""
    stage = f't{uuid.uuid4().hex[:8]}'
    environment.setenv('WEILIN_AWS_ENDPOINT', cloud.url)
    environment.setenv('WEILIN_STAGE', stage)
    environment.setenv('WEILIN_MEDIA_BUCKET', f'weilin-{stage}-media')
    shared.furnish(environment)
    yield
    shared.forget()
