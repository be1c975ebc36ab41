"""Tables of bookings: the days of crews in cells, bookings, and apart from them where to come and whom to ring."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
    VersionAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.bookings import cells
from chalicelib.bookings.indexes import ByBooker, ByJoined, ByPartner, ByUnit
from chalicelib.clock import BEIJING, beijing
from chalicelib.pseudonym import hashed
from chalicelib.storage import Record, Transaction, Write

_DAYS_KEPT = timedelta(days=60)  # after it is over; nobody reads a crew's past from here


class Day(Record):
    """One crew's day; no row where nothing was ever booked."""

    class Meta:
        table = 'slots'

    crew = UnicodeAttribute(hash_key=True)
    day = UnicodeAttribute(range_key=True)  # 2026-11-28
    cells: MapAttribute[str, Any] = MapAttribute()
    forget_at = TTLAttribute()


class Passed(MapAttribute[str, Any]):
    """A company that had it and has it no more."""

    unit = UnicodeAttribute()
    why = UnicodeAttribute()  # declined | timed_out | gave_up
    reason = UnicodeAttribute(default='')
    at = UTCDateTimeAttribute()


class Taken(MapAttribute[str, Any]):
    """A step of its history: what, by whom (a kind of person or a member), when."""

    step = UnicodeAttribute()
    by = UnicodeAttribute()
    at = UTCDateTimeAttribute()


class Booking(Record):
    """What a resident has booked. No word of hers and nothing by which she is found is in it: see `Contact`."""

    class Meta:
        table = 'bookings'

    id = UnicodeAttribute(hash_key=True)  # once-only, and the number people say
    version = VersionAttribute()
    state = UnicodeAttribute()  # see rules.STEPS
    form = UnicodeAttribute()  # time | request
    conversation = UnicodeAttribute()  # who booked
    joined = UnicodeAttribute(null=True)  # who came to it with its number: a daughter, or the one it is for
    unit = UnicodeAttribute()  # her community
    made_by = UnicodeAttribute()  # chat | link | oauth, or the member who wrote it down for her
    made_at = UTCDateTimeAttribute()
    when = UTCDateTimeAttribute()  # when it begins; of a request, when it was made

    item = UnicodeAttribute()
    item_name = UnicodeAttribute()
    option = UnicodeAttribute()
    option_name = UnicodeAttribute()
    minutes = NumberAttribute(null=True)
    price = NumberAttribute(null=True)  # fen, as agreed to; None is 面议
    ceiling = NumberAttribute(null=True)  # fen
    per = UnicodeAttribute(default='')
    quote_words = UnicodeAttribute(default='')  # of a company, with the price it asks for a request

    partner = UnicodeAttribute(null=True)  # the company that has it now
    passed: ListAttribute[Passed] = ListAttribute(of=Passed, default=list)
    crew = UnicodeAttribute(null=True)
    seat = NumberAttribute(null=True)
    starts_at = UTCDateTimeAttribute(null=True)
    ends_at = UTCDateTimeAttribute(null=True)
    first_cell = NumberAttribute(null=True)
    after_cell = NumberAttribute(null=True)

    due_at = UTCDateTimeAttribute(null=True)  # until when the hold, the offer or the price holds
    confirmed_at = UTCDateTimeAttribute(null=True)
    over_at = UTCDateTimeAttribute(null=True)
    done: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # of rules' moments, those past
    clock_key = UnicodeAttribute(null=True)  # of its deadline: see `keeping`

    rating = NumberAttribute(null=True)
    erased = BooleanAttribute(default=False)  # she was forgotten while it was open: all of it goes when it is over
    reason = UnicodeAttribute(default='')  # why it was cancelled or not served, in a company's words
    photos: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # of what was done
    steps: ListAttribute[Taken] = ListAttribute(of=Taken, default=list)
    forget_at = TTLAttribute(null=True)

    by_partner = ByPartner()
    by_unit = ByUnit()
    by_booker = ByBooker()
    by_joined = ByJoined()

    @property
    def span(self) -> cells.Span | None:
        """The cells it has, or had."""
        if self.crew is None or self.starts_at is None:
            return None
        day = self.starts_at.astimezone(BEIJING).date().isoformat()
        return cells.Span(self.crew, day, int(self.first_cell), int(self.after_cell), int(self.seat))

    @property
    def was_booked(self) -> bool:
        """More than a slot that somebody held for some minutes and let go."""
        return any(taken.step == 'request' for taken in self.steps)

    @property
    def people(self) -> list[str]:
        """Whose it is: who booked, and who has come to it."""
        return [who for who in (self.conversation, self.joined) if who]


