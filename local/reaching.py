"""How staff are reached in the local alliance: a duty, mobiles, robots in their groups, a template, an SMS gateway."""

import json
import secrets
import uuid
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from chalicelib import aws, settings
from chalicelib.alliance import actions
from chalicelib.alliance.records import Account, Unit
from ops import resources

TEMPLATE = 'Weilin-local-template-of-waiting-residents_'
TEMPLATE_TITLE = '居民消息待回复提醒'
TEMPLATE_FIELDS = {'thing1': '事项', 'time2': '请在此前回复'}
# Residents are told of their bookings by these.
BOOKING_TEMPLATE = 'Weilin-local-template-of-a-booking'
BOOKING_NOTIFICATION = 'Weilin-local-notification-of-a-booking'
BOOKING_SHOWN = {'thing1': '服务', 'time2': '时间'}
BOOKING_FIELDS = {'what': 'thing1', 'when': 'time2'}


class Office(NamedTuple):
    """A unit whose staff are reached: by which channels, in this order, and when it has duty."""

    unit: str
    channels: tuple[str, ...]
    duty: str = ''


class World(Protocol):
    """What is asked of the stand-in."""

    url: str

    def add_robot(self, unit: str, name: str, key: str) -> None: ...
    def add_template(self, account: str, id: str, title: str, fields: Mapping[str, str]) -> None: ...
    def add_notification(self, account: str, id: str, title: str, fields: Mapping[str, str]) -> None: ...
    def open_sms(self, key: str) -> None: ...


def settle(world: World, offices: Iterable[Office], service_account: str) -> None:
    """Add what is missing; what an earlier run or an operator has set stays as it is."""
    for office in offices:
        unit = Unit.get(office.unit)
        _open(unit, office)
        _give_robot(world, unit)
    _choose_template(world, service_account)
    _choose_for_bookings(world, service_account)
    _open_gateway(world)
    actions.forget()


def _open(unit: Unit, office: Office) -> None:
    if not unit.channels and not unit.duty:
        unit.channels, unit.duty = list(office.channels), office.duty or None
        unit.save()


def _give_robot(world: World, unit: Unit) -> None:
    name = settings.robot_parameter(unit.id)
    key = _secret(name)
    if key is None:
        key = str(uuid.uuid4())
        resources.put_secret(name, key)
    world.add_robot(unit.id, f'{unit.name}值班群', key)


def _choose_template(world: World, account_id: str) -> None:
    account = Account.get(account_id)
    if not account.alert_template:
        account.update(actions=[Account.alert_template.set(TEMPLATE), Account.alert_fields.set(list(TEMPLATE_FIELDS))])
    world.add_template(account_id, TEMPLATE, TEMPLATE_TITLE, TEMPLATE_FIELDS)


def _choose_for_bookings(world: World, account_id: str) -> None:
    account = Account.get(account_id)
    if not account.templates and not account.notifications:
        template, notification = (
            {'booking': {'id': id, 'fields': BOOKING_FIELDS}} for id in (BOOKING_TEMPLATE, BOOKING_NOTIFICATION)
        )
        account.update(actions=[Account.templates.set(template), Account.notifications.set(notification)])
    world.add_template(account_id, BOOKING_TEMPLATE, '服务预约提醒', BOOKING_SHOWN)
    world.add_notification(account_id, BOOKING_NOTIFICATION, '服务预约通知', BOOKING_SHOWN)


def _open_gateway(world: World) -> None:
    """Its key stays; its address is another one in every run that takes any free port."""
    name = settings.sms_parameter()
    known = json.loads(_secret(name) or '{}')
    key = known.get('key') or secrets.token_urlsafe(24)
    resources.put_secret(name, json.dumps({'url': f'{world.url}/sms', 'key': key}))
    world.open_sms(key)


def _secret(name: str) -> str | None:
    ssm = aws.client('ssm')
    try:
        return str(ssm.get_parameter(Name=name, WithDecryption=True)['Parameter']['Value'])
    except ssm.exceptions.ParameterNotFound:
        return None
