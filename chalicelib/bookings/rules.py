"""States of a booking, who may take which step, and what happens by itself at which moment. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, Protocol

from chalicelib import retention
from chalicelib.clock import BEIJING, beijing

BY_TIME, BY_REQUEST = 'time', 'request'

HELD, OFFERED, PRICED, ACCEPTED, CONFIRMED = 'held', 'offered', 'priced', 'accepted', 'confirmed'
ARRIVED, DONE, RATED = 'arrived', 'done', 'rated'
CANCELLED, UNSERVED, NO_SHOW, MISSED, EXPIRED = 'cancelled', 'unserved', 'no_show', 'missed', 'expired'

# What is still to come; a slot is taken in these, and in `ARRIVED`.
OPEN = frozenset({OFFERED, PRICED, ACCEPTED, CONFIRMED})
TO_COME = OPEN | {ARRIVED}
OVER = frozenset({DONE, RATED, CANCELLED, UNSERVED, NO_SHOW, MISSED, EXPIRED})

RESIDENT, CLERK, PARTNER, CREW, CLOCK = 'resident', 'clerk', 'partner', 'crew', 'clock'
_PEOPLE = frozenset({RESIDENT, CLERK})
_COMPANY = frozenset({PARTNER, CREW})


class Step(NamedTuple):
    """From which states to which others, and by whom. Where there are several, the action says which of them."""

    before: frozenset[str]
    after: frozenset[str]
    by: frozenset[str]


def _step(before: Iterable[str], after: str, by: Iterable[str]) -> Step:
    return Step(frozenset(before), frozenset(after.split()), frozenset(by))


# A new booking begins with `hold` or `request`: requested and, in the same moment, offered to the first company.
STEPS = {
    'hold': _step((), HELD, _PEOPLE),
    'request': _step({HELD}, OFFERED, _PEOPLE),
    'expire': _step({HELD}, EXPIRED, {CLOCK}),
    'accept': _step({OFFERED}, f'{ACCEPTED} {CONFIRMED}', {PARTNER}),
    'price': _step({OFFERED}, PRICED, {PARTNER}),
    'agree': _step({PRICED}, CONFIRMED, _PEOPLE),
    'decline': _step({OFFERED}, f'{OFFERED} {UNSERVED}', {PARTNER}),
    'time_out': _step({OFFERED}, f'{OFFERED} {UNSERVED}', {CLOCK}),
    'price_out': _step({PRICED}, CANCELLED, {CLOCK}),
    'assign': _step({ACCEPTED, CONFIRMED}, CONFIRMED, {PARTNER, CLOCK}),
    'give_up': _step({PRICED, ACCEPTED, CONFIRMED}, f'{OFFERED} {UNSERVED}', {PARTNER}),
    'move': _step({OFFERED, ACCEPTED, CONFIRMED}, OFFERED, _PEOPLE),
    'arrive': _step({ACCEPTED, CONFIRMED}, ARRIVED, _COMPANY),
    'finish': _step({ARRIVED, CONFIRMED}, DONE, {*_COMPANY, CLOCK}),
    'no_show': _step({ACCEPTED, CONFIRMED}, NO_SHOW, _COMPANY),
    'miss': _step({ACCEPTED, CONFIRMED}, MISSED, {CLOCK}),
    'rate': _step({DONE}, RATED, {RESIDENT}),
    'cancel': _step({HELD, *OPEN}, CANCELLED, _PEOPLE),
}


class NotNow(ValueError):
    """The step does not lead on from where the booking is; the text names both, no resident."""

    loggable = True


def after(state: str, step: str, by: str, wanted: str = '') -> str:
    """Where this step leads; `wanted` chooses among several. Raises `NotNow` where it may not be taken."""
    row = STEPS[step]
    to = wanted or next(iter(row.after))
    if state not in row.before or by not in row.by or to not in row.after:
        raise NotNow(f'{step} by {by} from {state}')
    return to


def may(state: str, step: str, by: str) -> bool:
    return state in STEPS[step].before and by in STEPS[step].by


# All times below are OURS, unless they say otherwise.
HOLD = timedelta(minutes=10)  # issue 6: a slot stays hers while she writes down where to come
ACCEPT = timedelta(minutes=30)  # issue 6; counted while the company's dispatcher is at work
LAST_CALL = timedelta(hours=1)  # so long before it begins, the next company is asked
PRICE_HOLDS = timedelta(hours=24)  # an offer with a price waits so long for her yes
DAY_BEFORE = time(18, 0)  # Beijing: when she is reminded of tomorrow
REMIND_BEFORE = timedelta(hours=2)  # issue 6
QUIET = (time(21, 0), time(7, 0))  # Beijing: nobody is reminded or asked at night
LATE_AFTER = timedelta(minutes=30)  # nobody has marked the crew's arrival: the company is told
MISSED_AFTER = timedelta(hours=1)  # after its end, still nobody: the community looks into it
FINISHED_AFTER = timedelta(hours=2)  # after its end, arrived and not marked done: it is taken for done
REQUEST_LATE_AFTER = timedelta(days=3)  # a request agreed and not done: the company is told
REQUEST_FINISHED_AFTER = timedelta(days=30)  # still not marked done: it is taken for done, and she is asked
ASK_RATING_AFTER = timedelta(minutes=30)
RATING_OPEN = timedelta(days=7)
CONTACT_KEPT = retention.CONTACTS.lasts
LOW_RATING = 2  # of 5, and below: it becomes a conversation with the community
RATINGS = {5: '很满意', 4: '满意', 3: '一般', 2: '不满意', 1: '很不满意'}
OPEN_AT_MOST = 5  # bookings of one resident that are still to come
CONTACT_MOST = {'name': 20, 'phone': 20, 'address': 80, 'note': 200}  # characters
DISTANCE_OF_BEST = 3  # free times offered to whoever came second

EXPIRE, TIME_OUT, PRICE_OUT = 'expire', 'time_out', 'price_out'
TOMORROW, SOON, LATE, MISS, FINISH, ASK, FORGET = 'tomorrow', 'soon', 'late', 'miss', 'finish', 'ask', 'forget'


class Moment(NamedTuple):
    """What has to happen next, and when."""

    at: datetime
    what: str


class Booked(Protocol):
    """The part of a booking that its clock reads. PynamoDB's attributes have types of their own."""

    state: Any  # str
    form: Any  # str
    starts_at: Any  # datetime | None, like all that end in _at
    ends_at: Any
    due_at: Any  # until when the hold, the offer or the price holds
    confirmed_at: Any
    over_at: Any
    erased: Any  # bool: she was forgotten meanwhile
    done: Any  # list of those of the moments above that are past


