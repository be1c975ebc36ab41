"""The third question: where to come and whom to ring; then it is booked.

What she writes, or what is known of her, is laid aside in the row that will be the booking's contact, for a day: the
question that is kept with her conversation names the row and holds nothing of it.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.bookings import chat_heard, keeping, making, records, rules, spoken, steps, telling
from chalicelib.bookings.chat_asked import SURE, WHERE, Asked
from chalicelib.bookings.chat_saying import again, booker, doing, price, say, told, what
from chalicelib.bookings.making import Changed, TimeGone, Where, Wish
from chalicelib.bookings.records import Contact
from chalicelib.residents import actions as residents
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from chalicelib.bookings.keeping import Planned
    from chalicelib.bookings.records import Booking
    from chalicelib.chat.visit import Visit
    from chalicelib.inbox.receiving import Answer
    from chalicelib.services.records import Item, Option
    from chalicelib.storage import Write

_LAID_ASIDE = timedelta(days=1)  # OURS: what is written in a dialogue that nobody goes through with
_OTHER = ('2', '换地址', '改地址', '换电话')


def ask(visit: 'Visit', planned: 'Planned', asked: Asked, item: 'Item', option: 'Option') -> 'Answer':
    """What is held and until when, and where to come, as far as she has written it or it is known."""
    booking = planned.booking
    held = say(
        'where.held', until=f'{clock.beijing(booking.due_at):%H:%M}', what=what(item, option),
        when=clock.spoken_date_time(booking.starts_at), price=price(option),
    )  # fmt: skip
    following = asked._replace(booking=booking.id, contact=booking.id, shown=(), more='')
    kept = _written(asked.contact, visit) or _known(visit)
    lines, following, write = _next(visit, following, item, kept)
    answer = doing(visit, planned, held, *lines, asks=following)
    return answer._replace(writes=(*answer.writes, *write))


def wish(visit: 'Visit', asked: Asked) -> 'Answer | None':
    """What a request is about: the very next words after we asked, if they are short enough to be passed on."""
    item, option = _item(asked)
    opened = visit.conversation.window_from
    fresh = opened is not None and asked.more == str(int(opened.timestamp()))
    said = ' '.join(visit.text.split())
    if item is None or option is None or not fresh or len(said) > rules.CONTACT_MOST['note'] or said.isdigit():
        return None
    kept = _known(visit) or Where()
    once = _once(visit, visit.message.key)
    following = asked._replace(contact=making.number(once), more=visit.message.key)
    lines, following, write = _next(visit, following, item, kept._replace(note=said))
    told_where = bool(spoken.phone(said))
    return told(visit, say('where.wish'), *lines, asks=following)._replace(writes=write, private=told_where)


def written(visit: 'Visit', asked: Asked) -> 'Answer | None':
    """Address and telephone, in one message or two; None where it can be neither.

    They are nobody's to read but of those who come: the conversation keeps that she wrote, not what.
    """
    item, _ = _item(asked)
    found = spoken.told(visit.text)
    if item is None or found is None:
        return None
    row = records.contact(asked.contact) if asked.contact else None
    if row and row.forget_at is None:  # confirmed at a page meanwhile: this would stand in place of where to come
        return None
    before = _as_written(row, visit) or Where()
    kept = before._replace(phone=found.phone or before.phone, address=found.address or before.address)
    if not _complete(item, kept):
        words = say('where.no_phone' if kept.address else 'where.no_address')
        return again(visit, asked, words)._replace(writes=(_lay_aside(asked.contact, kept, visit),), private=True)
    lines, following, write = _next(visit, asked, item, kept)
    return told(visit, *lines, asks=following)._replace(writes=write, private=True)


def sure(visit: 'Visit', asked: Asked, said: str) -> 'Answer | None':
    """Yes, or another address."""
    if chat_heard.agrees(said):
        return _book(visit, asked)
    if said not in _OTHER:
        return None
    item, _ = _item(asked)
    if item is None:
        return told(visit, say('item.withdrawn'))
    return told(visit, _asks(item), say('where.leave'), asks=asked._replace(step=WHERE))


def leave(visit: 'Visit', asked: Asked) -> 'Answer':
    """The slot is free again at once, and what she has written is gone."""
    return told(visit, say('leave.done'))._replace(writes=let_go(visit, asked))


def let_go(visit: 'Visit', asked: Asked) -> 'tuple[Write, ...]':
    if asked.step not in (WHERE, SURE) or not asked.contact:
        return ()
    writes: tuple[Write, ...] = (records.erase_contact(asked.contact),)
    if asked.booking:
        try:
            if steps.own(asked.booking, booker(visit)).state != rules.HELD:  # confirmed elsewhere, or over by itself
                return ()
            planned = steps.cancel(asked.booking, booker(visit), visit.now)
        except (keeping.Gone, keeping.Refused, rules.NotNow):
            return ()
        writes = (*writes, planned.write)
    return writes


def _book(visit: 'Visit', asked: Asked) -> 'Answer':
    from chalicelib.bookings import chat_times  # the dialogue goes back

    kept = _written(asked.contact, visit) or Where()
    try:
        if asked.booking:
            planned = making.confirm(asked.booking, kept, asked.mark, booker(visit), visit.now)
        else:
            wish = Wish(asked.item, asked.option, None, asked.mark)
            planned = making.request(wish, booker(visit), kept, _once(visit, asked.more), visit.now)
    except TimeGone as gone:
        return chat_times.lost(visit, asked, gone.nearest)
    except Changed as changed:
        return told(visit, str(changed), *_choices(), asks=asked._replace(mark=making.mark(changed.option)))
    except keeping.Refused as refused:
        return told(visit, str(refused))
    except (keeping.Gone, rules.NotNow):
        return told(visit, say('leave.again'))
    return doing(visit, planned, _is_booked(planned.booking))


def _is_booked(booking: 'Booking') -> str:
    words = 'done.booked' if booking.starts_at else 'done.asked_for'
    return say(
        words, what=telling.what(booking), when=telling.when(booking), price=telling.price(booking), id=booking.id,
        partner=telling.name(booking.partner or ''), by=clock.spoken_date_time(booking.due_at),
    )  # fmt: skip


def _next(
    visit: 'Visit', asked: Asked, item: 'Item', kept: Where | None
) -> 'tuple[list[str], Asked, tuple[Write, ...]]':
    """What is still to be asked: to write it down, or to say yes to what is known."""
    write = (_lay_aside(asked.contact, kept, visit),) if kept else ()
    if not kept or not _complete(item, kept):
        return [_asks(item), say('where.leave')], asked._replace(step=WHERE), write
    tail = ''.join(sign for sign in kept.phone if sign.isdigit())[-4:]
    if _comes(item):
        words = say('where.known', address=spoken.shortened(kept.address), tail=tail)
    else:
        words = say('where.known_venue', venue=item.venue or '', tail=tail)
    return [words, *_choices()], asked._replace(step=SURE), write


def _asks(item: 'Item') -> str:
    return say('where.ask') if _comes(item) else say('where.ask_phone', venue=item.venue or '')


def _choices() -> list[str]:
    return [say('where.yes'), say('where.other'), say('where.leave')]


def _comes(item: 'Item') -> bool:
    return bool(item.where == 'home')


def _complete(item: 'Item', kept: Where) -> bool:
    return bool(kept.phone and (kept.address or not _comes(item)))


def _known(visit: 'Visit') -> Where | None:
    """What she or a clerk has told of her; asks the store only where something is."""
    resident = residents.of(visit.conversation, visit.now)
    if resident is None:
        return None
    said = {name: residents.said(resident, name) for name in ('name', 'building', 'door', 'phone')}
    name, building, door, phone = (one['text'] if one else '' for one in said.values())
    return Where(name, phone, f'{building} {door}'.strip() if building else '')


def _written(contact: str, visit: 'Visit') -> Where | None:
    return _as_written(records.contact(contact) if contact else None, visit)


def _as_written(row: Contact | None, visit: 'Visit') -> Where | None:
    if row is None or row.conversation != visit.conversation.id:
        return None
    return Where(row.name, row.phone, row.address, row.note)


def _lay_aside(contact: str, kept: Where, visit: 'Visit') -> 'Write':
    row = Contact(contact, conversation=visit.conversation.id, forget_at=visit.now + _LAID_ASIDE, **kept._asdict())
    return lambda tx: records.lay_aside(tx, row)


def _item(asked: Asked) -> 'tuple[Item | None, Option | None]':
    item = services.item(asked.item)
    return item, services.option(item, asked.option) if item else None


def _once(visit: 'Visit', key: str) -> str:
    return f'chat#{visit.conversation.id}#{key}'
