"""The whole product on this machine, and real browsers at both of its faces."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from local.product import Product

PHONE = {'width': 390, 'height': 844}
DESKTOP = {'width': 1100, 'height': 800}


@pytest.fixture(scope='module')
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with Product(tmp_path_factory.mktemp('data')) as running:
        yield running


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """A phone's browser without JavaScript: what works here works in WeChat's own."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale='zh-CN')
    yield context
    context.close()


@pytest.fixture
def desktop(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=DESKTOP, java_script_enabled=False, locale='zh-CN')
    yield context
    context.close()


@pytest.fixture
def pocket(chromium: Browser) -> Iterator[BrowserContext]:
    """A resident's phone as the stand-in draws it (that page is a development tool and uses JavaScript)."""
    context = chromium.new_context(viewport=PHONE, locale='zh-CN')
    yield context
    context.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small JPEG, as a clerk would upload it."""
    from local.standin import samples

    content, _ = samples.picture()
    path = tmp_path / 'swept.jpg'
    path.write_bytes(content)
    return path
