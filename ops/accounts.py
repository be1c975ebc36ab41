"""Official Accounts: list, add, check against WeChat, change, remove.

Secrets are asked for without showing them, or taken from a file; they are never arguments, which shells and process
lists remember.
"""

import argparse
import sys
from collections.abc import Sequence

from chalicelib.alliance import actions, credentials
from ops import (
    account_adding,
    account_changes,
    account_checks,
    account_fields,
    account_file,
    account_templates,
    command,
    followers,
    verify_files,
)
from ops.secret_values import Unfit


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
    for part in (
        account_adding,
        account_file,
        account_checks,
        followers,
        account_changes,
        account_templates,
        verify_files,
    ):
        part.register(does)
    return parser


def show(given: argparse.Namespace) -> int:
    print('id', 'name', 'kind', 'verified', 'mode', 'unit', 'secrets', sep='\t')
    for account in actions.accounts():
        verified = 'verified' if account.verified else 'not verified'
        there = 'there' if account_fields.known(account.id) else 'missing'
        print(account.id, account.name, account.kind, verified, account.mode, account.unit, there, sep='\t')
    return 0


if __name__ == '__main__':
    sys.exit(main())
