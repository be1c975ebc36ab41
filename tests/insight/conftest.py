"""A community, its street and its district; its account, which publishes or does not."""

from datetime import UTC, datetime

import pytest

from chalicelib.alliance import actions
from chalicelib.alliance.records import Account, Unit
from tests.door import ACCOUNT

DISTRICT, STREET = '370202', '370202013000'
MORNING = datetime(2026, 11, 16, 2, tzinfo=UTC)  # Monday, 10:00 in Beijing


@pytest.fixture
def account(alliance: None) -> Account:
    Unit(DISTRICT, name='市南区', kind='district').save()
    actions.forget()
    found = actions.account(ACCOUNT)
    assert found
    return found