def next_moment(booking: Booked) -> Moment | None:
    """The first of what is still to happen by itself; None where nothing is."""
    found = [moment for moment in _moments(booking) if moment.what not in booking.done]
    return min(found, default=None)


def _moments(booking: Booked) -> list[Moment]:
    match booking.state:
        case 'held':
            return [Moment(booking.due_at, EXPIRE)]
        case 'offered':
            return [Moment(booking.due_at, TIME_OUT)]
        case 'priced':
            return [Moment(booking.due_at, PRICE_OUT)]
        case 'accepted' | 'confirmed':
            return _to_come(booking)
        case 'arrived':
            return [Moment(booking.ends_at + FINISHED_AFTER, FINISH)]
        case 'expired' if not booking.erased:  # nobody had written down yet where to come
            return []
        case _ if booking.erased:
            return [Moment(booking.over_at, FORGET)]
        case 'done':
            forgotten = Moment(booking.over_at + CONTACT_KEPT, FORGET)
            return [Moment(by_day(booking.over_at + ASK_RATING_AFTER), ASK), forgotten]
    return [Moment(booking.over_at + CONTACT_KEPT, FORGET)]


def _to_come(booking: Booked) -> list[Moment]:
    if booking.starts_at is None:
        agreed = booking.confirmed_at
        return [Moment(agreed + REQUEST_LATE_AFTER, LATE), Moment(agreed + REQUEST_FINISHED_AFTER, FINISH)]
    starts, ends = booking.starts_at, booking.ends_at
    return [
        Moment(day_before(starts), TOMORROW),
        Moment(soon(starts), SOON),
        Moment(starts + LATE_AFTER, LATE),
        Moment(ends + MISSED_AFTER, MISS),
    ]


def past(starts_at: datetime | None, now: datetime) -> list[str]:
    """The reminders that come too late for something booked only now."""
    if starts_at is None:
        return []
    moments = {TOMORROW: day_before(starts_at), SOON: soon(starts_at)}
    return [what for what, at in moments.items() if at <= now]


def day_before(starts_at: datetime) -> datetime:
    return datetime.combine(beijing(starts_at).date() - timedelta(days=1), DAY_BEFORE, BEIJING)


def soon(starts_at: datetime) -> datetime:
    """Two hours before; for what begins early in the day, when the night's quiet ends."""
    morning = datetime.combine(beijing(starts_at).date(), QUIET[1], BEIJING)
    return max(starts_at - REMIND_BEFORE, min(morning, starts_at))


def by_day(at: datetime) -> datetime:
    """`at`, or the next morning where that is at night."""
    local = beijing(at)
    if QUIET[1] <= local.time() < QUIET[0]:
        return at
    day: date = local.date() + timedelta(days=local.time() >= QUIET[0])
    return datetime.combine(day, QUIET[1], BEIJING)


def accept_by(staffed: datetime, now: datetime, starts_at: datetime | None) -> datetime:
    """Until when a company may say yes: half an hour of its own time, but in time for another one to come.

    `staffed`: when its dispatcher has been at work for `ACCEPT` since `now`. What begins soon leaves it half the time.
    """
    if starts_at is None:
        return staffed
    return min(staffed, max(now + (starts_at - now) / 2, starts_at - LAST_CALL))


def free_of_charge(starts_at: datetime, cancel_hours: float, now: datetime) -> bool:
    """Whether it can be cancelled without asking the company, by the item's rule."""
    return now <= starts_at - timedelta(hours=float(cancel_hours))
