"""The run of every minute: take what is due from all queues in turn and call the handler of its kind.

Nothing due costs eight queries of half a read unit, whatever exists; each row that is due costs its handler.
Runs may overlap, die anywhere and come late: a handler's transaction moves the state and takes the row away, or
neither.

A handler, `(deadline, now) -> None`:
- reads its owner consistently, and raises `actions.Moot` where the owner's key is not `deadline.key`;
- in one transaction, conditional on the owner's version, moves the state and calls `actions.done(tx, deadline)`;
- only then calls the world. Whatever it raises, it is called again later.
"""

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import logs, storage
from chalicelib.deadlines import actions, rules

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline

Handler = Callable[['Deadline', datetime], None]

# A chase sets an alert, an alert its messages, a channel that fails the next one: so many rounds bring to its end in
# one run what is due at its start. A round after one in which nothing was done does not happen.
ROUNDS = 10

log = logging.getLogger('weilin')


class Unhandled(Exception):
    """Nobody has registered a handler for this kind."""

    loggable = True


class Unfinished(Exception):
    """The handler returned without `actions.done` and without `actions.Moot`: it would be called for ever."""

    loggable = True


def run(
    handlers: Mapping[str, Handler],
    now: datetime,
    seconds: float,
    monotonic: Callable[[], float] = time.monotonic,
    rounds: int = 1,
) -> Counter[str]:
    """Work off what is due at `now`, with `seconds` left until the function is stopped. Returns what became of it.

    What handlers set for `now` is worked off in further rounds of the same run; with nothing done there are none.
    """
    stop_at = monotonic() + seconds - rules.LEAVE_SECONDS
    outcomes: Counter[str] = Counter()
    for _ in range(rounds):
        done_before = outcomes['done']
        if not _round(handlers, now, stop_at, monotonic, outcomes):
            log.warning('deadlines left for the next run')
            break
        if outcomes['done'] == done_before:
            break
    outcomes = +outcomes
    if outcomes:
        log.info(
            'deadlines worked done=%s doubted=%s dropped=%s overtaken=%s put_off=%s stuck=%s',
            *(outcomes[name] for name in ('done', 'doubted', 'dropped', 'overtaken', 'put_off', 'stuck')),
        )
    return outcomes


def _round(
    handlers: Mapping[str, Handler],
    now: datetime,
    stop_at: float,
    monotonic: Callable[[], float],
    outcomes: Counter[str],
) -> bool:
    """Take each row that is due once, one of each queue in turn; False where time ran out.

    All queues are read before anything is worked: what handlers set meanwhile comes after all of this, next round.
    """
    waiting = [(next(queue, None), queue) for queue in (_due(shard, now) for shard in range(rules.SHARDS))]
    turns = deque((deadline, queue) for deadline, queue in waiting if deadline)
    while turns and monotonic() < stop_at:
        deadline, queue = turns.popleft()
        outcomes[_work(handlers, deadline, now)] += 1
        following = next(queue, None)
        if following:
            turns.append((following, queue))  # a full queue keeps nobody waiting
    return not turns


def _due(shard: int, now: datetime) -> Iterator['Deadline']:
    try:
        yield from actions.due(shard, now)
    except Exception as error:  # the other queues go on; the next run is the repair
        log.error('deadlines not read shard=%s error=%s', shard, type(error).__name__)


def _work(handlers: Mapping[str, Handler], deadline: 'Deadline', now: datetime) -> str:
    with logs.about(deadline.id) if '#' in deadline.id else nullcontext():  # a conversation's, or a box of alerts
        try:
            _handle(handlers, deadline, now)
        except actions.Moot:
            return _moot(deadline, now)
        except Exception as error:
            return _failed(deadline, error, now)
        return 'done'


def _handle(handlers: Mapping[str, Handler], deadline: 'Deadline', now: datetime) -> None:
    handler = handlers.get(deadline.kind)
    if handler is None:
        raise Unhandled(deadline.kind)
    handler(deadline, now)
    if not deadline.finished:
        raise Unfinished(deadline.kind)


def _moot(deadline: 'Deadline', now: datetime) -> str:
    if rules.believed(int(deadline.attempts)):
        return _settle('dropped', lambda: actions.drop(deadline))
    return _settle('doubted', lambda: actions.put_off(deadline, now))


def _failed(deadline: 'Deadline', error: Exception, now: datetime) -> str:
    outcome = _settle('put_off', lambda: actions.put_off(deadline, now))
    if outcome == 'put_off':
        _tell(deadline.kind, int(deadline.attempts) + 1, error)
    elif outcome == 'overtaken' and not isinstance(error, storage.Conflict):
        # Its own transaction, or another run's, has moved the state; what came after that is not tried again here.
        log.warning('a deadline failed after it was taken kind=%s', deadline.kind, exc_info=error)
    return outcome


def _settle(outcome: str, settle: Callable[[], None]) -> str:
    try:
        settle()
    except storage.Conflict:
        return 'overtaken'  # another run has taken it away or put it off
    except Exception as error:
        log.error('a deadline stays where it is error=%s', type(error).__name__)
        return 'stuck'
    return outcome


def _tell(kind: str, attempts: int, error: Exception) -> None:
    """The sentences are what alarms look for: no word of them changes."""
    if isinstance(error, Unhandled):
        log.error('a deadline has no handler kind=%s attempts=%s', kind, attempts)
    else:
        log.warning('a deadline failed kind=%s attempts=%s', kind, attempts, exc_info=error)
    if rules.alarming(attempts):
        log.critical('a deadline keeps failing kind=%s attempts=%s', kind, attempts)
