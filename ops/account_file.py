"""Add all accounts of a file. Run again with the same file it changes nothing, and goes on where it was cut off."""

import argparse
import getpass
from pathlib import Path
from typing import Any

from chalicelib.alliance import actions
from chalicelib.alliance.records import Account
from chalicelib.wechat.credentials import Credentials
from ops import account_fields, account_list, followers, secret_values, where
from ops.account_fields import FORMATS
from ops.account_list import Entry
from ops.secret_values import Unfit

_MAKE = {'token': account_fields.new_token, 'aes_key': account_fields.new_aes_key}


def register(does: Any) -> None:
    """The subcommand of `ops.accounts`."""
    parser = does.add_parser('add-all', help='the accounts of a file, as ops/data/accounts.example.toml')
    parser.set_defaults(do=run)
    parser.add_argument('file', type=Path, help='TOML, or JSON by its name; readable by you alone if it holds secrets')
    parser.add_argument('--no-followers', action='store_true', help='do not take in whoever follows them already')


def run(given: argparse.Namespace) -> int:
    entries = account_list.read(given.file)
    typed = _ask_for_missing(entries)
    added = [account for entry in entries if (account := _add(entry, typed.get(entry.id)))]
    actions.forget()
    print(f'{len(added)} accounts are new, {len(entries) - len(added)} were there.')
    if added:
        print('Functions that are running know the new ones within a minute; then enter URL and Token in the console.')
    for account in added:
        if account.verified and not given.no_followers:
            followers.take_in(account)
    return 0


def _ask_for_missing(entries: list[Entry]) -> dict[str, str]:
    """AppSecrets by account: WeChat makes them, so of those neither stored nor in the file somebody has to know."""
    wanted = [entry.id for entry in entries if 'secret' not in entry.secrets and not account_fields.known(entry.id)]
    typed = {id: getpass.getpass(f'secret of {id} (not shown): ').strip() for id in wanted}
    wrong = [f'{id}: {problem}' for id, value in typed.items() for problem in _wrong(value)]
    if wrong:
        raise Unfit(*wrong)
    return typed


def _wrong(secret: str) -> list[str]:
    return secret_values.problems({'secret': secret}, FORMATS)


def _add(entry: Entry, typed: str | None) -> Account | None:
    """The account, if it was not there. What was made here is shown before its row stands: after that, never again."""
    shared, there = account_fields.known(entry.id), actions.account(entry.id)
    made = {} if shared else {name: make() for name, make in _MAKE.items() if name not in entry.secrets}
    if shared is None:
        values = entry.secrets | made | ({'secret': typed} if typed else {})
        account_fields.keep(entry.id, Credentials(entry.app_id, **values))
    if there and not made:
        print(f'{entry.id}: as it was' if shared else f'{entry.id}: its secrets were missing and are stored')
        return None
    _show(entry, made or _made_before(entry, shared))
    if there:
        print(f'{entry.id}: its secrets were missing and are stored')
        return None
    account = account_list.row(entry)
    account.save(Account.id.does_not_exist())
    print(f'{entry.id}: added')
    return account


def _made_before(entry: Entry, shared: Credentials | None) -> dict[str, str]:
    """Of a run that was cut off between secrets and row: what it may not have shown."""
    return {name: getattr(shared, name) for name in _MAKE if name not in entry.secrets} if shared else {}


def _show(entry: Entry, made: dict[str, str]) -> None:
    print(account_fields.for_the_console(entry.id, where.shown(), made, entry.fields['mode']), flush=True)
