"""The dialogue about bookings: which part of it a message answers."""

from typing import TYPE_CHECKING

from chalicelib.bookings import chat_asked, chat_heard, chat_items, chat_mine, chat_rating, chat_times, chat_where
from chalicelib.bookings.chat_asked import Asked
from chalicelib.bookings.chat_saying import say, told
from chalicelib.inbox import rules

if TYPE_CHECKING:
    from chalicelib.chat.visit import Visit
    from chalicelib.inbox.receiving import Answer


def answer(visit: 'Visit') -> 'Answer | None':
    """A new beginning goes before what is open: what was held until then is let go in the same moment.

    A step of its own may write the same rows: then what was held runs out by itself.
    """
    said, asked = chat_heard.plain(visit.text), _open(visit)
    begun = _begin(visit, said, asked)
    if begun is None:
        return _go_on(visit, asked, said) if asked else _late(visit, said)
    freed = chat_where.let_go(visit, asked) if asked and not begun.writes else ()
    return begun._replace(writes=(*begun.writes, *freed))


def words(visit: 'Visit') -> 'Answer | None':
    """Where to come, or what she wishes."""
    asked = _open(visit)
    if asked is None or rules.is_courtesy(visit.text):
        return None
    if asked.step == chat_asked.WISH:
        return chat_where.wish(visit, asked)
    return chat_where.written(visit, asked) if asked.step == chat_asked.WHERE else None


def _open(visit: 'Visit') -> Asked | None:
    asked = visit.conversation.asked
    ours = asked is not None and asked.kind == chat_asked.KIND and visit.now < asked.until
    return Asked.read(asked.about) if ours else None


def _late(visit: 'Visit', said: str) -> 'Answer | None':
    """A digit that comes after half an hour answers nothing: she is told so."""
    ours = visit.conversation.asked is not None and visit.conversation.asked.kind == chat_asked.KIND
    return told(visit, say('leave.over')) if ours and len(said) == 1 and said.isdigit() else None


def _begin(visit: 'Visit', said: str, asked: Asked | None) -> 'Answer | None':
    if visit.message.kind == 'event':
        return chat_mine.listed(visit) if visit.message.event_key == 'menu:mine' else chat_items.ask(visit)
    if numbered := chat_heard.numbered(said):
        return chat_mine.with_number(visit, *numbered)
    match chat_heard.word(said):
        case 'start':
            return chat_items.ask(visit)
        case 'mine':
            return chat_mine.listed(visit)
        case 'rated':
            return chat_rating.rated(visit, said)
        case 'not_me':
            return chat_rating.not_me(visit)
    writes_it_down = asked is not None and asked.step in (chat_asked.WISH, chat_asked.WHERE)
    return chat_items.named(visit, said) if chat_heard.service(said) and not writes_it_down else None


def _go_on(visit: 'Visit', asked: Asked, said: str) -> 'Answer | None':
    found = _step(visit, asked, said)
    if found is None and chat_heard.leaves(said):
        return _leave(visit, asked)
    if found is None and len(said) == 1 and said.isdigit():
        return chat_items.unknown(visit, asked)
    return found


def _step(visit: 'Visit', asked: Asked, said: str) -> 'Answer | None':
    match asked.step:
        case chat_asked.ITEM | chat_asked.SHELVES | chat_asked.OPTION:
            return chat_items.digit(visit, asked, said)
        case chat_asked.TIME | chat_asked.MOVE:
            return chat_times.answer(visit, asked, said)
        case chat_asked.SURE:
            return chat_where.sure(visit, asked, said)
        case chat_asked.MINE:
            return chat_mine.picked(visit, asked, said)
        case chat_asked.ONE:
            return chat_mine.chosen(visit, asked, said)
        case chat_asked.CANCEL:
            return chat_mine.cancel(visit, asked, said)
    return None


def _leave(visit: 'Visit', asked: Asked) -> 'Answer':
    if asked.step in (chat_asked.MINE, chat_asked.ONE, chat_asked.MOVE, chat_asked.CANCEL):
        return told(visit, say('leave.kept'))
    return chat_where.leave(visit, asked)
