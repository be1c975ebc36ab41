"""Dead letters: jobs that failed until SQS put them aside. See them, put them back, or drop one beyond repair.

Mend first what they died of (the log of that time says it), then put them back: each is sent to its own queue again,
then deleted here. Nothing that is printed holds a resident's words or openid.

SQS can move dead letters by itself (StartMessageMoveTask). It is not used: it moves a whole queue, never one message;
the documentation of the China regions still has pages by which FIFO queues are not supported, and `late` is one; what
it has moved it does not name; and the local AWS does not have it. Here the queues are short.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime

from chalicelib import clock
from ops import command
from ops.dead_queues import NAMES, DeadQueue, Missing

_SHOWN = ('key', 'kind', 'format', 'at', 'received_at', 'maybe_given')  # of a job: no words, no openid


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    command.use(given.stage)
    try:
        return int(given.do(given))
    except Missing as missing:
        return command.refuse([f'--stage: there is no queue {missing}'])


def _parser() -> argparse.ArgumentParser:
    parser = command.parser('dead_letters', __doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    does = parser.add_subparsers(required=True, metavar='what')
    listed = does.add_parser('list', help='how many, since when, and each by its id')
    listed.add_argument('queue', nargs='?', choices=NAMES, help='only this one')
    listed.set_defaults(do=show_all)
    shown = does.add_parser('show', help='one of them, without its contents')
    shown.add_argument('queue', choices=NAMES)
    shown.add_argument('--id', required=True, help='as `list` shows it')
    shown.set_defaults(do=show)
    replayed = does.add_parser('replay', help='put back into its own queue')
    replayed.add_argument('queue', choices=NAMES)
    which = replayed.add_mutually_exclusive_group(required=True)
    which.add_argument('--id', action='append', help='as `list` shows it; may be repeated')
    which.add_argument('--all', action='store_true', help='all that are there')
    replayed.set_defaults(do=replay)
    dropped = does.add_parser('drop', help='delete one for good: what it was to do is never done')
    dropped.add_argument('queue', choices=NAMES)
    dropped.add_argument('--id', required=True, help='as `list` shows it')
    dropped.add_argument('--yes', action='store_true', help='do not ask')
    dropped.set_defaults(do=drop)
    return parser


def show_all(given: argparse.Namespace) -> int:
    now, queues = clock.now(), [DeadQueue(name) for name in ([given.queue] if given.queue else NAMES)]
    found = [(queue, queue.count(), queue.look()) for queue in queues]
    print('queue', 'dead', 'oldest', sep='\t')
    for queue, count, letters in found:
        oldest = _age(letters[0].sent_at, now) if letters else '-'
        print(queue.name, max(count, len(letters)), oldest, sep='\t')
    print()
    print('queue', 'id', 'age', 'received', 'account', 'resident', sep='\t')
    for queue, count, letters in found:
        for letter in letters:
            age, resident = _age(letter.sent_at, now), letter.resident[:16] or '-'
            print(queue.name, letter.id, age, letter.received, letter.account or '-', resident, sep='\t')
        if count > len(letters):
            print(f'{queue.name}: {count - len(letters)} more stand behind these, or are being looked at just now')
    return 0


def show(given: argparse.Namespace) -> int:
    queue, now = DeadQueue(given.queue), clock.now()
    letter = next((one for one in queue.look() if one.id == given.id), None)
    if letter is None:
        return _unknown(given.queue, [given.id])
    print('queue', queue.name, sep='\t')
    print('id', letter.id, sep='\t')
    print('sent', f'{letter.sent_at.isoformat()} ({_age(letter.sent_at, now)} ago)', sep='\t')
    print('received', f'{letter.received} times, looking at it included', sep='\t')
    print('account', letter.account or '-', sep='\t')
    print('resident', letter.resident[:16] or '-', sep='\t')
    for name in _SHOWN:
        if name in letter.job:
            print(name, letter.job[name], sep='\t')
    print('bytes', len(letter.message['Body'].encode()), sep='\t')
    return 0


def replay(given: argparse.Namespace) -> int:
    queue, wanted = DeadQueue(given.queue), set(given.id or ())
    if missing := wanted - {letter.id for letter in queue.look()} if wanted else wanted:
        return _unknown(given.queue, sorted(missing))
    done = 0
    for letter in queue.replay(None if given.all else wanted):
        print(letter.id, 'put back', sep='\t', flush=True)
        done += 1
    print(f'{done} put back into {given.queue}')
    return 0


def drop(given: argparse.Namespace) -> int:
    queue = DeadQueue(given.queue)
    letter = next((one for one in queue.look() if one.id == given.id), None)
    if letter is None:
        return _unknown(given.queue, [given.id])
    who = f'account {letter.account or "-"}, resident {letter.resident[:16] or "-"}'
    if not given.yes and not command.confirmed(f'{given.queue}: delete {letter.id} ({who}) for good?'):
        return command.refuse(['nothing is deleted'])
    queue.drop(lambda one: one.id == given.id)
    print(f'{letter.id} is deleted')
    return 0


def _unknown(queue: str, ids: Sequence[str]) -> int:
    behind = ' (of a group ten are seen; those behind come when these are gone)' if queue.endswith('.fifo') else ''
    return command.refuse([f'--id: {id} is not among the dead letters of {queue}{behind}' for id in ids])


def _age(at: datetime, now: datetime) -> str:
    minutes = max(0, int((now - at).total_seconds() // 60))
    days, hours = divmod(minutes // 60, 24)
    return f'{days}d{hours:02d}h' if days else f'{hours}h{minutes % 60:02d}m'


if __name__ == '__main__':
    sys.exit(main())
