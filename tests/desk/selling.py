"""Companies and what they offer, on the desk's own alliance."""

from chalicelib.alliance import actions as alliance
from chalicelib.alliance.records import Member, Unit
from chalicelib.services import actions as services
from chalicelib.services.records import Category, Crew, Option
from tests.bookings.shop import FIRST, SECOND, item
from tests.desk.conftest import FAR

DISPATCHER = Member('dispatcher', name='调度', state='active', units=[FIRST], roles=['clerk'])


def open_shop() -> None:
    """Two companies with one crew each, a request, and something that is offered elsewhere only."""
    for id, name in ((FIRST, '甲家政'), (SECOND, '乙家政')):
        Unit(id, name=name, kind='partner', parent='370202', phone='0532-80000001', work='1-7 07:00-22:30').save()
        Crew(f'{id}-1', unit=id, name='一组', work='1-7 08:00-18:00', on_holidays=True, buffer_minutes=30).save()
    Category('home', order=1, name='家政保洁').save()
    item().save()
    item('far', name='远处的保洁', area=[FAR]).save()
    item('tickets', name='代订火车票', form='request', step_minutes=0, options=[
        Option(id='one', name='一张', price=None, ceiling=2000, per='张'),
    ]).save()  # fmt: skip
    alliance.forget()
    services.forget()
