"""For whom she writes: a resident with two homes, or who sees to a parent in another community, says so by digits.

「替家人」 tells us of a further home. Only who has one is asked anything: with the receipt of a new matter, which is on
the list of where she lives meanwhile, as ever. In danger nobody is asked.
"""

import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Self

from chalicelib.alliance import actions as alliance
from chalicelib.chat import asking, belonging, choosing, danger, reception
from chalicelib.chat.choosing import Offer
from chalicelib.chat.visit import Visit
from chalicelib.chat.words import say
from chalicelib.inbox import belonging as homes
from chalicelib.inbox import kinds, rules
from chalicelib.inbox.receiving import NOTHING, Answer, Question

if TYPE_CHECKING:
    from chalicelib.alliance.records import Unit

NAME, WHERE, WHOM = 'home_name', 'home_where', 'whom'
LABEL_MOST = 12  # characters
_REMOVES = re.compile(r'(?:删掉|删除|去掉)(.+)')
_NO_WORD = re.compile(r'[^\w ]+')


class Choices(NamedTuple):
    """For whom it can be: herself first, with '' for a label; what she calls the others, and the unit of each."""

    of: tuple[tuple[str, str], ...]

    @classmethod
    def now(cls, visit: Visit) -> Self:
        found = visit.conversation
        return cls((('', found.home_unit), *((home.label, home.unit) for home in found.homes)))

    @classmethod
    def read(cls, about: str) -> Self:
        pairs = (row.partition(':') for row in about.split('|'))
        return cls(tuple((label, unit) for unit, _, label in pairs))

    @property
    def question(self) -> Question:
        """With what was shown: a digit means that, whatever has been added or removed since."""
        return Question(WHOM, '|'.join(f'{unit}:{label}' for label, unit in self.of))

    @property
    def words(self) -> str:
        rows = (self._row(digit, label, unit) for digit, (label, unit) in enumerate(self.of, 1))
        return '\n'.join([say('whom.asked'), *rows])

    def _row(self, digit: int, label: str, unit_id: str) -> str:
        unit, whom = alliance.unit(unit_id), label or say('whom.herself')
        if unit is None or (not label and unit.kind in belonging.OF_MANY):  # where she lives herself is not known
            return say('place.row', digit=digit, name=whom)
        return say('whom.row', digit=digit, whom=whom, unit=unit.name)

    def pick(self, said: str) -> tuple[str, str] | None:
        if said.isdigit():
            return self.of[int(said) - 1] if len(said) == 1 and 0 < int(said) <= len(self.of) else None
        return next((one for one in self.of if said and said in (one[0] or say('whom.herself'),)), None)


def receipt(visit: Visit) -> Answer:
    """What waits for a person: a new matter of who has further homes is asked for whom, else where it happens."""
    if not _asks(visit):
        return belonging.receipt(visit)
    received = reception.receipt(visit)
    if belonging.urgent(visit, received) or not received.receipt:
        return received
    choices = Choices.now(visit)
    return received._replace(words=f'{received.words}\n{choices.words}', asks=choices.question)


def answer(visit: Visit) -> Answer | None:
    """What begins or ends a further home, and digits and points that answer what was asked; nobody waits for it."""
    if visit.late or not visit.proven:
        return None
    if danger.is_open(visit.conversation):
        return _digit_in_danger(visit)
    if asking.asks(visit, 'family'):
        return _begin(visit)
    if removed := _removed(visit):
        return removed
    asked = visit.conversation.asked
    if asked is None or asked.kind not in (NAME, WHERE, WHOM):
        return None
    said = choosing.said(visit)
    if visit.now >= asked.until:
        return reception.menu_again(visit) if said in map(str, range(10)) else None
    if asked.kind == WHOM:
        return _whom(visit, Choices.read(asked.about), said)
    if asking.asks(visit, 'never_mind') or (asked.kind == NAME and said == '0'):
        return belonging.told(visit, say('whom.ended'), NOTHING)
    return _where(visit, asked.about, said) if asked.kind == WHERE else None


def name(visit: Visit) -> Answer | None:
    """What she calls the further home: the very next words, which nothing else in the chat takes, if they are short."""
    found, asked = visit.conversation, visit.conversation.asked
    if asked is None or asked.kind != NAME or visit.now >= asked.until or visit.late or not visit.proven:
        return None
    if found.window_from is None or asked.about != _moment(found.window_from):  # she has written of something else
        return None
    label = _label(visit.text)
    is_other = rules.is_courtesy(visit.text) or danger.kind_of(visit) != kinds.ORDINARY
    if not label or is_other or danger.is_open(found):
        return None
    return _ask_where(visit, label, Offer.under(_root(visit)))


def _asks(visit: Visit) -> bool:
    """Whether it opens a matter that may be for somebody else; a place on a district's account says enough."""
    found, own = visit.conversation, alliance.unit(visit.account.unit)
    placed = visit.message.kind == 'location' and own is not None and own.kind in belonging.OF_MANY
    new = bool(found.homes) and found.waiting_unit is None
    return new and not placed and not visit.late and visit.proven


def _begin(visit: Visit) -> Answer:
    if len(visit.conversation.homes) >= homes.HOMES_AT_MOST:
        rows = [say('whom.remove', label=home.label) for home in visit.conversation.homes]
        return belonging.told(visit, '\n'.join([say('whom.full'), *rows]), NOTHING)
    if not Offer.under(_root(visit)).ids:
        return belonging.told(visit, say('whom.none_to_choose', unit=visit.unit.name), NOTHING)
    return belonging.told(visit, say('whom.name'), Question(NAME, _moment(visit.message.at)))


