"""The channels staff are reached by: who can be reached by which, and the call itself, in one shape for all."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib import clock
from chalicelib.alliance import actions, parameters, rules
from chalicelib.alliance.alerts import WAYS
from chalicelib.alliance.credentials import Unknown, credentials
from chalicelib.alliance.records import Account, Member
from chalicelib.alliance.words import Message
from chalicelib.wechat import limits
from chalicelib.wechat.client import client_for
from chalicelib.wechat.errors import NotSent

log = logging.getLogger('weilin')


class Call(NamedTuple):
    """One message about to be sent. `unit` matters to a robot; `to` is one member everywhere else."""

    unit: str
    to: Sequence[Member]
    message: Message
    once: str  # names this call and no other
    now: datetime


def _by_robot(call: Call) -> None:
    # `requests` takes long to load, and nothing but a call needs it.
    from chalicelib.wechat import robot

    key = parameters.robot_key(call.unit)
    if key is None:
        raise NotSent('no robot')
    robot.send(key, call.message.text, [member.mobile for member in call.to if member.mobile])


def _by_chat(call: Call) -> None:
    if WAYS.by_chat is None:
        raise NotSent('no way into a chat')
    WAYS.by_chat(call.to[0], call.message.text, call.once, call.now)


def _by_template(call: Call) -> None:
    member = call.to[0]
    account = _service_account(member)
    if account is None or not account.alert_template:
        raise NotSent('no template')
    try:
        client = client_for(credentials(account.id))
    except Unknown as error:
        raise NotSent('no credentials') from error
    values = _values(account.alert_fields, call.message)
    client.send_template(member.openid or '', account.alert_template, call.message.link, values)


def _by_sms(call: Call) -> None:
    from chalicelib.wechat.posting import post

    provider, mobile = parameters.sms_provider(), call.to[0].mobile
    if provider is None or not mobile:
        raise NotSent('no provider or no number')
    post(
        provider.url, {'mobile': mobile, 'text': call.message.text}, headers={'Authorization': f'Bearer {provider.key}'}
    )


_SEND: dict[str, Callable[[Call], None]] = {
    'robot': _by_robot,
    'wechat': _by_chat,
    'template': _by_template,
    'sms': _by_sms,
}


def send(channel: str, call: Call) -> None:
    """Raises `NotSent` or `Refused` where it certainly did not arrive; whatever else comes out, it may have."""
    _SEND[channel](call)


class Reach:
    """Which channels of one unit work for whom; each member's chat is looked at once at most."""

    def __init__(self, unit_id: str, now: datetime) -> None:
        unit = actions.unit(unit_id)
        self.unit_id = unit_id
        self.order = rules.next_channels(unit.channels if unit else ())
        self._now = now
        self._open_until: dict[str, datetime | None] = {}

    def has_robot(self) -> bool:
        return _set_up('robot', lambda: parameters.robot_key(self.unit_id) is not None)

    def works(self, channel: str, member: Member, at: datetime) -> bool:
        """Whether this channel is set up for this member and will be open at `at`."""
        if channel == 'robot':
            return self.has_robot()
        if channel == 'wechat':
            return _set_up(channel, lambda: self._chat_is_open(member, at))
        if channel == 'template':
            return _service_account(member) is not None
        return bool(member.mobile) and has_sms()

    def _chat_is_open(self, member: Member, at: datetime) -> bool:
        if not has_chat(member):
            return False
        if member.id not in self._open_until:
            self._open_until[member.id] = WAYS.chat_open_until(member, self._now)
        until = self._open_until[member.id]
        return until is not None and until > at


def has_chat(member: Member) -> bool:
    """Whether we could write into this member's chat, if it were open."""
    account = actions.account(member.account) if member.account and member.openid else None
    return WAYS.by_chat is not None and account is not None and actions.may_send(account)


def has_sms() -> bool:
    return _set_up('sms', lambda: parameters.sms_provider() is not None)


def _set_up(channel: str, ask: Callable[[], bool]) -> bool:
    """What cannot be found out just now does not work just now: another channel may."""
    try:
        return ask()
    except Exception as error:
        log.warning('a channel could not be looked at channel=%s error=%s', channel, type(error).__name__)
        return False


def _service_account(member: Member) -> Account | None:
    """The member's account, where it can send template messages."""
    account = actions.account(member.account) if member.account and member.openid else None
    if account is None or account.kind != 'service' or not actions.may_send(account):
        return None
    return account if account.alert_template and account.alert_fields else None


def _values(fields: Sequence[str], message: Message) -> dict[str, str]:
    """What happened, then until when; a template with more fields gets the first two, which WeChat refuses."""
    said = (message.short, f'{clock.beijing(message.due_at):%Y年%m月%d日 %H:%M}')
    return {field: limits.template_value(field, value) for field, value in zip(fields, said, strict=False)}
