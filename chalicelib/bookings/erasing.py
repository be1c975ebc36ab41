"""A resident is forgotten: what she has booked goes, at once where it is over, else as soon as it is."""

from datetime import datetime

from chalicelib import storage
from chalicelib.bookings import records, rules
from chalicelib.bookings.keeping import Planned, do
from chalicelib.bookings.records import Booking
from chalicelib.deadlines import actions as deadlines
from chalicelib.storage import Transaction


def erase(conversation: str, now: datetime) -> None:
    """Again where it was interrupted. Whoever has only come to a booking is taken off it."""
    for number in list(records.all_of(conversation)):
        if found := records.booking(number):
            _erase(found, conversation, now)


def _erase(found: Booking, conversation: str, now: datetime) -> None:
    if found.conversation != conversation:
        do(lambda: _without(found.id, conversation, now))
    elif found.state in rules.OVER:
        _erase_now(found)
    else:
        do(lambda: _marked(found.id, now))


def _without(number: str, conversation: str, now: datetime) -> Planned:
    found = records.booking(number)
    assert found
    if found.joined == conversation:
        found.joined = None
    return Planned(found, now)


def _marked(number: str, now: datetime) -> Planned:
    """Still open: whoever comes to serve it has to know where. Over meanwhile, its clock erases it now."""
    found = records.booking(number)
    assert found
    found.erased = True
    return Planned(found, now)


def _erase_now(found: Booking) -> None:
    def write(tx: Transaction) -> None:
        records.erasure(found)(tx)
        if found.clock_key:
            deadlines.clear(tx, found.clock_key)

    storage.commit(write)
