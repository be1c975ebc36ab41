"""Whose place it is: by the point she sends, by her choice of street and community, and whether she lives there too.

Only where an account stands for more than a community. The message itself waits for nobody: it is on that account's
list at once, and moves when she has said where it happens.
"""

from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.alliance import actions as alliance
from chalicelib.chat import choosing, danger, reception
from chalicelib.chat.choosing import Offer
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox import belonging, kinds
from chalicelib.inbox.receiving import NOTHING, Answer, Question

if TYPE_CHECKING:
    from chalicelib.alliance.records import Unit

PLACE, LIVES = 'place', 'lives'
OF_MANY = ('district', 'street')
_YES, _NO = ('1', '是'), ('2', '不是')


def receipt(visit: Visit) -> Answer:
    """Everything else waits for a person: of the place where it happens, as far as that can be known or asked."""
    if not _may_be_placed(visit):
        return reception.receipt(visit)
    near = choosing.near(visit)
    if len(near) == 1 and near[0].id != visit.unit.id:
        return _routed(visit, near[0])
    received = reception.receipt(visit)
    if visit.late or urgent(visit, received) or visit.unit.kind not in OF_MANY:
        return received
    offer = Offer.among(near) if len(near) > 1 else Offer.under(visit.unit.id)
    if not offer.ids or not (received.receipt or near):
        return received
    words = '\n'.join(filter(None, [received.words, _offered(visit, offer)]))
    return received._replace(words=words, receipt=True, asks=_question(offer))


def answer(visit: Visit) -> Answer | None:
    """A digit, or a name, that answers the last question about places; nobody waits for it."""
    asked = visit.conversation.asked
    if asked is None or asked.kind not in (PLACE, LIVES):
        return None
    said = choosing.said(visit)
    if visit.now >= asked.until:  # late digits mean the menu; those it has take its own way
        return reception.menu_again(visit) if said in map(str, range(10)) else None
    if asked.kind == LIVES:
        return _lives(visit, asked.about, said)
    return _chosen(visit, Offer.read(asked.about), said)


def _may_be_placed(visit: Visit) -> bool:
    own = alliance.unit(visit.account.unit)
    return bool(own and own.kind in OF_MANY) and belonging.untouched(visit.conversation, visit.account.unit)


def _routed(visit: Visit, place: 'Unit') -> Answer:
    """By the point she has sent: told also within a burst, since somebody else has it now."""
    received = reception.receipt(visit._replace(unit=place))
    words = say('place.by_point', unit=place.name)
    if received.words:
        words = f'{words}\n{received.words}'
    elif visit.conversation.due_at:
        same = '' if danger.is_open(visit.conversation) else say('place.same_time')
        words, received = words + same, received._replace(due_at=visit.conversation.due_at)
    silent = visit.late or urgent(visit, received) or not _may_live(visit, place)
    asks = None if silent else Question(LIVES, place.id)
    if asks:
        words += '\n' + say('place.lives', unit=place.name)
    return received._replace(words=words, receipt=True, routes=place.id, asks=asks or NOTHING)


def urgent(visit: Visit, received: Answer) -> bool:
    """Whoever is in danger is asked nothing."""
    return received.kind == kinds.DANGER or danger.is_open(visit.conversation)


def _may_live(visit: Visit, unit: 'Unit') -> bool:
    """Whether it is worth asking: not where her home is known, nor where she has said that it is not there."""
    found = visit.conversation
    elsewhere = (*found.not_home, *(home.unit for home in found.homes))
    return not home_known(visit) and unit.id not in elsewhere


def home_known(visit: Visit) -> bool:
    home = alliance.unit(visit.conversation.home_unit)
    return home is not None and home.kind not in OF_MANY


def _lives(visit: Visit, unit_id: str, said: str) -> Answer | None:
    unit = alliance.unit(unit_id)
    if unit is None or said not in (*_YES, *_NO):
        return None
    if said in _NO:
        return told(visit, say('place.only_this', unit=unit.name), NOTHING)._replace(not_home=unit.id)
    remembered = told(visit, say('place.remembered', unit=unit.name), NOTHING)._replace(lives=unit.id)
    if visit.conversation.known_until is None:
        return remembered
    from chalicelib.residents import actions as residents  # few have told who they are

    return remembered._replace(writes=tuple(residents.lives(visit.conversation, unit.id, visit.now)))


def _chosen(visit: Visit, offer: Offer, said: str) -> Answer | None:
    if said == '0':
        further = offer.beyond(visit.account.unit)
        return _ask(visit, further) if further else None
    unit = offer.pick(said)
    if unit is None:
        if said.isdigit() and len(said) == 1:
            return told(visit, say('place.no_such') + '\n' + _offered(visit, offer), _question(offer))
        return None
    if unit.kind == 'street':
        return _ask(visit, Offer.under(unit.id))
    if visit.conversation.waiting_unit is None:
        return told(visit, say('menu.nothing_open', unit=visit.unit.name), NOTHING)
    if not _may_be_placed(visit):
        return told(visit, say('place.taken', unit=visit.unit.name), NOTHING)
    return _put_there(visit, unit)


def _put_there(visit: Visit, unit: 'Unit') -> Answer:
    if danger.is_open(visit.conversation):  # no time is named
        return told(visit, say('place.in_danger', unit=unit.name), NOTHING)._replace(routes=unit.id)
    words = say('place.by_choice', unit=unit.name, by=by(visit))
    if not _may_live(visit, unit):
        return told(visit, words, NOTHING)._replace(routes=unit.id)
    words += '\n' + say('place.lives', unit=unit.name)
    return told(visit, words, Question(LIVES, unit.id))._replace(routes=unit.id)


def by(visit: Visit) -> str:
    """The time she was promised, while it lies ahead."""
    due_at = visit.conversation.due_at
    return say('place.by', by=clock.spoken_date_time(due_at)) if due_at and due_at > visit.now else ''


def ask_where(visit: Visit) -> Answer | None:
    """Where it happens, of what is already on the list; None where this account or the staff leave nothing to ask."""
    return _ask(visit, Offer.under(visit.account.unit)) if _may_be_placed(visit) else None


def _ask(visit: Visit, offer: Offer) -> Answer | None:
    return told(visit, _offered(visit, offer), _question(offer)) if offer.ids else None


def _offered(visit: Visit, offer: Offer) -> str:
    return offer.spoken(visit.account.unit, say('place.street'))


def _question(offer: Offer) -> Question:
    return Question(PLACE, offer.about)


def told(visit: Visit, words: str, asks: Question) -> Answer:
    """What a choice is answered with: nothing for lists, and nobody waits for it."""
    return Answer(words, asks=asks, chosen=True, fresh=visit.conversation.fresh)
