"""What all tests share: one moment, and one fake store that behaves."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.door import ACCOUNT, CLERK, HOME, ORIGINAL_ID, SECRETS, Door
from tests.store_faults import Wire

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NOW = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)  # 22:10 in Beijing, a Monday
ENVIRONMENT = {
    'AWS_ACCESS_KEY_ID': 'test',
    'AWS_SECRET_ACCESS_KEY': 'test',
    'AWS_REGION': 'cn-north-1',
    'WEILIN_STAGE': 'test',
    'WEILIN_BASE_URL': 'http://127.0.0.1:8000',
    'WEILIN_MEDIA_BUCKET': 'weilin-test-media',
}


@pytest.fixture(scope='session', autouse=True)
def one_loader() -> Iterator[None]:
    """AWS's service descriptions are read once: a new session would decode its megabytes of JSON again."""
    import botocore.session

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, 'create_loader', cache(botocore.session.create_loader))
        yield


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The product's settings for a test, and no memory of the test before."""
    from chalicelib import logs

    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for name in ('WEILIN_AWS_ENDPOINT', 'AWS_ENDPOINT_URL'):
        monkeypatch.delenv(name, raising=False)
    forget()
    with logs.within(logs.Scope()):  # what a test finds out is not what the next one's lines are about
        yield monkeypatch
    forget()


@pytest.fixture
def store(environment: pytest.MonkeyPatch) -> Iterator[None]:
    """Tables, queues and the bucket on moto, inside this process."""
    yield from moto_store(environment)


def moto_store(environment: pytest.MonkeyPatch) -> Iterator[None]:
    from moto import mock_aws

    with mock_aws():
        unpack(environment)
        yield
        forget()


@pytest.fixture(scope='session')
def chromium() -> Iterator['Browser']:
    """One real browser for all tests."""
    from playwright.sync_api import sync_playwright

    from local.browser import ARGUMENTS, executable

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def alliance(store: None) -> None:
    """One community with its account, and one clerk bound to it."""
    from chalicelib import settings
    from chalicelib.alliance.records import Account, Member, Unit
    from ops import resources

    Unit(HOME, name='仙游路社区', kind='community', parent='370202013000').save()
    Unit('370202013000', name='金门路街道', kind='street', parent='370202').save()
    Account(
        ACCOUNT,
        name='仙游路社区',
        kind='subscription',
        verified=True,
        mode='safe',
        unit=HOME,
        original_id=ORIGINAL_ID,
    ).save()
    Member(
        'wangmin',
        name='王敏',
        state='active',
        units=[HOME],
        roles=['clerk'],
        account=ACCOUNT,
        openid=CLERK,
    ).save()
    resources.put_secret(settings.account_parameter(ACCOUNT), json.dumps(SECRETS))


@pytest.fixture
def door(alliance: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    from chalice.test import Client

    import app
    from chalicelib import clock

    monkeypatch.setattr(clock, '_moved', now - datetime.now(now.tzinfo))
    with Client(app.app) as client:
        yield Door(client, now)


def furnish(environment: pytest.MonkeyPatch) -> dict[str, str]:
    """Create everything the product expects to find in AWS; gives the settings by which it is found."""
    forget()  # AWS may stand elsewhere than when the environment was set
    from ops import resources, tables

    tables.create_all()
    found = resources.create_all()
    for name, value in found.items():
        environment.setenv(name, value)
    return found


def unpack(environment: pytest.MonkeyPatch) -> None:
    """What `furnish` does, on moto: once in a process for each set of names, and put back as it was ever after."""
    from chalicelib import settings
    from tests.moto_image import Image

    names = (settings.region(), settings.stage(), settings.media_bucket())
    if names in _furnished:
        image, found = _furnished[names]
        forget()
        image.restore()
        for name, value in found.items():
            environment.setenv(name, value)
    else:
        found = furnish(environment)
        _furnished[names] = Image(), found


def forget() -> None:
    """Drop what a warm process keeps. Clients cost most of a test's time: they stay while AWS stands where it stood."""
    from chalicelib import settings
    from chalicelib.wechat import client

    stands = (settings.aws_endpoint(), settings.region())
    if _stood.get('at') != stands or Wire.tapped:
        _stood['at'] = stands
        drop_clients()
    client.forget()
    for name in REMEMBER:
        if name in sys.modules:
            sys.modules[name].forget()


REMEMBER = (
    'chalicelib.address',
    'chalicelib.alliance.actions',
    'chalicelib.alliance.credentials',
    'chalicelib.alliance.parameters',
    'chalicelib.insight.answers',
    'chalicelib.platform.egress',
    'chalicelib.services.actions',
)
_furnished: dict[tuple[str, ...], tuple[Any, dict[str, str]]] = {}
_stood: dict[str, tuple[str | None, str]] = {}


def drop_clients() -> None:
    from chalicelib import aws, storage

    storage.forget()
    aws.forget()
    Wire.tapped = False
