"""What kind of matter a message is, by the phrases of classifying.toml. Pure; nothing is read before the first one."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.inbox import kinds
from chalicelib.inbox.phrases import Phrases, pairs

UTILITIES = 'utilities'

_ENDS = re.compile(r'[。！!？?；;…\r\n]+')
_PAUSES = re.compile(r'[，,、：:]+')
_BETWEEN = re.compile(r'[^\w|,]+|_+')
_SPELT_OUT = re.compile(r'(?:(?<=[|,])|^)(\w)[|,](?=\w(?:[|,]|$))')  # 救！命！
_NEAR = 12  # characters before a phrase in which something is denied


class _Group(NamedTuple):
    """Phrases that mean the same kind of trouble, and what takes the meaning from them."""

    phrases: Phrases
    excepts: Phrases
    unless: Phrases
    alone: bool = False  # only its own `unless` counts


class _Common(NamedTuple):
    """What takes the meaning from a phrase of any group, and what gives it back."""

    unless: Phrases
    past: Phrases
    settled: Phrases
    now: Phrases
    urgent: Phrases
    over: Phrases
    notices: Phrases


class _Catalogue(NamedTuple):
    letters: dict[int, int]
    slips: tuple[tuple[str, str], ...]
    before: re.Pattern[str]
    common: _Common
    danger: tuple[_Group, ...]
    utilities: _Group


class _Said(NamedTuple):
    """A message as phrases expect it: one width, no spaces, our characters, `|` between sentences, `,` in them."""

    text: str
    pairs: set[str]

    def sentence(self, at: int) -> str:
        return self.text[self.text.rfind('|', 0, at) + 1 :].partition('|')[0]

    def clause(self, at: int) -> str:
        begins = max(self.text.rfind('|', 0, at), self.text.rfind(',', 0, at)) + 1
        return self.text[begins:].partition('|')[0].partition(',')[0]

    def before(self, at: int) -> str:
        return self.text[max(0, at - _NEAR) : at].rpartition('|')[2]


def classify(text: str) -> str:
    """The kind of matter that these words of a resident are about."""
    known = _catalogue()
    said = _read(text, known)
    if any(_is_danger(group, known, said) for group in known.danger):
        return kinds.DANGER
    if any(not known.utilities.unless.match(said.sentence(at)) for at in _places(known.utilities, said)):
        return UTILITIES
    return kinds.ORDINARY


def _read(text: str, known: _Catalogue) -> _Said:
    """What most messages do not need is not done: a long one is read in a third of the time."""
    said = _squeezed(text)
    if not unicodedata.is_normalized('NFKC', said):
        said = _squeezed(unicodedata.normalize('NFKC', said))
    said = said.lower()
    if not known.letters.keys().isdisjoint(map(ord, set(said))):
        said = said.translate(known.letters)
    beside = pairs(said)
    slips = [(slip, meant) for slip, meant in known.slips if slip[:2] in beside]
    for slip, meant in slips:
        said = said.replace(slip, meant)
    return _Said(said, pairs(said) if slips else beside)


def _squeezed(text: str) -> str:
    said = _BETWEEN.sub('', _PAUSES.sub(',', _ENDS.sub('|', text))).strip('|,')
    return _SPELT_OUT.sub(r'\1', said) if '|' in said or ',' in said else said


def _is_danger(group: _Group, known: _Catalogue, said: _Said) -> bool:
    """A phrase that nothing takes the meaning from."""
    return any(
        not known.before.search(said.before(at)) and _is_meant(group, known.common, said, at)
        for at in _places(group, said)
    )


def _is_meant(group: _Group, common: _Common, said: _Said, at: int) -> bool:
    """A sentence of now, not of something else, and not of an announcement passed on."""
    sentence = said.sentence(at)
    if common.over.match(sentence):
        return False
    if common.urgent.match(sentence):
        return True
    is_past = common.past.match(said.clause(at)) or common.settled.match(sentence)
    if (is_past and not common.now.match(sentence)) or group.unless.match(sentence):
        return False
    return group.alone or not (common.unless.match(sentence) or common.notices.match(said.text))


def _places(group: _Group, said: _Said) -> Iterator[int]:
    """Where a phrase begins that does not lie in one of its exceptions."""
    found = [match.span() for match in group.phrases.finditer(said.text, said.pairs)]
    if found:
        spared = [match.span() for match in group.excepts.finditer(said.text, said.pairs)]
        for begins, ends in found:
            if not any(first < ends and begins < last for first, last in spared):
                yield begins


@cache
def _catalogue() -> _Catalogue:
    import tomllib

    found = tomllib.loads(Path(__file__).with_suffix('.toml').read_text('utf-8'))
    words, common, letters = found['words'], found['common'], found['letters']
    return _Catalogue(
        str.maketrans(letters['traditional'], letters['simplified']),
        tuple(found['slips'].items()),
        re.compile(f'(?:{"|".join(common["before"])})$'),
        _Common(*(Phrases(common[part], words) for part in _Common._fields)),
        tuple(_group(row, words) for row in found['danger']),
        _group(found['utilities'], words),
    )


def _group(row: dict[str, Any], words: dict[str, str]) -> _Group:
    phrases, excepts, unless = (Phrases(row.get(part, ()), words) for part in ('phrases', 'except', 'unless'))
    return _Group(phrases, excepts, unless, bool(row.get('alone')))
