"""Erase residents: one on request, or again all who had been forgotten, after tables were restored from a backup."""

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from chalicelib import clock, settings
from chalicelib.alliance import actions as alliance
from chalicelib.privacy import ordered
from ops import command

_OPENID = r'[A-Za-z0-9_-]{1,64}'  # as WeChat writes them


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    command.use(given.stage)
    return int(given.do(given))


def _parser() -> argparse.ArgumentParser:
    parser = command.parser('forget', __doc__)
    does = parser.add_subparsers(required=True, metavar='what')
    again = does.add_parser('again', help='after a restore; reads the ledger, all conversations and all lines')
    again.add_argument('--since', required=True, type=_moment, help='the moment of the backup: 2026-11-23T22:10+08:00')
    again.set_defaults(do=forget_again)
    one = does.add_parser('one', help='everything of one resident, also what is open; it cannot be undone')
    one.add_argument('--account', required=True, help='id of the Official Account')
    one.add_argument('--openid', required=True, help="the resident's openid there")
    one.set_defaults(do=forget_one)
    return parser


def _moment(text: str) -> datetime:
    """Without a zone it is Beijing's time."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=clock.BEIJING)).astimezone(UTC)


def _unset() -> list[str]:
    """Files go too: without the bucket nothing is begun."""
    try:
        settings.media_bucket()
    except KeyError:
        return ['WEILIN_MEDIA_BUCKET: not set; it names the bucket whose files go too']
    return []


def forget_again(given: argparse.Namespace) -> int:
    if problems := _unset():
        return command.refuse(problems)
    forgotten = 0
    print('resident', 'messages', 'files', sep='\t')
    for done in ordered.forget_again(given.since, clock.now()):
        if done.messages or done.files:
            print(done.resident[:16], done.messages, done.files, sep='\t')
            forgotten += 1
    print(f'{forgotten} came back and are forgotten again')
    return 0


def forget_one(given: argparse.Namespace) -> int:
    problems = _unset()
    if alliance.account(given.account) is None:
        problems.append(f'--account: there is no account {given.account}')
    if not re.fullmatch(_OPENID, given.openid):
        problems.append('--openid: 1 to 64 letters, digits, - and _')
    if problems:
        return command.refuse(problems)
    done = ordered.forget_now(f'{given.account}#{given.openid}', clock.now())
    print(f'forgotten: {done.messages} messages, {done.files} files; in the ledger as {done.resident[:16]}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
