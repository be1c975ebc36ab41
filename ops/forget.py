"""Erase residents: one on request, or again all who had been forgotten, after tables were restored from a backup."""

import argparse
import sys
from collections.abc import Sequence

from chalicelib import clock
from chalicelib.privacy import ordered
from ops import command, dead_queues, moments, residents


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    command.use(given.stage)
    return int(given.do(given))


def _parser() -> argparse.ArgumentParser:
    parser = command.parser('forget', __doc__)
    does = parser.add_subparsers(required=True, metavar='what')
    again = does.add_parser('again', help='after a restore; reads the ledger, all conversations and all lines')
    again.add_argument(
        '--since', required=True, type=moments.moment, help='the moment of the backup: 2026-11-23T22:10+08:00'
    )
    again.set_defaults(do=forget_again)
    one = does.add_parser('one', help='everything of one resident, also what is open; it cannot be undone')
    residents.add_arguments(one)
    one.set_defaults(do=forget_one)
    return parser


def forget_again(given: argparse.Namespace) -> int:
    if problems := command.without_bucket():
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
    """Her dead letters go too; what a worker has in hand finds nothing of her any more."""
    problems, resident = command.without_bucket(), None
    try:
        resident = residents.given_by(given)
    except residents.Unclear as unclear:
        problems += unclear.problems
    if resident is None or problems:
        return command.refuse(problems)
    done = ordered.forget_now(resident.conversation, clock.now())
    letters = dead_queues.drop_of(done.resident)
    files = f'{done.messages} messages, {done.files} files, {letters} dead letters'
    print(f'forgotten: {files}; in the ledger as {done.resident[:16]}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
