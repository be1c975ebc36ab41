"""A district with two companies, and a small catalogue that is right in every field."""

from typing import Any

import pytest

from chalicelib.alliance.records import Unit
from chalicelib.services.records import Category, Crew, Item, Option

DISTRICT, STREET, HOME = '370202', '370202013000', '370202013001'
COMPANY, OTHER = 'jiazheng-a', 'jiazheng-b'
UNITS = {DISTRICT: 'district', STREET: 'street', HOME: 'community', COMPANY: 'partner', OTHER: 'partner'}


def option(**changes: Any) -> Option:
    said = {'id': '2h', 'name': '2 小时', 'minutes': 120, 'price': 9000, 'ceiling': 12000, 'per': '次'}
    return Option(**(said | changes))


def item(id: str = 'baojie', **changes: Any) -> Item:
    said = {
        'category': 'cleaning', 'order': 10, 'name': '日常保洁', 'description': '打扫', 'form': 'time', 'where': 'home',
        'options': [option()], 'prepare': '请收好易碎品。', 'area': [DISTRICT], 'lead_minutes': 240, 'horizon_days': 14,
        'cancel_hours': 12, 'step_minutes': 30, 'offered_by': [COMPANY, OTHER],
    }  # fmt: skip
    return Item(id, **(said | changes))


def crew(id: str = 'a-1', **changes: Any) -> Crew:
    said = {'unit': COMPANY, 'name': '甲一组', 'work': '1-6 08:30-12:00 13:00-18:00', 'buffer_minutes': 30}
    return Crew(id, **(said | changes))


@pytest.fixture
def district(store: None) -> None:
    for id, kind in UNITS.items():
        parent = {HOME: STREET, STREET: DISTRICT, COMPANY: DISTRICT, OTHER: DISTRICT}.get(id)
        Unit(id, name=id, kind=kind, parent=parent).save()
    Category('cleaning', order=10, name='家政保洁').save()
