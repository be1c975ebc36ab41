"""One way to change a booking: decide on what is stored, write all of it at once, start again when overtaken."""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import retention, storage
from chalicelib.bookings import records, rules
from chalicelib.bookings.records import Booking, Taken
from chalicelib.deadlines import actions as deadlines
from chalicelib.outreach import actions as outreach
from chalicelib.storage import Transaction, Write

if TYPE_CHECKING:
    from chalicelib.bookings.making import Booker

CLOCK = 'booking'  # kind of its deadline: there is one, for what happens next by itself
STEPS_KEPT = 40
LAPSED_KEPT = timedelta(days=2)  # OURS: so long a page that is still open can say what became of it
_TRIES = 30  # OURS: two hundred who want one slot in one second are told who has it
_JITTER_SECONDS = 0.05


class Gone(LookupError):
    """There is no such booking, or it is somebody else's."""


class Refused(ValueError):
    """It cannot be done; the words, in Chinese, say why and what to do."""


@dataclass(frozen=True)
class Note:
    """Something one resident is to be told, once: see `outreach.actions.tell`."""

    conversation: str
    what: str
    words: str
    until: datetime
    values: dict[str, str | datetime] = field(default_factory=dict)


@dataclass
class Planned:
    """A step that is decided and not stored yet: the booking as it will be, and what goes with it."""

    booking: Booking
    now: datetime
    writes: list[Write] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # filled by `write`: what `outreach.actions.deliver` takes
    new: bool = False
    brings_back: bool = False  # by `do`: in a message's transaction only the message itself may be brought back
    goes: bool = False  # the booking itself is erased

    def write(self, tx: Transaction) -> None:
        """All of it, on an open transaction; refused (`storage.Conflict`) where something has changed meanwhile."""
        for one in self.writes:
            one(tx)
        self.told[:] = [_tell(tx, self.booking, note, self.now) for note in self.notes]
        if self.goes:
            records.erasure(self.booking)(tx)
            return
        _keep_clock(tx, self.booking)
        if self.new:
            records.put_new(tx, self.booking, self.brings_back)
        else:
            tx.save(self.booking)

    def without(self, conversation: str) -> 'Planned':
        """What this resident was to be told is left out: the answer to her own message tells her."""
        self.notes = [note for note in self.notes if note.conversation != conversation]
        return self

    def deliver(self) -> None:
        """Once it is stored: what is to be told goes out at once where it can; a deadline repairs."""
        if self.told:
            outreach.deliver(self.told, self.now)


def _tell(tx: Transaction, booking: Booking, note: Note, now: datetime) -> str:
    return outreach.tell(
        tx,
        note.conversation,
        f'booking#{booking.id}',
        note.what,
        note.words,
        booking.unit,
        note.until,
        now,
        note.values,
    )


def _keep_clock(tx: Transaction, booking: Booking) -> None:
    moment = rules.next_moment(booking)
    key = booking.clock_key
    if moment is None:
        if key:
            deadlines.clear(tx, key)
        booking.clock_key = None
    else:
        booking.clock_key = (
            deadlines.move(tx, key, moment.at) if key else deadlines.set(tx, CLOCK, booking.id, moment.at)
        )


def load(booking_id: str) -> Booking:
    found = records.booking(booking_id) if 0 < len(booking_id) <= 40 else None
    if found is None:
        raise Gone
    return found


def do(plan: Callable[[], Planned]) -> Booking:
    """Store what `plan` decides and tell whom it concerns; where somebody was quicker, decide again on what is there.

    What the same once-only key brought before is given back, and nothing happens twice.
    """
    for attempt in range(_TRIES):
        planned = plan()
        planned.brings_back = True
        try:
            storage.commit(planned.write)
        except storage.Conflict:
            time.sleep(random.uniform(0, _JITTER_SECONDS * min(attempt + 1, 6)))  # no secret: writers step aside
        except storage.AlreadyKept as again:
            return _hers(records.kept_before(again.item), planned.booking)
        else:
            planned.deliver()
            return planned.booking
    raise storage.Unavailable('conflicts without end')


def own(booking_id: str, by: 'Booker') -> Booking:
    """The booking, if it is this resident's, or one of the clerk's community. Raises `Gone` for everybody else."""
    booking = load(booking_id)
    hers = by.conversation in booking.people if by.kind == rules.RESIDENT else by.unit == booking.unit
    if not hers:
        raise Gone
    return booking


def _hers(kept: Booking, wanted: Booking) -> Booking:
    """Two keys that bring one number are one resident's, or the second one finds nothing."""
    if kept.conversation != wanted.conversation:
        raise Gone
    return kept


def step(booking: Booking, name: str, by: str, who: str, now: datetime, wanted: str = '') -> None:
    """Take a step of the table; raises `rules.NotNow` where it is not the booking's turn."""
    booking.state = rules.after(booking.state, name, by, wanted)
    note_step(booking, name, who, now)
    if booking.state in rules.OVER and booking.over_at is None:
        lapsed = booking.state == rules.EXPIRED
        booking.over_at, booking.forget_at = now, now + (LAPSED_KEPT if lapsed else retention.BOOKINGS.lasts)


def note_step(booking: Booking, name: str, who: str, now: datetime) -> None:
    steps = [*booking.steps, Taken(step=name, by=who, at=now)]
    booking.steps = steps if len(steps) <= STEPS_KEPT else [*steps[:2], *steps[3:]]  # how it began is never dropped


def past(booking: Booking, whats: Iterable[str]) -> None:
    """These moments are over: what belonged to them has happened, or happens no more."""
    booking.done = list(dict.fromkeys([*booking.done, *whats]))
