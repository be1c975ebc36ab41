"""Which company has a booking, and which cells: taken, moved, given up, passed on to the next."""

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.alliance import actions as alliance
from chalicelib.alliance import alerts
from chalicelib.bookings import cells, records, rules, times
from chalicelib.bookings.records import Booking, Passed
from chalicelib.services import actions as services
from chalicelib.storage import Transaction, Write

if TYPE_CHECKING:
    from chalicelib.bookings.times import Found
    from chalicelib.services.records import Crew, Item

# What companies are told of; the words are alliance's.
NEW, AGAIN, LOST, CHANGED, LATE = 'job', 'job_again', 'job_lost', 'job_changed', 'job_late'


def crew_of(booking: Booking) -> list['Crew']:
    found = services.crew(booking.crew or '')
    return [found] if found else []


def take(booking: Booking, found: 'Found', value: str, old: str, now: datetime) -> list[Write]:
    """Give it these cells instead of those it has, which hold `old`; '' where it has none yet."""
    before, span = booking.span if old else None, found.span
    same_row = before is not None and (before.crew, before.day) == (span.crew, span.day)
    kept = found.kept or {}
    drop = {name: old for name in before.names if kept.get(name) == old} if before and same_row else {}
    put = dict.fromkeys(span.names, value)
    writes = [records.change_cells(span.crew, span.day, found.kept is not None, put, drop, old, now)]
    if before and not same_row:
        writes += release(booking, old, now)
    booking.partner, booking.crew, booking.seat = found.crew.unit, span.crew, span.seat
    booking.first_cell, booking.after_cell = span.first, span.after
    return writes


def release(booking: Booking, value: str, now: datetime) -> list[Write]:
    """Give up its cells: those that still hold this value. Another booking may have those of a hold that is over."""
    span = booking.span
    if span is None:
        return []
    place = (span.crew, span.day)
    kept = records.cells_now([place]).get(place, {})
    drop = {name: value for name in span.names if kept.get(name) == value}
    return [records.change_cells(*place, True, {}, drop, '', now)] if drop else []


def held_value(booking: Booking) -> str:
    """What stands in its cells now."""
    return cells.value(booking.id, booking.due_at if booking.state in (rules.HELD, rules.EXPIRED) else None)


def offer(booking: Booking, now: datetime, level: str = NEW) -> list[Write]:
    """The company it is with has half an hour of its own time to say yes, and is told."""
    partner = booking.partner or ''
    staffed = alliance.hours_of(partner).add_staffed(now, rules.ACCEPT)
    booking.due_at = rules.accept_by(staffed, now, booking.starts_at)
    return [tell(booking, partner, level, now)]


def tell(booking: Booking, partner: str, level: str, now: datetime) -> Write:
    """Let a company's people know, through their own channels; no word of the resident is in it."""
    due_at = booking.due_at or booking.starts_at or now
    matter = alerts.Matter(f'{alerts.BOOKING}{booking.id}.{partner}', level, partner, now, due_at)

    def write(tx: Transaction) -> None:
        alerts.tell(tx, partner, matter, now)

    return write


def pass_on(booking: Booking, item: 'Item | None', why: str, reason: str, now: datetime) -> list[Write]:
    """Away from the company that has it, to the next that is free then; with none, `booking.partner` is None after it.

    In one transaction its cells here are given up and others taken there.
    """
    old = booking.partner or ''
    booking.passed = [*booking.passed, Passed(unit=old, why=why, reason=reason, at=now)]
    skip = {passed.unit for passed in booking.passed}
    writes = [records.put_passing(booking, old, why)]
    writes += [] if why == 'declined' else [tell(booking, old, LOST, now)]
    if booking.starts_at is None:
        booking.partner = next((unit for unit in (item.offered_by if item else ()) if unit not in skip), None)
    elif found := _next(booking, item, skip, now):
        held = cells.value(booking.id)
        writes += take(booking, found, held, held, now)
    else:
        writes += release(booking, cells.value(booking.id), now)
        booking.partner = None
    if booking.partner:
        writes += offer(booking, now)
    return writes


def _next(booking: Booking, item: 'Item | None', skip: set[str], now: datetime) -> 'Found | None':
    """Free then, whatever the lead time is now: she has booked in time. Nobody, once it should have begun."""
    if item is None or booking.starts_at <= now:
        return None
    crews = [crew for crew in services.crews_for(item) if crew.unit not in skip]
    crews = [crew for crew in crews if times.begins(item, booking, crew, booking.starts_at)]
    return times.first_free(item, booking, crews, booking.starts_at, now)
