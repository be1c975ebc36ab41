"""Booking by message: three numbered questions, 「我的预约」 and what may be done there. What answers is loaded late.

A dialogue takes only what answers it; everything else she writes goes to a person, and the question stays open.
"""

from typing import TYPE_CHECKING

from chalicelib.bookings import chat_asked, chat_heard
from chalicelib.inbox import kinds
from chalicelib.inbox.receiving import Answer

if TYPE_CHECKING:
    from chalicelib.chat.visit import Visit


_CLICKS = ('menu:book', 'menu:mine')


def answer(visit: 'Visit') -> Answer | None:
    """What begins something, and the digits and words that answer what we asked."""
    if not _may_talk(visit):
        return None
    if visit.message.kind == 'event':
        if visit.message.event != 'CLICK' or visit.message.event_key not in _CLICKS:
            return None
    elif not visit.text or not (_begins(visit.text) or _asked(visit)):
        return None
    from chalicelib.bookings import chat_dialog

    return chat_dialog.answer(visit)


def words(visit: 'Visit') -> Answer | None:
    """Where to come, or what she wishes: what nothing else in the chat takes, as far as it can be that."""
    if not _may_talk(visit) or not visit.text or not _asked(visit):
        return None
    from chalicelib.bookings import chat_dialog

    return chat_dialog.words(visit)


def _may_talk(visit: 'Visit') -> bool:
    """Not where she could not be told, nor by what may be somebody else's; and danger comes before everything."""
    found = visit.conversation
    in_danger = bool(found.waiting_unit) and kinds.kind(found.kind).urgent
    return not (visit.late or not visit.proven or in_danger)


def _asked(visit: 'Visit') -> bool:
    asked = visit.conversation.asked
    return asked is not None and asked.kind == chat_asked.KIND


def _begins(text: str) -> bool:
    said = chat_heard.plain(text)
    return bool(chat_heard.word(said) or chat_heard.numbered(said) or chat_heard.service(said))
