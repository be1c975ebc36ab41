"""Bring rows of one table back as they were at a moment of the last 35 days. The product may go on working.

What happens, in this order:
1. DynamoDB restores the table to that moment, into a copy beside it: this takes from minutes to hours. Nothing of the
   product reads the copy. Run again with the same moment, the command goes on with the copy that is there.
2. Whoever was erased, by the ledger as it is now, is erased from the copy.
3. It is counted what would change, and you are asked.
4. Rows that are missing in the live table are put back, each on the condition that it is still missing. A row that is
   there stays as it is, and is counted where it differs. With --overwrite it is taken from the copy too, unless it was
   written after the moment (conversations and messages say when; units and accounts do not: all that differ are taken;
   of the other tables none ever is). Rows past their time are not brought back, rows that came since are not removed.
5. Deadlines are set again wherever a conversation names one that is not there: nobody waits without an alarm.
6. Whoever was erased while this ran is erased again, and the copy is deleted.

It can be stopped anywhere and run again. If several were lost: messages first, then conversations, then deadlines.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib import clock, settings
from chalicelib.bookings import restoring as bookings
from chalicelib.privacy import ordered
from chalicelib.privacy.restoring import Ledger
from ops import command, moments, point_in_time, restorable, tables, waking
from ops.merging import DIFFERS, MISSING, Job, Merge
from ops.point_in_time import Unfit

_WAKES = ('conversations', 'deadlines')
_RATE = 100.0


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    command.use(given.stage)
    try:
        return _restore(given)
    except Unfit as unfit:
        return command.refuse([str(unfit)])


def _parser() -> argparse.ArgumentParser:
    parser = command.parser('restore', __doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    lines = [f'  {name}: {table.how}' for name, table in restorable.TABLES.items()]
    lines += [f'  {name}: never. {why[0].upper()}{why[1:]}.' for name, why in restorable.REFUSED.items()]
    parser.epilog = '\n'.join(['tables:', *lines])
    parser.add_argument('table', help='one of those below')
    parser.add_argument('--to', required=True, type=moments.moment, help='the moment: 2026-11-24T03:00, Beijing time')
    parser.add_argument('--overwrite', action='store_true', help='also rows that differ, see 4.')
    parser.add_argument('--yes', action='store_true', help='do not ask')
    parser.add_argument('--from-copy', metavar='NAME', help='begin at 2. with this copy, which was restored to --to')
    parser.add_argument('--keep-copy', action='store_true', help='delete it yourself: it holds what the table holds')
    parser.add_argument('--rate', type=float, default=_RATE, help=f'rows written in a second, {_RATE:g} if not given')
    return parser


def _restore(given: argparse.Namespace) -> int:
    if problems := _problems(given):
        return command.refuse(problems)
    client, live, now = point_in_time.client(), settings.table_name(given.table), clock.now()
    copy = given.from_copy or _copied(client, live, given.to)
    if not point_in_time.exists(client, copy):
        raise Unfit(f'--from-copy: there is no table {copy}')
    model = next(one for one in tables.models() if getattr(one.Meta, 'table', '') == given.table)
    job = Job(given.table, copy, given.to, given.overwrite, given.rate)
    merge, ledger = Merge(client, job, model), Ledger.read()
    print(f'{merge.erase(ledger)} rows of residents who were erased are erased from the copy', flush=True)
    merge.survey(ledger, now)
    _tell(merge, given)
    if not given.yes and not command.confirmed(f'Write to {live}?'):
        print(f'Nothing is written. The copy stays: --from-copy {copy}')
        return 2
    merge.carry_out(ledger, now)
    print(f'written; {_said(merge)}', flush=True)
    _afterwards(given.table, ledger)
    if given.keep_copy:
        print(f"The copy stays, costs, and holds residents' words: {copy}")
    else:
        point_in_time.delete(client, copy, live)
        print(f'{copy} is deleted')
    return 0


def _problems(given: argparse.Namespace) -> list[str]:
    problems, live = command.without_bucket(), settings.table_name(given.table)
    if given.table in restorable.REFUSED:
        problems.append(f'{given.table} is never restored: {restorable.REFUSED[given.table]}')
    elif given.table not in restorable.TABLES:
        problems.append(f'table: one of {", ".join(restorable.TABLES)}')
    if given.to > clock.now():
        problems.append('--to: it is in the future')
    if given.from_copy and not point_in_time.is_copy_of(given.from_copy, live):
        problems.append(f'--from-copy: the name of a copy of this table begins with {live}-restored-')
    if given.rate <= 0:
        problems.append('--rate: more than 0')
    return problems


def _copied(client: Any, live: str, moment: datetime) -> str:
    """The copy; only within the window is one begun."""
    if not point_in_time.exists(client, point_in_time.copy_name(live, moment)):
        if problem := point_in_time.window(client, live).refuses(moment):
            raise Unfit(problem)
        print(f'restoring {live} to {point_in_time.copy_name(live, moment)}: minutes to hours', flush=True)
    return point_in_time.restore(client, live, moment)


def _tell(merge: Merge, given: argparse.Namespace) -> None:
    print(f'in the copy: {_said(merge)}')
    overwrites = given.overwrite and restorable.TABLES[given.table].overwrites
    print(
        f'missing rows are put back; differing ones are {"taken from the copy" if overwrites else "left as they are"}'
    )
    for name in merge.differing[:20]:
        print(f'differs: {name}')


def _said(merge: Merge) -> str:
    counted = {MISSING: 0, DIFFERS: 0} | merge.outcomes
    return ', '.join(f'{number} {words}' for words, number in counted.items())


def _afterwards(table: str, ledger: Ledger) -> None:
    now = clock.now()
    if table in _WAKES:
        print(f'{waking.set_again(now)} deadlines that were missing are set again', flush=True)
    if table == 'bookings':
        print(f'{bookings.take_again(now)} open bookings have their cells again', flush=True)
    since = Ledger.read().new_since(ledger)
    if since is not None:
        again = sum(bool(done.messages or done.files) for done in ordered.forget_again(since, now))
        print(f'{again} who were erased meanwhile are erased again')


if __name__ == '__main__':
    sys.exit(main())
