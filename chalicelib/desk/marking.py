"""The part of a text around what was looked for, cut in pieces so that a template can mark it. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from chalicelib.inbox.searching import plain

_BEFORE = 8  # characters shown before what is looked for


class Piece(NamedTuple):
    words: str
    found: bool


def excerpt(text: str, words: Sequence[str], most: int) -> tuple[Piece, ...]:
    """So many characters of the text, the first find among them, every find in a piece of its own."""
    shown = ' '.join(text.split())
    marked = _marked(shown, words)
    first = min(marked, default=0)
    begin = 0 if len(shown) <= most or first < most - _BEFORE else max(0, min(first - _BEFORE, len(shown) - most))
    end = begin + most
    pieces = [
        Piece(''.join(shown[number] for number in numbers), found)
        for found, numbers in groupby(range(begin, min(end, len(shown))), lambda number: number in marked)
    ]
    before = [Piece('…', False)] if begin else []
    return (*before, *pieces, *([Piece('…', False)] if end < len(shown) else []))


def _marked(text: str, words: Sequence[str]) -> set[int]:
    """Which characters are part of a find. One may be several in the form that is compared: ㎡ is m2."""
    each = [plain(character) for character in text]
    where = [number for number, parts in enumerate(each) for _ in parts]
    compared = ''.join(each)
    return {where[at + n] for word in words for at in _places(compared, word) for n in range(len(word))}


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)
