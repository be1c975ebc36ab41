"""Many regular expressions over one text, of which only those are compiled and tried whose words occur in it. Pure.

Most of what residents write holds no word of most phrases. Compiled into one, a thousand phrases take a third of a
second to load and 15 ms for a long text; looked up by the words they cannot do without, 0.03 s and a tenth of a ms.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import add

_GAP = '[^|]{0,6}'
_ONE = re.compile(
    r'\(\?[!<=][^)]*\)|\[\^\|\]\{[^}]*\}|(?P<group>\(\?:)|\{(?P<list>[a-z]+)\}|(?P<chars>\[[^\]]*\])(?P<no_chars>\?)?'
    r'|(?P<letter>[^()\[\]|$^?~{}\\.*+])(?P<no_letter>\?)?|.'
)


def pairs(text: str) -> set[str]:
    """All that stands side by side in a text, and each of its characters."""
    return {*text, *map(add, text, text[1:])}


class Phrases:
    """`~` in a phrase stands for up to six characters of the same sentence, `{word}` for one of a list."""

    def __init__(self, phrases: Iterable[str], words: dict[str, str]) -> None:
        self._by_pair: dict[str, list[_Phrase]] = defaultdict(list)
        lists = {name: set(several.split('|')) for name, several in words.items()}
        for written in phrases:
            phrase = _Phrase(written, words)
            for needed in {word[:2] for word in needs(written, lists)}:
                self._by_pair[needed].append(phrase)

    def finditer(self, text: str, beside: set[str]) -> Iterator[re.Match[str]]:
        """Every match of every phrase; `beside` are the text's pairs."""
        found = {id(phrase): phrase for pair in beside & self._by_pair.keys() for phrase in self._by_pair[pair]}
        for phrase in found.values():
            yield from phrase.pattern.finditer(text)

    def match(self, text: str) -> bool:
        """Whether any of them is in the text."""
        return any(True for _ in self.finditer(text, pairs(text)))


class _Phrase:
    def __init__(self, written: str, words: dict[str, str]) -> None:
        self._written, self._words = written, words

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        written = self._written
        for name, several in self._words.items():
            written = written.replace(f'{{{name}}}', f'(?:{several})')
        return re.compile(written.replace('~', _GAP))


def needs(pattern: str, lists: dict[str, set[str]]) -> set[str]:
    """Words of which at least one is in every text that the phrase matches."""
    found: set[str] = set()
    for alternative in _alternatives(pattern):
        best = max(_needed(alternative, lists), key=lambda words: (min(map(len, words)), -len(words)), default=None)
        if best is None:
            raise ValueError(f'no word that it cannot do without: {alternative}')
        found |= best
    return found


def _needed(pattern: str, lists: dict[str, set[str]]) -> list[set[str]]:
    """Each of these sets has a word in every match."""
    found: list[set[str]] = []
    run, at = '', 0
    while at < len(pattern):
        one = _ONE.match(pattern, at)
        assert one
        at = one.end()
        if one['letter'] and not one['no_letter']:
            run += one['letter']
            continue
        found, run = [*found, {run}] if run else found, ''
        if one['chars'] and not one['no_chars']:
            found.append(set(one['chars'][1:-1]))
        elif one['list']:
            found.append(lists[one['list']])
        elif one['group']:
            ends = _closes(pattern, at)
            inner, at = pattern[at:ends], ends + 1
            if pattern[at : at + 1] == '?':
                at += 1
            elif all(_needed(alternative, lists) for alternative in _alternatives(inner)):
                found.append(needs(inner, lists))
    return [*found, {run}] if run else found


def _closes(pattern: str, at: int) -> int:
    """Where the group ends whose inside begins at `at`."""
    depth = 1
    for place in range(at, len(pattern)):
        depth += {'(': 1, ')': -1}.get(pattern[place], 0)
        if not depth:
            return place
    raise ValueError(f'a group without an end: {pattern}')


def _alternatives(pattern: str) -> list[str]:
    if '|' not in pattern:
        return [pattern]
    parts, depth = [''], 0
    for letter in pattern:
        depth += {'(': 1, '[': 1, ')': -1, ']': -1}.get(letter, 0)
        if letter == '|' and not depth:
            parts.append('')
        else:
            parts[-1] += letter
    return parts
