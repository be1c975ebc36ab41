"""Official Accounts: list them, add one, change an EncodingAESKey, or choose what staff are alerted with.

Secrets are asked for without showing them, or taken from a JSON file (--secrets-file); they are never arguments,
which shells and process lists remember.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from chalicelib import settings
from chalicelib.alliance import actions, credentials
from chalicelib.alliance.records import Account
from chalicelib.wechat.credentials import Credentials
from ops import command, resources, secret_values, verify_files
from ops.secret_values import Unfit

# field: what it must look like, and how that is said
FORMATS = {
    'id': (r'[a-z0-9-]{1,64}', 'small ASCII letters, digits and hyphens: it stands in the callback URL'),
    'name': (r'\S.{0,29}', '1 to 30 characters'),
    'original_id': (r'gh_[0-9a-z]{6,24}', 'gh_ and the letters and digits of 公众号设置 → 原始ID'),
    'app_id': (r'wx[0-9a-f]{16}', 'wx and 16 hexadecimal digits'),
    'secret': (r'[0-9a-f]{32}', '32 hexadecimal digits'),
    'token': (r'[A-Za-z0-9]{3,32}', '3 to 32 letters and digits'),
    'aes_key': (r'[A-Za-z0-9+/]{43}', '43 letters and digits, the EncodingAESKey of the console'),
    'template': (r'[\w-]{20,64}', 'the 模板ID of the console, 43 letters, digits, - and _'),
    'fields': (r'[a-z_]+\d{1,2},[a-z_]+\d{1,2}', 'two fields of the template, as thing1,time2'),
}
SECRETS = ('secret', 'token', 'aes_key')


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    command.use(given.stage)
    credentials.forget()
    try:
        return int(given.do(given))
    except Unfit as unfit:
        return command.refuse(unfit.problems)


def _parser() -> argparse.ArgumentParser:
    parser = command.parser('accounts', __doc__)
    does = parser.add_subparsers(required=True, metavar='what')
    does.add_parser('list', help='all accounts, and whether their secrets are there').set_defaults(do=show)
    # No abbreviations: `--secret x` must not be taken for --secrets-file, and its value printed as a name.
    added = does.add_parser('add', help='an account that is not there yet', allow_abbrev=False)
    added.set_defaults(do=add)
    added.add_argument('id', help='unit code or slug; the callback will be …/wechat/<id>')
    added.add_argument('--name', required=True, help='as WeChat shows it: 仙游路社区')
    added.add_argument('--unit', required=True, help='the unit that answers')
    added.add_argument('--kind', required=True, choices=('subscription', 'service'))
    added.add_argument('--mode', default='safe', choices=('plain', 'compatible', 'safe'), help='safe if not given')
    added.add_argument('--verified', action='store_true', help='it is certified and may send customer-service messages')
    added.add_argument('--original-id', help='gh_…')
    added.add_argument('--app-id', required=True, help='wx…')
    added.add_argument('--secrets-file', type=Path, help='JSON with secret, token and aes_key instead of being asked')
    rotated = does.add_parser(
        'rotate-key', help='a new EncodingAESKey; the present one stays valid beside it', allow_abbrev=False
    )
    rotated.set_defaults(do=rotate_key)
    rotated.add_argument('id', help='as `list` shows it')
    rotated.add_argument('--secrets-file', type=Path, help='JSON with aes_key instead of being asked')
    chosen = does.add_parser('template', help='the template message by which staff hear that somebody waits')
    chosen.set_defaults(do=choose_template)
    chosen.add_argument('id', help='a verified service account, as `list` shows it')
    chosen.add_argument('--template', required=True, help='the 模板ID of the console')
    chosen.add_argument('--fields', required=True, help='its fields for what happened and until when: thing1,time2')
    verify_files.register(does)
    return parser


def show(given: argparse.Namespace) -> int:
    print('id', 'name', 'kind', 'verified', 'mode', 'unit', 'secrets', sep='\t')
    for account in actions.accounts():
        verified = 'verified' if account.verified else 'not verified'
        there = 'there' if _known(account.id) else 'missing'
        print(account.id, account.name, account.kind, verified, account.mode, account.unit, there, sep='\t')
    return 0


def add(given: argparse.Namespace) -> int:
    fields = {'id': given.id, 'name': given.name, 'original_id': given.original_id, 'app_id': given.app_id}
    problems = [*secret_values.problems(fields, FORMATS), *command.unknown_units([given.unit])]
    if actions.account(given.id):
        problems.append(f'id: there is an account {given.id} already')
    if problems:
        raise Unfit(*problems)
    shared = Credentials(given.app_id, **secret_values.ask(SECRETS, given.secrets_file, FORMATS))
    _keep(given.id, shared)  # first the secrets: the door opens with the account
    Account(
        given.id, name=given.name, kind=given.kind, verified=given.verified, mode=given.mode, unit=given.unit,
        original_id=given.original_id,
    ).save(Account.id.does_not_exist())  # fmt: skip
    print(f'{given.id} is added. In the console (设置与开发 → 基本配置) set the server URL to')
    print(f'    …/wechat/{given.id}, with the same token and EncodingAESKey and the mode {given.mode}.')
    print('Functions that are running know it within a minute.')
    return 0


def rotate_key(given: argparse.Namespace) -> int:
    shared = _known(given.id)
    if shared is None:
        raise Unfit(f'id: there are no secrets for {given.id}; `list` shows all accounts')
    new = secret_values.ask(('aes_key',), given.secrets_file, FORMATS)['aes_key']
    if new in shared.aes_keys:
        raise Unfit('aes_key: this is the present key, or the one before it')
    _keep(given.id, replace(shared, aes_key=new, previous_aes_key=shared.aes_key))
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
    print('Functions that are running know it within a minute.')
    return 0


def _known(account_id: str) -> Credentials | None:
    try:
        return credentials.credentials(account_id)
    except credentials.Unknown:
        return None


def _keep(account_id: str, shared: Credentials) -> None:
    values = {name: value for name, value in asdict(shared).items() if value}
    resources.put_secret(settings.account_parameter(account_id), json.dumps(values))


if __name__ == '__main__':
    sys.exit(main())
