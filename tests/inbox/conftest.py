"""The house with its stand-in WeChat."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from chalicelib import storage
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import alerts
from chalicelib.alliance.alerts import Matter
from chalicelib.alliance.records import Unit
from tests.door import HOME, Door
from tests.house import House, open_house
from tests.inbox.ladder import DISTRICT, ID, NEIGHBOUR, STREET, Told


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


@pytest.fixture
def told(door: Door, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Everything staff are told: (unit, level). Noted where the transaction is written, as the real one is."""
    Unit(DISTRICT, name='市南区', kind='district').save()
    Unit(NEIGHBOUR, name='高雄路社区', kind='community', parent=STREET).save()
    home = Unit.get(HOME)
    home.duty = '1-7 18:00-22:30 wangmin'
    home.save()
    alliance.forget()
    found: Told = []

    def tell(tx: storage.Transaction, unit_id: str, matter: Matter, now: datetime) -> None:
        assert matter.about == ID
        found.append((unit_id, matter.level))

    monkeypatch.setattr(alerts, 'tell', tell)
    return found
