"""Whose place it is: by the point she sends, by her choice of street and community, and whether she lives there too.

Only where an account stands for more than a community. The message itself waits for nobody: it is on that account's
list at once, and moves when she has said where it happens.
"""

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Self

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.alliance import places
from chalicelib.chat import danger, reception
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox import belonging, kinds
from chalicelib.inbox.receiving import NOTHING, Answer, Question

if TYPE_CHECKING:
    from chalicelib.alliance.records import Unit

PLACE, LIVES = 'place', 'lives'
A_PAGE = 9  # digits from 1; 0 is for what is not among them
_OF_MANY = ('district', 'street')
_ENDINGS = ('街道', '社区')
_YES, _NO = ('1', '是'), ('2', '不是')


class Offer(NamedTuple):
    """What was offered for a digit: these units, a page of those under `parent`; no parent where they lie about."""

    parent: str
    page: int
    ids: tuple[str, ...]

    @classmethod
    def under(cls, parent: str, page: int = 0) -> Self:
        children = _under(parent)
        shown = children[page * A_PAGE : (page + 1) * A_PAGE] or children[:A_PAGE]
        return cls(parent, page if children[page * A_PAGE :] else 0, tuple(unit.id for unit in shown))

    @classmethod
    def read(cls, about: str) -> Self:
        parent, page, ids = about.split('|')
        return cls(parent, int(page), tuple(ids.split(',')))

    @property
    def question(self) -> Question:
        """With the units themselves: a digit means what she was shown, whoever has changed the units since."""
        return Question(PLACE, f'{self.parent}|{self.page}|{",".join(self.ids)}')

    @property
    def has_more(self) -> bool:
        return bool(self.parent) and len(_under(self.parent)) > (self.page + 1) * A_PAGE


def receipt(visit: Visit) -> Answer:
    """Everything else waits for a person: of the place where it happens, as far as that can be known or asked."""
    if not _may_be_placed(visit):
        return reception.receipt(visit)
    near = _near(visit)
    if len(near) == 1 and near[0].id != visit.unit.id:
        return _routed(visit, near[0])
    received = reception.receipt(visit)
    if visit.late or _urgent(visit, received) or visit.unit.kind not in _OF_MANY:
        return received
    offer = Offer('', 0, tuple(unit.id for unit in near)) if len(near) > 1 else Offer.under(visit.unit.id)
    if not offer.ids or not (received.receipt or near):
        return received
    words = '\n'.join(filter(None, [received.words, _offered(visit, offer)]))
    return received._replace(words=words, receipt=True, asks=offer.question)


def answer(visit: Visit) -> Answer | None:
    """A digit, or a name, that answers the last question about places; nobody waits for it."""
    asked = visit.conversation.asked
    if asked is None or asked.kind not in (PLACE, LIVES):
        return None
    said = _said(visit)
    if visit.now >= asked.until:  # late digits mean the menu; those it has take its own way
        return reception.menu_again(visit) if said in map(str, range(10)) else None
    if asked.kind == LIVES:
        return _lives(visit, asked.about, said)
    return _chosen(visit, Offer.read(asked.about), said)


def _may_be_placed(visit: Visit) -> bool:
    own = alliance.unit(visit.account.unit)
    return bool(own and own.kind in _OF_MANY) and belonging.untouched(visit.conversation, visit.account.unit)


def _near(visit: Visit) -> list['Unit']:
    if visit.message.kind != 'location':
        return []
    longitude, latitude = float(visit.message.text_at('Location_Y')), float(visit.message.text_at('Location_X'))
    found = (alliance.unit(id) for id in places.candidates(longitude, latitude))
    return [unit for unit in found if unit]


def _routed(visit: Visit, place: 'Unit') -> Answer:
    """By the point she has sent: told also within a burst, since somebody else has it now."""
    received = reception.receipt(visit._replace(unit=place))
    words = say('place.by_point', unit=place.name)
    if received.words:
        words = f'{words}\n{received.words}'
    elif visit.conversation.due_at:
        same = '' if danger.is_open(visit.conversation) else say('place.same_time')
        words, received = words + same, received._replace(due_at=visit.conversation.due_at)
    asks = None if visit.late or _urgent(visit, received) or _home_known(visit) else Question(LIVES, place.id)
    if asks:
        words += '\n' + say('place.lives', unit=place.name)
    return received._replace(words=words, receipt=True, routes=place.id, asks=asks or NOTHING)


def _urgent(visit: Visit, received: Answer) -> bool:
    """Whoever is in danger is asked nothing."""
    return received.kind == kinds.DANGER or danger.is_open(visit.conversation)


def _home_known(visit: Visit) -> bool:
    home = alliance.unit(visit.conversation.home_unit)
    return home is not None and home.kind not in _OF_MANY


