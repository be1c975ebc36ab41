"""What can be changed of an account that is there: its fields, its secrets, the template; and taking it away."""

import argparse
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from chalicelib import aws, settings
from chalicelib.alliance import actions, credentials
from chalicelib.alliance.records import Account
from chalicelib.inbox import actions as inbox
from chalicelib.wechat.credentials import Credentials
from ops import account_fields, command, secret_values
from ops.account_fields import FORMATS, KINDS, MODES
from ops.secret_values import Unfit

_WITHIN_A_MINUTE = 'Functions that are running know it within a minute.'
_CHANGED = ('name', 'unit', 'kind', 'mode', 'verified', 'original_id')
_REPLACED = ('secret', 'token')
# What else has to happen, and where.
ALSO = {
    'mode': 'Set the same mode in the console now: until both agree, messages are refused.',
    'unit': 'Of residents who have written before, home stays the unit they had.',
    'secret': 'Running functions use the new AppSecret within five minutes.',
    'token': 'Wait five minutes, then enter the new Token in the console: until both agree, messages are refused.',
}


def register(does: Any) -> None:
    """The subcommands of `ops.accounts`."""
    changed = does.add_parser('set', help='change what is given', allow_abbrev=False)
    changed.set_defaults(do=change)
    changed.add_argument('--name', help='as WeChat shows it')
    changed.add_argument('--unit', help='the unit that answers')
    changed.add_argument('--kind', choices=KINDS)
    changed.add_argument('--mode', choices=MODES)
    changed.add_argument('--verified', action=argparse.BooleanOptionalAction, help='whether it is certified')
    changed.add_argument('--original-id', help='gh_…')
    replaced = does.add_parser('secrets', help='another AppSecret or token: asks for them', allow_abbrev=False)
    replaced.set_defaults(do=replace_secrets)
    rotated = does.add_parser(
        'rotate-key', help='a new EncodingAESKey; the present one stays valid beside it', allow_abbrev=False
    )
    rotated.set_defaults(do=rotate_key)
    removed = does.add_parser('remove', help='the account and its secrets; what residents wrote stays its time')
    removed.set_defaults(do=remove)
    removed.add_argument('--yes', action='store_true', help='do not ask')
    for each in (changed, replaced, rotated, removed):
        each.add_argument('id', help='as `list` shows it')
    replaced.add_argument('what', nargs='+', choices=_REPLACED, help='which of them')
    for each in (replaced, rotated):
        each.add_argument('--secrets-file', type=Path, help='JSON with the values instead of being asked')
    chosen = does.add_parser('template', help='the template message by which staff hear that somebody waits')
    chosen.set_defaults(do=choose_template)
    chosen.add_argument('id', help='a verified service account, as `list` shows it')
    chosen.add_argument('--template', required=True, help='the 模板ID of the console')
    chosen.add_argument('--fields', required=True, help='its fields for what happened and until when: thing1,time2')


def change(given: argparse.Namespace) -> int:
    account = account_fields.find(given.id)
    wanted = {name: getattr(given, name) for name in _CHANGED if getattr(given, name) is not None}
    problems = secret_values.problems(
        {name: value for name, value in wanted.items() if name in ('name', 'original_id')}, FORMATS
    )
    problems += command.unknown_units([given.unit] if given.unit else [])
    if problems or not wanted:
        raise Unfit(*(problems or ['nothing to change was given']))
    account.update(
        actions=[getattr(Account, name).set(value) for name, value in wanted.items()], condition=Account.id.exists()
    )
    actions.forget()
    print(f'{account.id}: {", ".join(wanted)} changed. {_WITHIN_A_MINUTE}')
    _say_also(wanted)
    return 0


def replace_secrets(given: argparse.Namespace) -> int:
    shared = _shared(given.id)
    new = secret_values.ask(tuple(dict.fromkeys(given.what)), given.secrets_file, FORMATS)
    same = [f'{name}: this is the present one' for name, value in new.items() if getattr(shared, name) == value]
    if same:
        raise Unfit(*same)
    account_fields.keep(given.id, replace(shared, **new))
    print(f'{given.id}: {", ".join(new)} stored.')
    _say_also(new)
    return 0


def rotate_key(given: argparse.Namespace) -> int:
    shared = _shared(given.id)
    new = secret_values.ask(('aes_key',), given.secrets_file, FORMATS)['aes_key']
    if new in shared.aes_keys:
        raise Unfit('aes_key: this is the present key, or the one before it')
    account_fields.keep(given.id, replace(shared, aes_key=new, previous_aes_key=shared.aes_key))
    print(f'{given.id}: the new key is stored, the present one stays valid beside it.')
    print('Wait five minutes, until every running function has read both. Then enter the new key in the console.')
    return 0


def choose_template(given: argparse.Namespace) -> int:
    account = actions.account(given.id)
    problems = secret_values.problems({'template': given.template, 'fields': given.fields}, FORMATS)
    if account is None:
        problems.append(f'id: there is no account {given.id}; `list` shows all accounts')
    elif account.kind != 'service' or not account.verified:
        problems.append(f'id: {given.id} is no verified service account, and no other may send template messages')
    if account is None or problems:
        raise Unfit(*problems)
    names = given.fields.split(',')
    account.update(actions=[Account.alert_template.set(given.template), Account.alert_fields.set(names)])
    print(f'{given.id}: staff bound to this account are alerted by the template, with {" and ".join(names)}.')
    print(_WITHIN_A_MINUTE)
    return 0


def remove(given: argparse.Namespace) -> int:
    """The row first: with it the door closes."""
    account = account_fields.find(given.id)
    if problems := _needed_by(account):
        raise Unfit(*problems)
    if not given.yes and not command.confirmed(
        f'{account.id} {account.name}: nothing it is sent will be answered any more, and its secrets are deleted.'
    ):
        print('Nothing was done.')
        return 1
    account.delete()
    ssm = aws.client('ssm')
    with suppress(ssm.exceptions.ParameterNotFound):
        ssm.delete_parameter(Name=settings.account_parameter(account.id))
    actions.forget()
    credentials.forget()
    print(f'{account.id} is removed. {_WITHIN_A_MINUTE}')
    print('In the console take the server URL away (停用). What residents wrote goes when its time is over.')
    return 0


def _needed_by(account: Account) -> list[str]:
    """Who would be left without an answer, or without a way in."""
    waiting = sum(row.account == account.id for unit in actions.units() for row in inbox.waiting(unit.id))
    bound = sum(member.account == account.id for member in actions.members())
    problems = [f'{account.id}: {waiting} conversations wait; answer or close them first'] if waiting else []
    if bound:
        problems.append(
            f'{account.id}: {bound} of the staff sign in by it; invite them again for another account first'
        )
    return problems


def _shared(account_id: str) -> Credentials:
    shared = account_fields.known(account_id)
    if shared is None:
        raise Unfit(f'id: there are no secrets for {account_id}; `list` shows all accounts')
    return shared


def _say_also(changed: Any) -> None:
    for name in changed:
        if name in ALSO:
            print(ALSO[name])
