"""The house with its stand-in WeChat."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.house import House, open_house


@pytest.fixture
def house(alliance: None, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[House]:
    with open_house(monkeypatch, now) as opened:
        yield opened


@pytest.fixture
def unverified_house(alliance: None, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[House]:
    from chalicelib.alliance import actions
    from chalicelib.alliance.records import Account
    from tests.door import ACCOUNT

    account = Account.get(ACCOUNT)
    account.verified = False
    account.save()
    actions.forget()
    with open_house(monkeypatch, now, verified=False) as opened:
        yield opened