def _lives(visit: Visit, unit_id: str, said: str) -> Answer | None:
    unit = alliance.unit(unit_id)
    if unit is None or said not in (*_YES, *_NO):
        return None
    if said in _NO:
        return _told(visit, say('place.only_this', unit=unit.name), NOTHING)
    remembered = _told(visit, say('place.remembered', unit=unit.name), NOTHING)._replace(lives=unit.id)
    if visit.conversation.known_until is None:
        return remembered
    from chalicelib.residents import actions as residents  # few have told who they are

    return remembered._replace(writes=tuple(residents.lives(visit.conversation, unit.id, visit.now)))


def _chosen(visit: Visit, offer: Offer, said: str) -> Answer | None:
    if said == '0':
        return _beyond(visit, offer)
    unit = _pick(offer.ids, said)
    if unit is None:
        if said.isdigit() and len(said) == 1:
            return _told(visit, say('place.no_such') + '\n' + _offered(visit, offer), offer.question)
        return None
    if unit.kind == 'street':
        return _ask(visit, Offer.under(unit.id))
    if visit.conversation.waiting_unit is None:
        return _told(visit, say('menu.nothing_open', unit=visit.unit.name), NOTHING)
    if not _may_be_placed(visit):
        return _told(visit, say('place.taken', unit=visit.unit.name), NOTHING)
    return _put_there(visit, unit)


def _put_there(visit: Visit, unit: 'Unit') -> Answer:
    if danger.is_open(visit.conversation):  # no time is named
        return _told(visit, say('place.in_danger', unit=unit.name), NOTHING)._replace(routes=unit.id)
    due_at = visit.conversation.due_at
    by = say('place.by', by=clock.spoken_date_time(due_at)) if due_at and due_at > visit.now else ''
    words = say('place.by_choice', unit=unit.name, by=by) + '\n' + say('place.lives', unit=unit.name)
    return _told(visit, words, Question(LIVES, unit.id))._replace(routes=unit.id)


def _beyond(visit: Visit, offer: Offer) -> Answer | None:
    """0: the next page; after the last one a step back; where there is neither, the menu's."""
    own = visit.account.unit
    if not offer.parent:
        return _ask(visit, Offer.under(own))
    if offer.has_more:
        return _ask(visit, Offer.under(offer.parent, offer.page + 1))
    return _ask(visit, Offer.under(own)) if offer.page or offer.parent != own else None


def _ask(visit: Visit, offer: Offer) -> Answer | None:
    return _told(visit, _offered(visit, offer), offer.question) if offer.ids else None


def _offered(visit: Visit, offer: Offer) -> str:
    units = [unit for unit in map(alliance.unit, offer.ids) if unit]
    parent = alliance.unit(offer.parent)
    if not offer.parent:
        asked, beyond = say('place.among'), say('place.neither')
    elif parent and parent.kind == 'street':
        asked, beyond = say('place.community', street=parent.name), _beyond_words(visit, offer)
    else:
        asked, beyond = say('place.street'), _beyond_words(visit, offer)
    rows = [say('place.row', digit=n, name=unit.name) for n, unit in enumerate(units, 1)]
    return '\n'.join(filter(None, [asked, *rows, beyond]))


def _beyond_words(visit: Visit, offer: Offer) -> str:
    if offer.has_more:
        return say('place.more')
    if offer.parent != visit.account.unit:
        return say('place.back')
    return say('place.first_page') if offer.page else ''


def _pick(ids: Sequence[str], said: str) -> 'Unit | None':
    """By its digit, or by its name, with or without 社区 and 街道."""
    if said.isdigit():
        return alliance.unit(ids[int(said) - 1]) if len(said) == 1 and 0 < int(said) <= len(ids) else None
    named = [unit for unit in map(alliance.unit, ids) if unit and said in (unit.name, _short(unit.name))]
    return named[0] if said and len(named) == 1 else None


def _short(name: str) -> str:
    return next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)


def _under(parent: str) -> list['Unit']:
    """Streets of the district that have communities, or communities of a street, in the district's own order."""
    children = [unit for unit in alliance.units() if unit.parent == parent]
    if any(unit.kind == 'street' for unit in children):
        with_some = {unit.parent for unit in alliance.units() if unit.kind == 'community'}
        return [unit for unit in children if unit.kind == 'street' and unit.id in with_some]
    return [unit for unit in children if unit.kind == 'community']


def _said(visit: Visit) -> str:
    """１ and 1。 too."""
    return unicodedata.normalize('NFKC', visit.text).strip(' .。,，!！「」')


def _told(visit: Visit, words: str, asks: Question) -> Answer:
    return Answer(words, asks=asks, chosen=True, fresh=visit.conversation.fresh)
