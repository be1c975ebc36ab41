"""How the dialogue about bookings speaks: an answer nobody has to wait for, the words of an item, who books."""

from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.bookings.making import Booker
from chalicelib.catalogue import catalogue
from chalicelib.inbox.receiving import NOTHING, Answer
from chalicelib.services import actions as services

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.bookings.chat_asked import Asked
    from chalicelib.bookings.keeping import Planned
    from chalicelib.chat.visit import Visit
    from chalicelib.services.records import Item, Option

say = catalogue(__file__, 'chat_words.toml')


def told(visit: 'Visit', *lines: str, asks: 'Asked | None' = None) -> Answer:
    """What a choice is answered with: nothing for lists, and nobody waits for it."""
    question = asks.question if asks else NOTHING
    return Answer('\n'.join(filter(None, lines)), asks=question, chosen=True, fresh=visit.conversation.fresh)


def again(visit: 'Visit', asked: 'Asked', *lines: str) -> Answer:
    """The same question stays open."""
    return told(visit, *lines, asks=asked)


def doing(visit: 'Visit', planned: 'Planned', *lines: str, asks: 'Asked | None' = None) -> Answer:
    """A step in the transaction of her message. What she would be told of it are the lines: once is enough."""
    planned.without(visit.conversation.id)
    return told(visit, *lines, asks=asks)._replace(writes=(planned.write,), after=(planned.deliver,))


def done(visit: 'Visit', planned: 'Planned') -> Answer:
    """A step that is told in the words everybody reads of it."""
    own = [note.words for note in planned.notes if note.conversation == visit.conversation.id]
    return doing(visit, planned, *own[:1])


def booker(visit: 'Visit') -> Booker:
    return Booker(visit.conversation.id, visit.conversation.home_unit, 'chat')


def what(item: 'Item', option: 'Option') -> str:
    return f'{item.name}（{option.name}）'


def price(option: 'Option') -> str:
    return services.price_words(option)


def at(moment: str) -> 'datetime':
    """A moment as it stands in a question."""
    return clock.from_epoch(int(moment))


def stamp(at: 'datetime') -> str:
    return str(int(at.timestamp()))