def _moment(at: datetime) -> str:
    return str(int(at.timestamp()))


def _removed(visit: Visit) -> Answer | None:
    """「删掉 我妈家」, of what she has called so; any other such sentence is a message."""
    match = _REMOVES.fullmatch(choosing.said(visit))
    label = _label(match[1]) if match else ''
    kept = tuple((home.label, home.unit) for home in visit.conversation.homes)
    left = tuple(pair for pair in kept if pair[0] != label)
    if left == kept:
        return None
    return belonging.told(visit, say('whom.removed', label=label), NOTHING)._replace(homes=left)


def _label(text: str) -> str:
    """Her word for a home, without signs; '' where it can be none."""
    label = ' '.join(_NO_WORD.sub(' ', unicodedata.normalize('NFKC', text)).split())
    return label if len(label) <= LABEL_MOST and not label.isdigit() else ''


def _root(visit: Visit) -> str:
    """The district: a parent may live under another street than she does."""
    over = alliance.above(visit.account.unit)
    return over[-1].id if over else visit.account.unit


def _where(visit: Visit, about: str, said: str) -> Answer | None:
    label, _, offered = about.partition('|')
    offer, near = Offer.read(offered), choosing.near(visit)
    if visit.message.kind == 'location':
        if len(near) == 1 and near[0].kind == 'community':
            return _add(visit, label, near[0])
        return _ask_where(visit, label, Offer.among(near) if near else Offer.under(_root(visit)))
    if said == '0':
        further = offer.beyond(_root(visit))
        return _ask_where(visit, label, further or offer)
    unit = offer.pick(said)
    if unit is None:
        is_digit = said.isdigit() and len(said) == 1
        return _ask_where(visit, label, offer, say('place.no_such')) if is_digit else None
    return _ask_where(visit, label, Offer.under(unit.id)) if unit.kind == 'street' else _add(visit, label, unit)


def _ask_where(visit: Visit, label: str, offer: Offer, before: str = '') -> Answer:
    listed = offer.spoken(_root(visit), say('whom.street', label=label))
    words = '\n'.join(filter(None, [before, listed, say('whom.never_mind')]))
    return belonging.told(visit, words, Question(WHERE, f'{label}|{offer.about}'))


def _add(visit: Visit, label: str, unit: 'Unit') -> Answer:
    """What is called the same is moved. An open matter that nobody has touched may be the one she is thinking of."""
    found = visit.conversation
    others = tuple((home.label, home.unit) for home in found.homes if home.label != label)
    words, further = say('whom.added', label=label, unit=unit.name), (*others, (label, unit.id))
    added = belonging.told(visit, words, NOTHING)._replace(homes=further[: homes.HOMES_AT_MOST])
    at_home = found.waiting_unit in (visit.account.unit, found.home_unit)
    if not at_home or found.for_whom or not homes.untouched(found, visit.account.unit):
        return added
    choices = Choices((('', found.home_unit), *further))
    return added._replace(words=f'{words}\n{choices.words}', asks=choices.question)


def _whom(visit: Visit, choices: Choices, said: str) -> Answer | None:
    """It moves to where that home is, with its clock and its promise; where staff have begun, they read for whom."""
    picked = choices.pick(said)
    if picked is None:
        again = said.isdigit() and len(said) == 1
        words = say('place.no_such') + '\n' + choices.words
        return belonging.told(visit, words, choices.question) if again else None
    found, (label, unit_id) = visit.conversation, picked
    if found.waiting_unit is None:
        return belonging.told(visit, say('menu.nothing_open', unit=visit.unit.name), NOTHING)
    if not label:
        return _for_herself(visit)
    unit = alliance.unit_or_nameless(unit_id, visit.account)
    if not homes.untouched(found, visit.account.unit):
        words, routes = say('whom.noted', label=label, unit=visit.unit.name), ''
    elif unit.id == found.unit:
        words, routes = say('whom.for_other_here', label=label, unit=unit.name, by=belonging.by(visit)), ''
    else:
        words, routes = say('whom.for_other', label=label, unit=unit.name, by=belonging.by(visit)), unit.id
    return belonging.told(visit, words, NOTHING)._replace(routes=routes, for_whom=label)


def _for_herself(visit: Visit) -> Answer:
    """Where a district's account does not know where she lives, it asks now where it happens."""
    words = say('whom.for_herself', by=belonging.by(visit))
    asks = None if belonging.home_known(visit) else belonging.ask_where(visit)
    if asks:
        return asks._replace(words=f'{words}\n{asks.words}')
    return belonging.told(visit, words, NOTHING)


def _digit_in_danger(visit: Visit) -> Answer | None:
    """The digit of a question from before is her answer still; no time is named, and nothing more is asked."""
    asked = visit.conversation.asked
    if asked is None or asked.kind != WHOM or visit.now >= asked.until:
        return None
    picked = Choices.read(asked.about).pick(choosing.said(visit))
    if picked is None or not picked[0] or not homes.untouched(visit.conversation, visit.account.unit):
        return None
    label, unit = picked[0], alliance.unit_or_nameless(picked[1], visit.account)
    words = say('place.in_danger', unit=unit.name)
    return belonging.told(visit, words, NOTHING)._replace(routes=unit.id, for_whom=label)
