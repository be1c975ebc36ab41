"""The second question: when. Free times by digits or in her words; the one she picks is held for ten minutes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.bookings import cells, chat_where, keeping, making, rules, spoken, steps, times
from chalicelib.bookings.chat_asked import MOVE, TIME, Asked
from chalicelib.bookings.chat_saying import at, booker, done, price, say, stamp, told, what
from chalicelib.bookings.making import Changed, TimeGone, Wish, mark
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.bookings.records import Booking
    from chalicelib.chat.visit import Visit
    from chalicelib.inbox.receiving import Answer
    from chalicelib.services.records import Item, Option

_SHOWN = 5  # digits for times
_OTHERS = 3  # further ones for other options
_NOON = 12


def ask(visit: 'Visit', item: 'Item', option: 'Option', contact: str = '', before: str = '') -> 'Answer':
    """The next free times, one of each morning and afternoon; what else there is of the item, one digit away."""
    asked = Asked(TIME, item=item.id, option=option.id, mark=mark(option), contact=contact)
    head = say('time.ask', what=what(item, option), price=price(option))
    return _ask(visit, asked, item, option, '\n'.join(filter(None, [before, head])))


def ask_move(visit: 'Visit', booking: 'Booking') -> 'Answer':
    item, option = _found(booking.item, booking.option)
    if item is None or option is None or booking.starts_at is None:
        return told(visit, say('item.withdrawn'))
    asked = Asked(MOVE, item=item.id, option=option.id, booking=booking.id)
    when = clock.spoken_date_time(booking.starts_at)
    return _ask(visit, asked, item, option, say('time.ask_move', what=what(item, option), when=when))


def answer(visit: 'Visit', asked: Asked, said: str) -> 'Answer | None':
    """A digit, or a time in words; None where it is neither."""
    item, option = _found(asked.item, asked.option)
    if item is None or option is None:
        return told(visit, say('item.withdrawn')) if len(said) == 1 and said.isdigit() else None
    if said == '0':
        return _ask(visit, asked, item, option, _head(asked, item, option), at(asked.more) if asked.more else None)
    picked = asked.pick(said)
    if picked.startswith('.'):
        return _other(visit, asked, item, picked[1:])
    if picked:
        return take(visit, asked, at(picked))
    return None if said.isdigit() else _written(visit, asked, item, option)


def _written(visit: 'Visit', asked: Asked, item: 'Item', option: 'Option') -> 'Answer | None':
    """A time in her words. Where the companies' hours leave one, holding it says whether it is free."""
    possible = spoken.moments(visit.text, _possible(item, option, visit.now), visit.now)
    if possible is None:
        return None
    if len(possible) == 1:
        return take(visit, asked, possible[0])
    free = _free(item, option, visit.now)
    meant = [one for one in free if one in possible]
    if len(meant) == 1:
        return take(visit, asked, meant[0])
    if meant:
        return _show(visit, asked, _spread(meant), say('time.several'), '')
    if not free:
        return told(visit, say('time.none', what=what(item, option), unit=visit.unit.name))
    return _show(visit, asked, _by_half_days(free)[:_SHOWN], say('time.not_free') + _head(asked, item, option), '')


def take(visit: 'Visit', asked: Asked, moment: datetime) -> 'Answer':
    """Hold it, or move there what she has; what somebody has taken meanwhile has its neighbours offered."""
    try:
        if asked.step == MOVE:
            return done(visit, steps.move(asked.booking, moment, booker(visit), visit.now))
        wish = Wish(asked.item, asked.option, moment, asked.mark)
        once = f'chat#{visit.conversation.id}#{visit.message.key}'
        planned = making.hold(wish, booker(visit), once, visit.now)
    except TimeGone as gone:
        return lost(visit, asked, gone.nearest)
    except Changed as changed:
        return ask(visit, changed.item, changed.option, asked.contact, str(changed))
    except keeping.Refused as refused:
        return told(visit, str(refused))
    except (keeping.Gone, rules.NotNow):
        return told(visit, say('leave.moved_on'))
    item, option = _found(asked.item, asked.option)
    if item is None or option is None:
        return told(visit, say('item.withdrawn'))
    return chat_where.ask(visit, planned, asked, item, option)


