"""By which templates and notifications a service account tells residents of bookings and the like, at any time."""

import argparse
import re
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.alliance import actions
from chalicelib.alliance.records import Account
from chalicelib.outreach.rules import PURPOSES
from ops import account_fields, secret_values
from ops.account_fields import FORMATS
from ops.secret_values import Unfit

_WAYS = {'template': 'templates', 'notification': 'notifications'}
_FIELD = re.compile(r'[a-z_]+\d{1,2}')
_NAMES = '; '.join(f'{purpose}: {", ".join(names)}' for purpose, names in PURPOSES.items())


def register(does: Any) -> None:
    """The subcommand of `ops.accounts`."""
    chosen = does.add_parser(
        'residents-template',
        help='the template message or the notification by which residents are told outside the 48 hours',
        allow_abbrev=False,
    )
    chosen.set_defaults(do=choose)
    chosen.add_argument('id', help='a verified service account, as `list` shows it')
    chosen.add_argument('--purpose', required=True, choices=tuple(PURPOSES), help='what it tells of')
    chosen.add_argument('--by', required=True, choices=tuple(_WAYS), help='模板消息, or 订阅通知 that she agrees to')
    what = chosen.add_mutually_exclusive_group(required=True)
    what.add_argument('--template', help='the 模板ID of the console')
    what.add_argument('--off', action='store_true', help='use none any more')
    chosen.add_argument('--fields', default='', help=f'what stands in each field: what=thing1,when=time2. {_NAMES}')
    chosen.add_argument(
        '--long-term', action='store_true', help='长期订阅: a notification she agrees to once and for good'
    )


def choose(given: argparse.Namespace) -> int:
    account, fields = account_fields.find(given.id), _fields(given.fields)
    if not given.off and (problems := list(_problems(given, account, fields))):
        raise Unfit(*problems)
    way = _WAYS[given.by]
    chosen: dict[str, Any] = {**(getattr(account, way) or {})}
    chosen.pop(given.purpose, None)
    if not given.off:
        lasting = {'lasting': given.long_term} if given.by == 'notification' else {}
        chosen[given.purpose] = {'id': given.template, 'fields': fields, **lasting}
    attribute = getattr(Account, way)
    account.update(actions=[attribute.set(chosen) if chosen else attribute.remove()], condition=Account.id.exists())
    actions.forget()
    told = f'no {given.by}' if given.off else f'this {given.by}, with {", ".join(fields)}'
    print(f'{account.id}: residents are told of a {given.purpose} by {told}.')
    print('Functions that are running know it within a minute.')
    return 0


def _fields(text: str) -> Mapping[str, str]:
    """What stands in which field; '' for the field where the `=` is missing."""
    pairs = (part.partition('=') for part in text.split(',') if part)
    return {name.strip(): field.strip() for name, _, field in pairs}


def _problems(given: argparse.Namespace, account: Account, fields: Mapping[str, str]) -> Iterator[str]:
    yield from secret_values.problems({'template': given.template}, FORMATS)
    if account.kind != 'service' or not account.verified:
        yield f'id: {account.id} is no verified service account, and no other may send a {given.by}'
    names = PURPOSES[given.purpose]
    wrong = [name for name, field in fields.items() if name not in names or not _FIELD.fullmatch(field)]
    if not fields or wrong or len(set(fields.values())) < len(fields):
        yield f'fields: each as what=thing1, each field once, names out of {", ".join(names)}'
    if given.long_term and given.by != 'notification':
        yield '--long-term: of a notification only'