class Contact(Record):
    """Whom it is for and where to come: only those who serve it see this, and every look is written down."""

    class Meta:
        table = 'booking-contacts'

    booking = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(default='')
    phone = UnicodeAttribute(default='')
    address = UnicodeAttribute(default='')
    note = UnicodeAttribute(default='')  # of a request: what she wishes
    conversation = UnicodeAttribute()
    forget_at = TTLAttribute(null=True)


class Passing(Record):
    """A company had a booking and has it no more, so its own index knows nothing of it: for its figures."""

    class Meta:
        table = 'passings'

    unit = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)  # day of the booking#its number#the version before it went
    why = UnicodeAttribute()  # declined | timed_out | gave_up
    forget_at = TTLAttribute()


class Guesses(Record):
    """How many wrong numbers a resident has tried on one day."""

    class Meta:
        table = 'tokens'

    key = UnicodeAttribute(hash_key=True)  # guesses#2026-11-25#…: her conversation, hashed
    kind = UnicodeAttribute(default='guesses')
    wrong = NumberAttribute(default=0)
    ttl = TTLAttribute()


def guesses(conversation: str, now: datetime) -> int:
    try:
        return int(Guesses.get(_guesses(conversation, now)).wrong)
    except DoesNotExist:
        return 0


def guessed(conversation: str, now: datetime) -> Write:
    """One more of them, also where several come at once."""
    row, forget_at = Guesses(_guesses(conversation, now)), now + timedelta(days=2)
    changed: list[Action] = [Guesses.wrong.add(1), Guesses.kind.set('guesses'), Guesses.ttl.set(forget_at)]
    return lambda tx: tx.update(row, changed)


def _guesses(conversation: str, now: datetime) -> str:
    return f'guesses#{beijing(now):%Y-%m-%d}#{hashed(conversation)}'


def booking(id: str) -> Booking | None:
    try:
        return Booking.get(id, consistent_read=True)
    except DoesNotExist:
        return None


def contact(booking_id: str) -> Contact | None:
    try:
        return Contact.get(booking_id, consistent_read=True)
    except DoesNotExist:
        return None


def days(crew: str, first: date, last: date) -> dict[str, dict[str, str]]:
    """The cells of a crew's days, both ends included, by day: one request. Up to a second old."""
    between = Day.day.between(first.isoformat(), last.isoformat())
    return {row.day: row.cells.as_dict() for row in Day.query(crew, between)}


def cells_now(places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, str]]:
    """The cells of up to a hundred crew-days as they are now, in one request; days without a row are missing."""
    wanted = list(dict.fromkeys(places))
    rows = Day.batch_get(wanted, consistent_read=True) if wanted else ()
    return {(row.crew, row.day): row.cells.as_dict() for row in rows}