def lost(visit: 'Visit', asked: Asked, nearest: Sequence[datetime]) -> 'Answer':
    """Somebody was quicker: the nearest three by digits."""
    if not nearest:
        return told(visit, say('time.gone_alone'))
    step = asked if asked.step == MOVE else asked._replace(step=TIME, booking='')
    return _show(visit, step, nearest, say('time.gone'), '')


def _ask(
    visit: 'Visit', asked: Asked, item: 'Item', option: 'Option', head: str, since: datetime | None = None
) -> 'Answer':
    free = _by_half_days(_free(item, option, visit.now))
    if not free:
        return told(visit, say('time.none', what=what(item, option), unit=visit.unit.name))
    left = [one for one in free if since is None or one > since] or free
    more = stamp(left[_SHOWN - 1]) if len(left) > _SHOWN else ''
    words = say('time.more') if more else say('time.first') if len(free) > _SHOWN else ''
    return _show(visit, asked._replace(more=more), left[:_SHOWN], head, words, _others(item, option, asked))


def _show(
    visit: 'Visit',
    asked: Asked,
    shown: Sequence[datetime],
    head: str,
    more: str,
    others: Sequence[tuple[str, str]] = (),
) -> 'Answer':
    rows = [say('time.row', digit=n, at=clock.spoken_date_time(one)) for n, one in enumerate(shown, 1)]
    rows += [words.format(digit=n) for n, (_, words) in enumerate(others, len(shown) + 1)]
    entries = (*map(stamp, shown), *(entry for entry, _ in others))
    return told(visit, head, *rows, more, asks=asked._replace(shown=entries))


def _others(item: 'Item', option: 'Option', asked: Asked) -> list[tuple[str, str]]:
    """What else there is of it, as entries that begin with a point, and their rows."""
    others = [one for one in item.options if one.id != option.id]
    if asked.step == MOVE or not others:
        return []
    if len(others) > _OTHERS:
        return [('.', say('time.others', digit='{digit}', n=len(item.options)))]
    rows = [say('time.other', digit='{digit}', option=one.name, price=price(one)) for one in others]
    return [(f'.{one.id}', row) for one, row in zip(others, rows, strict=True)]


def _other(visit: 'Visit', asked: Asked, item: 'Item', option_id: str) -> 'Answer':
    from chalicelib.bookings import chat_items  # the dialogue goes back

    if not option_id:
        return chat_items.options(visit, item)
    option = services.option(item, option_id)
    return ask(visit, item, option, asked.contact) if option else told(visit, say('item.withdrawn'))


def _head(asked: Asked, item: 'Item', option: 'Option') -> str:
    if asked.step == MOVE:
        return say('time.again', what=what(item, option))
    return say('time.ask', what=what(item, option), price=price(option))


def _found(item_id: str, option_id: str) -> 'tuple[Item | None, Option | None]':
    item = services.item(item_id)
    return item, services.option(item, option_id) if item else None


def _free(item: 'Item', option: 'Option', now: datetime) -> list[datetime]:
    return [time.at for found in times.free_times(item, option, now).values() for time in found]


def _possible(item: 'Item', option: 'Option', now: datetime) -> list[datetime]:
    """What the hours of those who come allow, free or not."""
    earliest, last = times.window(item, now)
    days = [clock.day(now) + timedelta(days=number) for number in range(times.DAYS)]
    found = {
        at
        for crew in services.crews_for(item)
        for day in days
        if day <= last
        for at in cells.starts(services.hours_of(crew).work_on(day), times.job(item, option, crew))
        if at >= earliest
    }
    return sorted(found)


def _by_half_days(free: Iterable[datetime]) -> list[datetime]:
    """The first of each morning and each afternoon: five quarter hours of one morning would be no choice."""
    first: dict[tuple[str, bool], datetime] = {}
    for one in free:
        local = clock.beijing(one)
        first.setdefault((local.date().isoformat(), local.hour >= _NOON), one)
    return list(first.values())


def _spread(free: Sequence[datetime]) -> list[datetime]:
    """Five of them, evenly."""
    if len(free) <= _SHOWN:
        return list(free)
    return [free[number * (len(free) - 1) // (_SHOWN - 1)] for number in range(_SHOWN)]
