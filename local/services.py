"""Who offers services on this machine: three invented companies with their staff, and the sample catalogue."""

from datetime import datetime
from typing import NamedTuple

from chalicelib.alliance import actions, audit, signin
from chalicelib.alliance.records import Member, Unit
from chalicelib.services import actions as services
from chalicelib.services import changing
from local.alliance import DISTRICT, Staff, World, employ
from ops import service_file, service_plan


class Company(NamedTuple):
    id: str
    name: str
    dispatcher: Staff
    crew: Staff


def _company(id: str, name: str, dispatcher: tuple[str, str, str], crew: tuple[str, str, str]) -> Company:
    """Of each: the person, the name, the mobile. Companies have no account: their staff follow the district's."""
    return Company(
        id, name, Staff(*dispatcher[:2], 'dispatcher', id, DISTRICT, dispatcher[2]),
        Staff(*crew[:2], 'crew', id, DISTRICT, crew[2]),
    )  # fmt: skip


COMPANIES = (
    _company(
        'jiazheng-a', '示例甲家政公司', ('wudiao', '吴琳（甲家政调度）', '13800000011'),
        ('zhengshifu', '郑红（甲家政）', '13800000012'),
    ),
    _company(
        'jiazheng-b', '示例乙家政公司', ('qiandiao', '钱芳（乙家政调度）', '13800000013'),
        ('fengshifu', '冯霞（乙家政）', '13800000014'),
    ),
    _company(
        'weixiu-c', '示例丙维修公司', ('handiao', '韩涛（丙维修调度）', '13800000015'),
        ('yangshifu', '杨军（丙维修）', '13800000016'),
    ),
)  # fmt: skip
PUBLISHER = Staff('zhoufa', '周洁', 'publisher', DISTRICT, DISTRICT, '13800000017')
_WORK = '1-7 08:00-20:00'  # somebody takes jobs on Saturdays too


def settle(world: World, now: datetime) -> None:
    """Bring in what is not there yet, after the alliance. What an earlier run has changed stays as it is."""
    _found()
    for staff in (PUBLISHER, *(one for company in COMPANIES for one in (company.dispatcher, company.crew))):
        world.add_person(staff.person, staff.name, 'staff', (staff.account,), staff.mobile)
        employ(staff, world.openid(staff.person, staff.account), now)
    actions.forget()
    services.forget()
    if not services.items(withdrawn=True):
        _import(world, now)


def _found() -> None:
    actions.forget()
    for company in COMPANIES:
        if actions.unit(company.id) is None:
            Unit(company.id, name=company.name, kind='partner', parent=DISTRICT, work=_WORK).save()
    actions.forget()


def _import(world: World, now: datetime) -> None:
    """The samples, and each company's one crew member into all of its crews."""
    said = service_file.read(service_file.SERVICES, ('categories', 'items'))
    said |= service_file.read(service_file.CREWS, ('crews',))
    service_plan.carry_out(service_plan.plan(said, withdraw_missing=False), now)
    for company in COMPANIES:
        member = _member(world, company.crew)
        for crew in services.crews_of(company.id):
            crew.members = [member.id]
            changing.put(crew, [company.id], audit.OPERATOR, f'班组：{crew.name}：人员', now)


def _member(world: World, staff: Staff) -> Member:
    found = signin.bound_member(staff.account, world.openid(staff.person, staff.account))
    assert found
    return found
