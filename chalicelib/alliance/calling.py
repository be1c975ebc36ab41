"""What lies in the box of a robot or a member becomes one message: state exactly once, sent by rule.

The state moves to `calling` with a deadline that asks what became of it; then comes the call; then the result. Who
finds `calling` when that deadline comes knows that the call was cut off: it is made once more and says so, and no more.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.alliance import actions, channels, roster, rules, words
from chalicelib.alliance.alerts import KIND, still_open, unit_box
from chalicelib.alliance.records import (
    Alert,
    Member,
    Target,
    drop_alert,
    find_target,
    moved,
    pending,
    put_alert,
    put_target,
)
from chalicelib.deadlines import actions as deadlines
from chalicelib.storage import Conflict, Transaction, Unavailable, Write, commit
from chalicelib.wechat.errors import NotSent, OutcomeUnknown, Refused

if TYPE_CHECKING:
    from chalicelib.deadlines.records import Deadline

log = logging.getLogger('weilin')

IDLE, CALLING = 'idle', 'calling'
_ASKS = '!'  # ends the id of the deadline that asks after a call, so that it is never a row of those that wake a box
_TRIES = 3


def call(deadline: 'Deadline', now: datetime) -> None:
    """Work off the box of one target."""
    box = deadline.id.removesuffix(_ASKS)
    target = find_target(box) or Target(box, state=IDLE, mark='')
    rows = pending(box)
    if target.state == IDLE:
        _ring(deadline, target, rows, now)
    elif target.retry == deadline.key:
        _ask(deadline, target, [row for row in rows if row.name in target.batch], now)
    else:  # somebody is calling, or was cut off; what came meanwhile is looked at afterwards
        _finish(deadline, [], _wakes(box, now + rules.look_again([row.level for row in rows])))


def _ring(deadline: 'Deadline', target: Target, rows: Sequence[Alert], now: datetime) -> None:
    """A message about what is still open, unless the last one was only just now."""
    taken, gone, more = _sorted(rows, now)
    free_at = rules.free_at(target.last_at, [row.level for row in taken], now)
    if not taken or free_at > now:
        again = free_at if free_at > now else now + rules.GAPS['first']
        _finish(deadline, gone, _wakes(target.box, again) if taken or more else _nothing)
    else:
        later = _wakes(target.box, now + rules.GAPS['first']) if more else _nothing
        _begin(deadline, target, Batch(taken, gone, 1), later, now)


def _ask(deadline: 'Deadline', target: Target, rows: Sequence[Alert], now: datetime) -> None:
    """A call was cut off, and nobody knows whether it arrived: once more, if it still matters."""
    taken, gone, _ = _sorted(rows, now)
    attempt = int(target.attempt) + 1
    if taken and attempt <= rules.ATTEMPTS:
        _begin(deadline, target, Batch(taken, gone, attempt), _nothing, now)
        return
    before = _idle(target, target.called_at)

    def write(tx: Transaction) -> None:
        put_target(tx, target, before)
        _end(tx, rows)
        deadlines.done(tx, deadline)

    commit(write)
    if taken:
        log.warning('an alert has an unknown outcome channel=%s matters=%s', _channel(target.box), len(taken))


def _sorted(rows: Sequence[Alert], now: datetime) -> tuple[list[Alert], list[Alert], bool]:
    """What is taken now, what has become needless, and whether there is more than fits one message."""
    taken: list[Alert] = []
    gone: list[Alert] = []
    for row in sorted(rows, key=lambda row: (rules.rank(row.level), row.told_at)):
        if len(taken) == rules.ROWS_A_MESSAGE or len(gone) == rules.ROWS_A_MESSAGE:
            return taken, gone, True
        (taken if still_open(row, now) else gone).append(row)
    return taken, gone, False


@dataclass(frozen=True)
class Batch:
    taken: list[Alert]
    gone: list[Alert]
    attempt: int

    @property
    def again(self) -> bool:
        """Whether somebody may have read this already."""
        return self.attempt > 1 or any(row.again for row in self.taken)


def _begin(deadline: 'Deadline', target: Target, batch: Batch, later: Write, now: datetime) -> None:
    """Write down that a call is made, make it, write down what became of it."""
    channel = _channel(target.box)
    called = _prepared(target, batch, now)  # first: what fails here has changed nothing
    before = target.mark or None
    target.state, target.attempt, target.called_at = CALLING, batch.attempt, now
    target.batch = [row.name for row in batch.taken]

    def write(tx: Transaction) -> None:
        target.retry = deadlines.set(tx, KIND, f'{target.box}{_ASKS}', now + rules.RETRY_AFTER)
        put_target(tx, target, before)
        _end(tx, batch.gone)
        later(tx)
        deadlines.done(tx, deadline)

    commit(write)
    try:
        if called is None:
            raise NotSent('gone')
        channels.send(channel, called._replace(once=f'alert.{target.mark}'))
    except (NotSent, Refused) as error:
        log.warning('an alert did not go out channel=%s error=%s', channel, error)
        _record(target, target.last_at, lambda tx: _go_on(tx, target.box, batch, now))
    except OutcomeUnknown as error:
        log.warning('an alert may not have gone out channel=%s error=%s', channel, error)  # the deadline asks
    else:
        _record(target, now, lambda tx: _end(tx, batch.taken))


def _prepared(target: Target, batch: Batch, now: datetime) -> channels.Call | None:
    """The message; None where its reader is not of the staff any more."""
    channel, _, id = target.box.partition('.')
    to = roster.on_hand(id, now) if channel == 'robot' else _active(id)
    if channel != 'robot' and not to:
        return None
    if channel == 'robot':
        others = set.intersection(*(set(row.others) for row in batch.taken))
        to = [member for member in to if member.id not in others]
    message = words.compose(batch.taken, batch.again, channel == 'wechat', now)
    return channels.Call(id, to, message, '', now)


def _active(member_id: str) -> list[Member]:
    member = actions.member(member_id)
    return [member] if member and member.state == 'active' else []


def _record(target: Target, last_at: datetime | None, also: Write) -> None:
    """Store the result of the call that was begun under this mark, unless somebody has taken over since."""
    retry, before = target.retry, _idle(target, last_at)
    assert retry

    def write(tx: Transaction) -> None:
        put_target(tx, target, before)
        deadlines.clear(tx, retry)
        also(tx)

    for attempt in range(1, _TRIES + 1):
        try:
            return commit(write)
        except (Conflict, Unavailable):
            found = find_target(target.box)
            if found is None or found.mark != before:
                return None
            if attempt == _TRIES:
                raise
    return None


def _idle(target: Target, last_at: datetime | None) -> str:
    """Back to idle; gives the mark it had."""
    target.state, target.attempt, target.retry, target.batch = IDLE, 0, None, []
    target.last_at = last_at
    return target.mark


def _go_on(tx: Transaction, box: str, batch: Batch, now: datetime) -> None:
    """Back to the units' boxes at once, for the next channel. What is urgent has gone by the others already."""
    wakes: set[tuple[str, datetime]] = set()
    for row in batch.taken:
        drop_alert(tx, row)
        again = row.again or batch.attempt > 1
        if row.level not in rules.URGENT:
            put_alert(tx, moved(row, unit_box(row.told), tried=[*row.tried, _channel(box)], again=again))
            wakes.add((unit_box(row.told), now))
        elif row.failures + 1 < rules.URGENT_CALLS:
            put_alert(tx, moved(row, box, failures=int(row.failures) + 1, again=again))
            wakes.add((box, now + rules.CALL_AGAIN_AFTER))
    for woken, at in wakes:
        deadlines.set(tx, KIND, woken, at)


def _end(tx: Transaction, rows: Sequence[Alert]) -> None:
    for row in rows:
        drop_alert(tx, row)


def _finish(deadline: 'Deadline', gone: Sequence[Alert], also: Write) -> None:
    def write(tx: Transaction) -> None:
        _end(tx, gone)
        also(tx)
        deadlines.done(tx, deadline)

    commit(write)


def _wakes(box: str, at: datetime) -> Callable[[Transaction], None]:
    def write(tx: Transaction) -> None:
        deadlines.set(tx, KIND, box, at)

    return write


def _nothing(tx: Transaction) -> None:
    pass


def _channel(box: str) -> str:
    return box.partition('.')[0]
