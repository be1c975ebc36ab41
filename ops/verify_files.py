"""MP_verify_….txt, the file WeChat's console gives for a domain: kept with its account, served at the domain's root."""

import argparse
import re
from pathlib import Path
from typing import Any

from chalicelib.alliance import actions, verify_files
from chalicelib.alliance.records import Account
from ops.secret_values import Unfit

_MOST_BYTES = 1000  # what is longer is some other file


def register(does: Any) -> None:
    """The subcommand of `ops.accounts`."""
    parser = does.add_parser(
        'verify-file', help='serve the MP_verify_….txt of the console at the root of our domain', allow_abbrev=False
    )
    parser.set_defaults(do=keep)
    parser.add_argument('id', help='as `list` shows it')
    parser.add_argument('file', type=Path, help='as it was downloaded: MP_verify_ and 16 letters and digits, .txt')


def keep(given: argparse.Namespace) -> int:
    account, name = actions.account(given.id), given.file.name
    problems = [] if account else [f'id: there is no account {given.id}; `list` shows all accounts']
    if not re.fullmatch(verify_files.NAME, name):
        problems.append('file: its name must be MP_verify_, 16 letters and digits, .txt, as WeChat gave it')
    content = _content(given.file, problems)
    if account is None or problems:
        raise Unfit(*problems)
    account.refresh(consistent_read=True)
    account.update(actions=[Account.verify_files.set({**(account.verify_files or {}), name: content})])
    print(f'{given.id}: {name} is kept. Within a minute it is at the root of the domain:')
    print(f'    https://<your domain>/{name}')
    print('Open it there, then press 保存 in the console. It stays; the console may ask for it again.')
    return 0


def _content(file: Path, problems: list[str]) -> str:
    try:
        with file.open('rb') as opened:
            content = opened.read(_MOST_BYTES).decode('ascii', 'replace').strip()
    except OSError as error:
        problems.append(f'file: {file}: {error.strerror}')
        return ''
    if not re.fullmatch(verify_files.CONTENT, content):
        problems.append('file: WeChat writes 1 to 64 letters and digits into it, and nothing else')
    return content