def change_cells(
    crew: str,
    day: str,
    there: bool,
    put: Mapping[str, str],
    drop: Mapping[str, str],
    mine: str,
    now: datetime,
) -> Write:
    """Take cells that are free at `now` or hold `mine`, and give up those that hold what `drop` says, or nothing of it.

    `there`: whether the day has a row; where that is wrong, or a cell is somebody else's, the transaction fails.
    """
    if not there:
        row = Day(crew, day, cells=dict(put), forget_at=_forget_at(day))
        return lambda tx: tx.save(row, condition=Day.crew.does_not_exist())
    changed: list[Action] = [Day.cells[name].set(value) for name, value in put.items()]
    changed += [Day.cells[name].remove() for name in drop if name not in put]
    condition = Day.crew.exists()
    for name in put:
        condition &= _free_or(name, mine, now)
    for name, value in drop.items():
        if name not in put:
            condition &= Day.cells[name] == value
    return lambda tx: tx.update(Day(crew, day), changed, condition=condition)


def _free_or(name: str, mine: str, now: datetime) -> Condition:
    cell: Any = Day.cells[name]
    free: Condition = cell.does_not_exist() | (cell < cells.stamp(now))
    return free | (cell == mine) if mine else free


def _forget_at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), BEIJING) + _DAYS_KEPT


def put_new(tx: Transaction, found: Booking, brings_back: bool) -> None:
    """Where one has this number: `storage.AlreadyKept` brings it back, or it is a `Conflict` like any other."""
    tx.save(found, return_values='ALL_OLD' if brings_back else None)


def kept_before(item: dict[str, Any]) -> Booking:
    found: Booking = Booking.from_raw_data(item)
    return found


def put_contact(tx: Transaction, found: Contact) -> None:
    tx.save(found)


def lay_aside(tx: Transaction, found: Contact) -> None:
    """One that is for a day, never in place of one that is a booking's."""
    tx.save(found, condition=Contact.booking.does_not_exist() | Contact.forget_at.exists())


def erase_contact(booking_id: str) -> Write:
    return lambda tx: tx.delete(Contact(booking_id))


def of_partner(unit: str, since: datetime, until: datetime, limit: int = 500) -> list[Booking]:
    return list(Booking.by_partner.query(unit, Booking.when.between(since, until), limit=limit))


def put_passing(booking: Booking, old: str, why: str) -> Write:
    """`old`: the company that has it no more."""
    day = booking.when.astimezone(BEIJING).date().isoformat()
    key = f'{day}#{booking.id}#{int(booking.version)}'
    row = Passing(old, key, why=why, forget_at=_forget_at(day))
    return lambda tx: tx.save(row)


def passings(unit: str, first: date, last: date, limit: int = 500) -> list[Passing]:
    """Those of bookings of these days, both included."""
    between = Passing.key.between(first.isoformat(), f'{last.isoformat()}~')
    return list(Passing.query(unit, between, limit=limit))


def of_unit(unit: str, since: datetime, until: datetime, limit: int = 500) -> list[Booking]:
    return list(Booking.by_unit.query(unit, Booking.when.between(since, until), limit=limit))


def of_person(conversation: str, since: datetime) -> list[Booking]:
    """Those she booked or came to, by when they are: two requests. Up to a second old."""
    later = Booking.when >= since
    found = list(Booking.by_booker.query(conversation, later))
    return sorted([*found, *Booking.by_joined.query(conversation, later)], key=lambda one: one.when)


def of_booker(conversation: str, since: datetime) -> list[Booking]:
    return list(Booking.by_booker.query(conversation, Booking.when >= since))


def all_of(conversation: str) -> Iterator[str]:
    """Numbers of all that she ever booked or came to. Up to a second old."""
    for index in (Booking.by_booker, Booking.by_joined):
        yield from (row.id for row in index.query(conversation, attributes_to_get=['id']))


def everything() -> Iterator[Booking]:
    """All of them. A scan, for the operator's commands."""
    return iter(Booking.scan(consistent_read=True))


def erasure(found: Booking) -> Write:
    """The booking and where to come, if it is as it was read."""

    def write(tx: Transaction) -> None:
        tx.delete(found)
        tx.delete(Contact(found.id))

    return write


def listed(ids: Iterable[str]) -> list[Booking]:
    """Up to a hundred by their numbers, in one request."""
    return list(Booking.batch_get(list(ids), consistent_read=False))
