"""A small town's shop for tests of bookings: two companies, a class, two residents."""

from datetime import datetime

from chalicelib import clock
from chalicelib.alliance import actions as alliance_actions
from chalicelib.alliance.records import Unit
from chalicelib.inbox.records import Conversation
from chalicelib.services import actions as services
from chalicelib.services.records import Category, Crew, Item, Option
from tests.door import ACCOUNT, HOME

FIRST, SECOND = 'jiazheng-a', 'jiazheng-b'
RESIDENT, DAUGHTER = f'{ACCOUNT}#oResident', f'{ACCOUNT}#oDaughter'
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=clock.BEIJING)


def item(id: str = 'cleaning', **changed: object) -> Item:
    given = {
        'category': 'home', 'order': 1, 'name': '日常保洁', 'description': '擦窗扫地', 'form': 'time', 'where': 'home',
        'options': [
            Option(id='h2', name='2 小时', minutes=120, price=8000, ceiling=12000, per='次'),
            Option(id='h4', name='4 小时', minutes=240, price=15000, ceiling=20000, per='次'),
        ],
        'area': ['370202'], 'lead_minutes': 120, 'horizon_days': 14, 'cancel_hours': 4, 'step_minutes': 30,
        'offered_by': [FIRST, SECOND],
    }  # fmt: skip
    return Item(id, **{**given, **changed})


def furnish(now: datetime, crews: int = 1) -> None:
    """Both companies have crews at work every day from 8 to 18; a class has 20 seats on Wednesdays."""
    Unit('370202', name='市南区', kind='district').save()
    Unit(HOME, name='仙游路社区', kind='community', parent='370202').save()
    for id, name in ((FIRST, '甲家政'), (SECOND, '乙家政')):
        Unit(id, name=name, kind='partner', parent='370202', phone='0532-80000001', work='1-7 07:00-22:30').save()
        for number in range(1, crews + 1):
            crew = Crew(f'{id}-{number}', unit=id, name=f'{number} 组', work='1-7 08:00-18:00', buffer_minutes=30)
            crew.on_holidays = True
            crew.save()
    Crew('class', unit=HOME, name='手机课', work='3 09:30-11:00', items=['class'], capacity=20).save()
    Category('home', order=1, name='家政保洁').save()
    item().save()
    item('class', name='手机课', where='venue', venue='社区活动室', step_minutes=0, offered_by=[HOME], options=[
        Option(id='one', name='一节', minutes=90, price=0, per='次'),
    ]).save()  # fmt: skip
    item('tickets', name='代订火车票', form='request', step_minutes=0, options=[
        Option(id='one', name='一张', price=None, ceiling=2000, per='张'),
    ]).save()  # fmt: skip
    for id in (RESIDENT, DAUGHTER):
        Conversation(id, unit=HOME, home_unit=HOME, label='居民1', last_at=now).save()
    alliance_actions.forget()
    services.forget()
