"""Set an Official Account's menu: its three buttons, from ops/data/menu.json."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib.alliance import actions
from chalicelib.alliance.credentials import Unknown, credentials
from chalicelib.wechat import errors
from chalicelib.wechat.client import client_for
from ops import command

MENU = Path(__file__).with_name('data') / 'menu.json'


def main(argv: Sequence[str] | None = None) -> int:
    parser = command.parser('menu', __doc__)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument('--account', action='append', help='an account by its id; may be repeated')
    which.add_argument('--all', action='store_true', help='every verified account of the deployment')
    given = parser.parse_args(argv)
    command.use(given.stage)
    verified = [account.id for account in actions.accounts() if actions.may_send(account)]
    return set_menus(verified if given.all else given.account)


def set_menus(account_ids: Sequence[str]) -> int:
    """Set the menu of each account; what fails is said and does not stop the others."""
    failed = 0
    for account_id in account_ids:
        try:
            set_menu(account_id)
        except (Unknown, errors.Failed) as error:
            failed += 1
            print(f'{account_id}: not set: {type(error).__name__} {error}', file=sys.stderr)
        else:
            print(f'{account_id}: set')
    return 1 if failed else 0


def set_menu(account_id: str) -> None:
    """Phones show it at once after the account is opened anew, others within a day."""
    client_for(credentials(account_id)).create_menu(json.loads(MENU.read_text()))


if __name__ == '__main__':
    sys.exit(main())
