"""「满意」 and its like for what was done, and 「不是我」 for what a link has brought."""

from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.bookings import actions, chat_heard, keeping, records, rules, steps, telling
from chalicelib.bookings.chat_saying import booker, doing, say, told
from chalicelib.bookings.words import say as say_of
from chalicelib.inbox import kinds, machine, promises
from chalicelib.inbox import rules as inbox_rules
from chalicelib.residents import guests

if TYPE_CHECKING:
    from chalicelib.bookings.keeping import Planned
    from chalicelib.chat.visit import Visit
    from chalicelib.inbox.receiving import Answer


def rated(visit: 'Visit', said: str) -> 'Answer | None':
    """Only where it is plain which booking is meant; else these are words like any other."""
    waiting = [
        one
        for one in records.of_person(visit.conversation.id, visit.now - rules.CONTACT_KEPT)
        if one.state == rules.DONE and visit.now < one.over_at + rules.RATING_OPEN
    ]
    if len(waiting) != 1:
        return None
    rating = chat_heard.rating(said)
    try:
        planned = steps.rate(waiting[0].id, rating, booker(visit), visit.now, raises=False)
    except (keeping.Gone, keeping.Refused, rules.NotNow):  # the list was a second old
        return None
    if rating > rules.LOW_RATING:
        return doing(visit, planned, say('rated.thanks', rating=rules.RATINGS[rating]))
    return _low(visit, planned, rating)


def _low(visit: 'Visit', planned: 'Planned', rating: int) -> 'Answer':
    """A person will ask her what was wrong: her own word is what waits, with a line that says what of."""
    booking = planned.booking
    words = say_of('matter.low_rating', rating=rules.RATINGS[rating], **steps.matter(booking))
    line = machine.machine_note(visit.conversation, words, f'{booking.id}.rating', visit.now)
    planned.writes.append(lambda tx: tx.save(line))
    promise = _promise(visit)
    by = clock.spoken_date_time(promise.due_at)
    told_by = say('rated.low_next' if promise.at_next_word else 'rated.low', unit=visit.unit.name, by=by)
    answer = doing(visit, planned, told_by)
    return answer._replace(chosen=False, waits=True, receipt=True, due_at=promise.due_at)


def _promise(visit: 'Visit') -> promises.Promise:
    """As any message is promised; what she was promised before, where that is sooner."""
    found, at = visit.conversation, visit.message.at
    until = inbox_rules.window_after(found, visit.message.opens, at)
    promise = promises.promise(found, visit.unit.id, at, until, kinds.ORDINARY)
    if found.waiting_unit and found.due_at and visit.now < found.due_at < promise.due_at:
        return promise._replace(due_at=found.due_at)
    return promise


def not_me(visit: 'Visit') -> 'Answer | None':
    """All that links have brought since yesterday is taken back, and every link that is out ends.

    Where there is nothing to take back, her words are a message like any other.
    """
    undone = actions.undo_by_link(visit.conversation.id, visit.now)
    guests.end_all(visit.conversation.id, visit.now)
    if not undone:
        return None
    cancelled = [one for one in undone if one.state == rules.CANCELLED]
    what = '、'.join(telling.what(one) for one in cancelled)
    words = say_of('told.undone', n=len(cancelled), what=what) if cancelled else ''
    return told(visit, words, say('not_me.left') if len(cancelled) < len(undone) else '')
