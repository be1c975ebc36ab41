"""The alliance of Shinan district on this machine: its units and accounts, a few staff and residents."""

import base64
import json
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from chalicelib import settings
from chalicelib.alliance import actions, credentials, signin
from chalicelib.alliance.records import Account, Unit
from chalicelib.storage import commit
from local import reaching
from local.reaching import Office
from ops import menu, mobiles, resources, seed

DISTRICT = '370202'
STREET = '370202013000'  # 金门路街道
XIANYOU = '370202013001'  # 仙游路社区, where the story happens: safe mode, verified
# Where some communities are, GCJ-02. Invented for the story: a deployment imports its own with `ops.places`.
INVENTED_POINTS = {
    XIANYOU: ((120.3790, 36.0668),),  # beside the sample 仙游路 15 号
    '370202013002': ((120.3826, 36.0710),),  # 高雄路社区
    '370202001002': ((120.3895, 36.0672), (120.3872, 36.0660)),  # 闽江路社区, beside the sample 闽江路 87 号
    '370202001001': ((120.3850, 36.0600),),  # 云霄路社区
}
# All others are verified subscription accounts in safe mode; the district's is a service account.
MODES = {'370202013002': 'compatible', '370202013007': 'plain'}  # 高雄路社区, 逍遥社区
UNVERIFIED = {'370202013011'}  # 三明路社区


class Staff(NamedTuple):
    person: str
    name: str
    role: str
    unit: str
    account: str
    mobile: str  # invented


class Resident(NamedTuple):
    person: str
    name: str
    follows: tuple[str, ...] = ()


STAFF = (
    Staff('wangmin', '王敏', 'clerk', XIANYOU, XIANYOU, '13800000001'),
    Staff('liqiang', '李强', 'clerk', XIANYOU, XIANYOU, '13800000002'),
    Staff('chenjing', '陈静', 'lead', XIANYOU, XIANYOU, '13800000003'),
    Staff('liuyang', '刘洋', 'clerk', STREET, DISTRICT, '13800000004'),
    Staff('sunlei', '孙磊', 'operator', DISTRICT, DISTRICT, '13800000005'),
)
INVITED = Staff('zhaoxin', '赵欣', 'clerk', XIANYOU, XIANYOU, '13800000006')
RESIDENTS = (
    Resident('xiaolin', '小林'),  # has just moved in and follows nobody yet
    Resident('zhang', '张阿姨', (XIANYOU,)),
    Resident('laozhou', '老周', (XIANYOU, DISTRICT)),
    Resident('zhangli', '张丽（在上海）', (XIANYOU,)),
    Resident('sunshu', '孙叔', tuple(UNVERIFIED)),
)


class World(reaching.World, Protocol):
    """What is asked of the stand-in WeChat."""

    def add_account(
        self, id: str, name: str, app_id: str, secret: str, token: str, aes_key: str, original_id: str, mode: str,
        kind: str, verified: bool, callback_url: str,
    ) -> None: ...  # fmt: skip
    def add_person(
        self, id: str, name: str, role: str = ..., follows: tuple[str, ...] = ..., mobile: str = ...
    ) -> None: ...
    def menu_of(self, account: str) -> object: ...
    def openid(self, person: str, account: str) -> str: ...


def settle(world: World, base_url: str, now: datetime) -> None:
    """Bring in whoever is not there yet. What an earlier run has changed stays as it is."""
    _found()
    for account in actions.accounts():
        _connect(world, account, base_url)
    for resident in RESIDENTS:
        world.add_person(resident.person, resident.name, 'resident', resident.follows)
    for staff in (*STAFF, INVITED):
        world.add_person(staff.person, staff.name, 'staff', (staff.account,), staff.mobile)
    for staff in STAFF:
        employ(staff, world.openid(staff.person, staff.account), now)
    actions.forget()
    reaching.settle(world, _offices(world), DISTRICT)
    _name_responsible(world)


def _offices(world: World) -> list[Office]:
    """The three above each other that the story goes through; in the community Wang Min has the evenings."""
    wangmin = STAFF[0]
    member = signin.bound_member(wangmin.account, world.openid(wangmin.person, wangmin.account))
    return [
        Office(XIANYOU, ('robot', 'wechat'), f'1-7 18:00-22:30 {member.id}' if member else ''),
        Office(STREET, ('robot', 'template')),
        Office(DISTRICT, ('robot', 'template', 'sms')),
    ]


