"""A community by digits: its street first, then itself, nine at a time; by name too, or among those near a point."""

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Self

from chalicelib.alliance import actions as alliance
from chalicelib.alliance import places
from chalicelib.chat.words import say

if TYPE_CHECKING:
    from chalicelib.alliance.records import Unit
    from chalicelib.chat.visit import Visit

A_PAGE = 9  # digits from 1; 0 is for what is not among them
_ENDINGS = ('街道', '社区')


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
    def among(cls, units: Sequence['Unit']) -> Self:
        return cls('', 0, tuple(unit.id for unit in units))

    @classmethod
    def read(cls, about: str) -> Self:
        parent, page, ids = about.split('|')
        return cls(parent, int(page), tuple(ids.split(',')))

    @property
    def about(self) -> str:
        """With the units themselves: a digit means what she was shown, whoever has changed the units since."""
        return f'{self.parent}|{self.page}|{",".join(self.ids)}'

    @property
    def has_more(self) -> bool:
        return bool(self.parent) and len(_under(self.parent)) > (self.page + 1) * A_PAGE

    def beyond(self, root: str) -> Self | None:
        """0: the next page; after the last one a step back to those under `root`; None where there is neither."""
        if not self.parent:
            return self.under(root)
        if self.has_more:
            return self.under(self.parent, self.page + 1)
        return self.under(root) if self.page or self.parent != root else None

    def pick(self, said: str) -> 'Unit | None':
        """By its digit, or by its name, with or without 社区 and 街道."""
        if said.isdigit():
            return alliance.unit(self.ids[int(said) - 1]) if len(said) == 1 and 0 < int(said) <= len(self.ids) else None
        named = [unit for unit in map(alliance.unit, self.ids) if unit and said in (unit.name, _short(unit.name))]
        return named[0] if said and len(named) == 1 else None

    def spoken(self, root: str, street: str) -> str:
        """The list with what is asked; `street` are the words that ask for a street."""
        units = [unit for unit in map(alliance.unit, self.ids) if unit]
        parent = alliance.unit(self.parent)
        if not self.parent:
            asked, beyond = say('place.among'), say('place.neither')
        elif parent and parent.kind == 'street':
            asked, beyond = say('place.community', street=parent.name), self._beyond_words(root)
        else:
            asked, beyond = street, self._beyond_words(root)
        rows = [say('place.row', digit=n, name=unit.name) for n, unit in enumerate(units, 1)]
        return '\n'.join(filter(None, [asked, *rows, beyond]))

    def _beyond_words(self, root: str) -> str:
        if self.has_more:
            return say('place.more')
        if self.parent != root:
            return say('place.back')
        return say('place.first_page') if self.page else ''


def near(visit: 'Visit') -> list['Unit']:
    """The units about the point she has sent, the nearest first."""
    if visit.message.kind != 'location':
        return []
    longitude, latitude = float(visit.message.text_at('Location_Y')), float(visit.message.text_at('Location_X'))
    found = (alliance.unit(id) for id in places.candidates(longitude, latitude))
    return [unit for unit in found if unit]


def said(visit: 'Visit') -> str:
    """１ and 1。 too."""
    return unicodedata.normalize('NFKC', visit.text).strip(' .。,，!！「」')


def _short(name: str) -> str:
    return next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)


def _under(parent: str) -> list['Unit']:
    """Streets of the district that have communities, or communities of a street, in the district's own order."""
    children = [unit for unit in alliance.units() if unit.parent == parent]
    if any(unit.kind == 'street' for unit in children):
        with_some = {unit.parent for unit in alliance.units() if unit.kind == 'community'}
        return [unit for unit in children if unit.kind == 'street' and unit.id in with_some]
    return [unit for unit in children if unit.kind == 'community']
