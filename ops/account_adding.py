"""One Official Account more: its secrets first, since the door opens with its row; then whoever follows it already."""

import argparse
from pathlib import Path
from typing import Any

from chalicelib.alliance import actions
from chalicelib.alliance.records import Account
from chalicelib.wechat.credentials import Credentials
from ops import account_fields, command, followers, secret_values, where
from ops.account_fields import FORMATS, KINDS, MODES, SECRETS
from ops.secret_values import Unfit


def register(does: Any) -> None:
    """The subcommand of `ops.accounts`."""
    # No abbreviations: `--secret x` must not be taken for --secrets-file, and its value printed as a name.
    parser = does.add_parser('add', help='an account that is not there yet', allow_abbrev=False)
    parser.set_defaults(do=add)
    parser.add_argument('id', help='unit code or slug; the callback will be …/wechat/<id>')
    parser.add_argument('--name', required=True, help='as WeChat shows it: 仙游路社区')
    parser.add_argument('--unit', required=True, help='the unit that answers')
    parser.add_argument('--kind', required=True, choices=KINDS)
    parser.add_argument('--mode', default='safe', choices=MODES, help='safe if not given')
    parser.add_argument(
        '--verified', action='store_true', help='it is certified and may send customer-service messages'
    )
    parser.add_argument('--original-id', help='gh_…')
    parser.add_argument('--app-id', required=True, help='wx…')
    parser.add_argument('--secrets-file', type=Path, help='JSON with secret, token and aes_key instead of being asked')
    parser.add_argument('--no-followers', action='store_true', help='do not take in whoever follows it already')


def add(given: argparse.Namespace) -> int:
    fields = {'id': given.id, 'name': given.name, 'original_id': given.original_id, 'app_id': given.app_id}
    problems = [*secret_values.problems(fields, FORMATS), *command.unknown_units([given.unit])]
    if actions.account(given.id):
        problems.append(f'id: there is an account {given.id} already')
    if problems:
        raise Unfit(*problems)
    shared = Credentials(given.app_id, **secret_values.ask(SECRETS, given.secrets_file, FORMATS))
    account_fields.keep(given.id, shared)
    account = Account(
        given.id, name=given.name, kind=given.kind, verified=given.verified, mode=given.mode, unit=given.unit,
        original_id=given.original_id,
    )  # fmt: skip
    account.save(Account.id.does_not_exist())
    actions.forget()
    print(f'{given.id} is added. In the console (设置与开发 → 基本配置) set the server URL to')
    print(f'    {where.shown()}/wechat/{given.id}, with the same token and EncodingAESKey and the mode {given.mode}.')
    print('Functions that are running know it within a minute.')
    if not given.no_followers:
        followers.take_in(account)  # where it fails, the account is there all the same, and the night repairs it
    return 0