def _name_responsible(world: World) -> None:
    """Who of the district gets what is nobody's; whoever was named since stays."""
    district, sunlei = Unit.get(DISTRICT), STAFF[-1]
    member = signin.bound_member(sunlei.account, world.openid(sunlei.person, sunlei.account))
    if member and not district.responsible:
        district.update(actions=[Unit.responsible.set(member.id)])
        actions.forget()


def invitation(folder: Path, now: datetime) -> str | None:
    """The code that makes the invited one a member; None once used. The store has only its hash: it is kept here."""
    note = folder / 'invitation'
    code = note.read_text() if note.exists() else ''
    mine = [member for member in actions.members() if member.name == INVITED.name]
    if any(member.state != 'invited' for member in mine):
        return None
    if signin.find_invitation(code, now):
        return code
    for member in mine:
        signin.remove(member.id, now)
    member, code = signin.invite(INVITED.name, [INVITED.unit], [INVITED.role], now)
    mobiles.keep(member, INVITED.mobile)
    note.write_text(code)
    actions.forget()
    return code


def set_menus(world: World) -> None:
    """Give every account that may have a menu its menu, once."""
    for account in actions.accounts():
        if actions.may_send(account) and not world.menu_of(account.id):
            menu.set_menu(account.id)


def account_of(unit: Unit) -> Account | None:
    """Every community has an Official Account, and so has the district; streets and departments have none."""
    if unit.kind not in ('community', 'district'):
        return None
    district = unit.kind == 'district'
    return Account(
        unit.id,
        name='微市南' if district else unit.name,
        kind='service' if district else 'subscription',
        verified=unit.id not in UNVERIFIED,
        mode=MODES.get(unit.id, 'safe'),
        unit=unit.id,
        original_id=f'gh_{secrets.token_hex(6)}',
    )


def _found() -> None:
    actions.forget()
    units_there = {unit.id for unit in actions.units()}
    accounts_there = {account.id for account in actions.accounts()}
    with Unit.batch_write() as kept_units, Account.batch_write() as kept_accounts:
        for unit in [*seed.units(seed.SHINAN), *seed.departments(seed.DEPARTMENTS)]:
            account = account_of(unit)
            if account and account.id not in accounts_there:
                kept_accounts.save(account)
            if unit.id not in units_there:
                unit.points = [[*point, '编造，仅供演示'] for point in INVENTED_POINTS.get(unit.id, ())] or None
                kept_units.save(unit)
    actions.forget()


def _connect(world: World, account: Account, base_url: str) -> None:
    """Tell the stand-in what the account's administrator would enter in WeChat's console."""
    try:
        shared = credentials.credentials(account.id)
    except credentials.Unknown:
        resources.put_secret(settings.account_parameter(account.id), json.dumps(_new_secrets()))
        shared = credentials.credentials(account.id)
    world.add_account(
        account.id, account.name, shared.app_id, shared.secret, shared.token, shared.aes_key,
        account.original_id or '', account.mode, account.kind, account.verified, f'{base_url}/wechat/{account.id}',
    )  # fmt: skip


def _new_secrets() -> dict[str, Any]:
    return {
        'app_id': f'wx{secrets.token_hex(8)}',
        'secret': secrets.token_hex(16),
        'token': secrets.token_hex(16),
        'aes_key': base64.b64encode(secrets.token_bytes(32)).decode()[:43],
    }


def employ(staff: Staff, openid: str, now: datetime) -> None:
    """By an invitation, which is how everybody becomes a member; here it is accepted at once."""
    if member := signin.bound_member(staff.account, openid):
        if not member.mobile:
            mobiles.keep(member, staff.mobile)
        return
    member, code = signin.invite(staff.name, [staff.unit], [staff.role], now)
    mobiles.keep(member, staff.mobile)
    accepted = signin.find_invitation(code, now)
    assert accepted
    commit(signin.accept(accepted, staff.account, openid, now))
